"""Committee papers and inspection reports: what they print and conclude, and what became of it."""
