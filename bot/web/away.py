"""What is shown while the database is away: the words still in their boxes, or a calm page."""

from __future__ import annotations

from bot.web.pages import Frame, page, render_form
from handlers import surfaces
from handlers.messages import Incoming
from handlers.wording import say


def frame(csrf: str, demo: bool) -> Frame:
    """A frame for when nothing can be read, not even whose numbers to show."""
    return Frame("", (), "", say("error_no_footer"), csrf, "", demo)


def not_saved(event: Incoming, around: Frame, once: str, *, sure: bool) -> str:
    """The same words, still in their boxes, under the same one-time key."""
    form = surfaces.not_saved(event, sure=sure)
    html = render_form(form, frame=around, once=once, heading=1)
    return page("form", frame=around, title=form.title, form_html=html)


def page_away(demo: bool) -> str:
    sentence = say("error_page_away")
    return page("message", frame=frame("", demo), title=say("page_away_title"), sentence=sentence)
