"""Publishers' files -> the tidy table, one module a format; no indicator is computed here."""
