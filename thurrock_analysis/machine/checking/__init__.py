"""``thurrock check``: what is wrong with returns, and what they come to."""
