"""The record: one tidy table, and the dictionary that says what is in it."""
