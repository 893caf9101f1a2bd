"""Papers as whole pages without anybody's name, buttons or form: a digest, the meeting pack, the board.

A digest on paper has no quotes, because a file that was passed on could not be emptied when somebody takes
their words back.
"""

from __future__ import annotations

from datetime import datetime

from bot.web.pages import Frame, page
from digests.digest import from_json
from digests.pack import Pack
from digests.render import digest_body, pack_body
from handlers import views
from handlers.answers import STATUS_LABELS
from handlers.place import Place
from handlers.wording import say
from storage import Session, releases

BOARD = ("entries", "children", "poster")


def digest(session: Session, at: Place, number: int | None) -> tuple[str, int] | None:
    """An issued digest as a page, and its number; the newest when none is named, None when there is none."""
    issued = releases.latest(session, at.id)
    row = issued if number is None else releases.numbered(session, at.id, number)
    if row is None or row.state != "issued":
        return None
    body = digest_body(from_json(row.frozen), answer_url=None)
    return page("digest", frame=frame(at), body=body, quotes=[]), row.number


def pack(at: Place, made: Pack) -> str:
    """The meeting pack as a page."""
    return page("pack", frame=frame(at), body=pack_body(made, labels=STATUS_LABELS))


def board(session: Session, at: Place, now: datetime) -> str:
    """The board as a page: the poster, the board, and the version for children and young people."""
    found = views.board(session, at.id)
    today = f"{at.local(now):%-d %B %Y}"
    shown = {name: found[name] for name in BOARD}
    return page("board", frame=frame(at), updated=today, **shown)


def frame(at: Place) -> Frame:
    return Frame(at.name, (), "", say("fixed_line", **at.words), "", "")
