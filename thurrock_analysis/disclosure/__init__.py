"""What may leave of figures made from returns: counts hidden so that nobody can work them out."""
