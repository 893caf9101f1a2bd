"""Draft and issue the weekly digest: code what is new, see what clears, freeze what people signed."""

from handlers.weekly.coding import code, code_again, coder_of
from handlers.weekly.drafting import draft, in_turn
from handlers.weekly.emerging import Proposal, proposals
from handlers.weekly.issuing import issue
from handlers.weekly.meanings import differing_words

__all__ = [
    "Proposal",
    "code",
    "code_again",
    "coder_of",
    "differing_words",
    "draft",
    "in_turn",
    "issue",
    "proposals",
]
