"""Where somebody is written to in one partnership: a chat of theirs, by e-mail, or in their pages alone.

Shown to themself only. A chat that is no longer theirs is untied here, and nothing more goes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import afresh
from bot.web.pressing import Pressed
from handlers.messages import Actor
from handlers.place import day_words
from handlers.recording import record
from handlers.wording import say
from storage import Session, addresses, people

if TYPE_CHECKING:
    from bot.web.app import Web


def values(web: Web, session: Session, actor: Actor) -> dict[str, Any]:
    """Every place where this person can be written to, and which it is now."""
    rows = addresses.listed(session, actor.person)
    found = [
        _place(say(f"written_{platform}"), id, say("written_since", date=day_words(on)), chat=True)
        for id, platform, on in rows
        if platform != "mail"
    ]
    if people.known(session, actor.person).email or any(row[1] == "mail" for row in rows):
        found.append(_place(say("written_mail"), addresses.MAIL, say("written_your_address")))
    found.append(_place(say("written_web"), addresses.WEB, say("written_nowhere_else")))
    now = addresses.chosen(session, actor.person, actor.partnership) or found[0]["choice"]
    for one in found:
        if one["choice"] == now:
            one |= {"here": True, "about": say("written_now")}
    return {"written": found}


def _place(label: str, choice: str, about: str, *, chat: bool = False) -> dict[str, Any]:
    return {"label": label, "choice": choice, "about": about, "chat": chat, "here": False}


def choose(web: Web, request: Request, by: Pressed) -> Response:
    """From now on messages of this partnership go there."""
    choice, actor = by.typed.get("choice", ""), by.visitor.actor
    if first := afresh.asked(web, by.visitor, by.frame, "written", choice):
        return first
    with web.database.writing() as session:
        try:
            addresses.choose(session, actor.person, actor.partnership, choice)
        except LookupError:
            return web.refuse(by.frame)
        record(session, actor, "address.choose", "", web.clock())
    return RedirectResponse("/account", status_code=303)


def forget(web: Web, request: Request, by: Pressed) -> Response:
    """This chat is no longer theirs: nothing goes there, and nothing that comes from there is theirs."""
    id, actor = by.typed.get("address", ""), by.visitor.actor
    if first := afresh.asked(web, by.visitor, by.frame, "forget", id):
        return first
    with web.database.writing() as session:
        if id not in {one for one, _, _ in addresses.listed(session, actor.person)}:
            return web.refuse(by.frame)
        addresses.forget(session, id)
        record(session, actor, "address.forget", "", web.clock())
    return RedirectResponse("/account", status_code=303)
