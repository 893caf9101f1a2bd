"""A whole partnership on its way out, and back in: its own data in open formats, and who said what sealed apart."""
