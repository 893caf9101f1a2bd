"""Measurements of reading words: what protection, danger, themes and tone find, beside their peers."""
