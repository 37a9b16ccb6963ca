"""Pure functions: tidy frame in, tidy frame out; no file is read here."""
