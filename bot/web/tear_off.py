"""The tear-off that a champion prints: three words and a day, from the form that has just shown them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from bot.web.pages import Frame, page
from handlers.surfaces import message
from handlers.wording import say

if TYPE_CHECKING:
    from bot.web.app import Web


def printed(web: Web, frame: Frame, fields: Mapping[str, str]) -> Response:
    """The page to print, or a sentence where the words are gone."""
    shown = tear_off(fields)
    if shown is None:
        return web.form_page(
            frame, message("gone", say("tear_off_gone_title"), say("tear_off_gone"))
        )
    return HTMLResponse(page("tearoff", frame=frame, **shown))


def tear_off(fields: Mapping[str, str]) -> dict[str, Any] | None:
    """What the page shows; None when the three words are not there, for they are shown once only."""
    words = fields.get("phrase", "").split()
    try:
        by = date.fromisoformat(fields.get("by", ""))
    except ValueError:
        return None
    if len(words) != 3:
        return None
    return {"words": words, "answer_by": f"{by:%A %-d %B}", "childline_number": "0800 1111"}
