"""Decisions about records that need two people, and what they do to words: legal holds and erasures."""
