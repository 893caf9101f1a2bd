"""The web chat and its pages."""
