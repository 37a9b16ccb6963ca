"""Let of what is made from returns leave what gives no child away: ``thurrock publish``."""
