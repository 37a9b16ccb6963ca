"""What runs notebooks and keeps the record; nothing else imports it."""
