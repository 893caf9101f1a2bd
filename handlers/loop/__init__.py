"""Closing the loop: propose, confirm, tell everybody behind a line, ask again, and keep promises."""

from handlers.loop.reaching import reach

__all__ = ["reach"]
