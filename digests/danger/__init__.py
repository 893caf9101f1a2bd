"""Possible present danger, looked for before protection changes a word."""

from digests.danger.looking import Danger, Elsewhere, look

__all__ = ["Danger", "Elsewhere", "look"]
