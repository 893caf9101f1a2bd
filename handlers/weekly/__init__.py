"""Draft and issue the weekly digest: code what is new, see what clears, freeze what people signed."""

from handlers.weekly.coding import code, coder_for
from handlers.weekly.drafting import draft, in_turn
from handlers.weekly.issuing import issue

__all__ = ["code", "coder_for", "draft", "in_turn", "issue"]
