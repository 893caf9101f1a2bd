"""What each page may show to the one who opens it: read only, checked against the same table.

A coordinator's page has no words, a theme editor's no identity, an approver's no sources.
"""

from handlers.views.aside import aside
from handlers.views.board import board
from handlers.views.desk import desk
from handlers.views.group import digest, digests, proposals, quoted
from handlers.views.home import home, navigation
from handlers.views.lines import lines, sign
from handlers.views.person import person
from handlers.views.privacy import privacy
from handlers.views.roster import Asked
from handlers.views.texts import cards, texts
from handlers.views.thread import thread

__all__ = [
    "Asked",
    "aside",
    "board",
    "cards",
    "desk",
    "digest",
    "digests",
    "home",
    "lines",
    "navigation",
    "person",
    "privacy",
    "proposals",
    "quoted",
    "sign",
    "texts",
    "thread",
]
