"""What a mail looks like: one form in, one multipart message out, text and HTML alike.

Every rule is inline and nothing is fetched, so it reads the same with pictures off. The subject names
the partnership and the kind of message, never a theme: it stands on locked screens. Buttons become one
link to a page, because mail scanners open links and must not answer for anybody.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from handlers.messages import Contacts, Form, Text
from handlers.wording import say

TEMPLATES = Path(__file__).parent / "templates"
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@dataclass(frozen=True)
class Link:
    """The one thing to press: its label and the page that it opens."""

    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """A mail before it is put into an envelope.

    `key` is what makes it itself: the same key gives the same `Message-ID`, so that whoever gets it
    twice can see that it is one message. `footer` is the partnership's fixed line; it may hold **bold**.
    """

    to: str
    subject: str
    partnership: str
    form: Form
    footer: str
    key: str
    link: Link | None = None
    under_link: str = ""
    note: str = ""  # stands above everything: "you may have had this already"


def message_id(key: str, sender: str) -> str:
    """The `Message-ID` of a letter with this key from this sender."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def compose(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    """The message, ready for a mail server.

    Raises:
        ValueError: an address that no mail can be sent to.
    """
    made = EmailMessage()
    made["From"] = _address(sender, f"heardback, {letter.partnership}")
    made["To"] = _address(letter.to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message_id(letter.key, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    values = {
        "letter": letter,
        "blocks": _blocks(letter.form),
        "no_reply": say("mail_no_reply"),
        "or_open": say("mail_or_open"),
    }
    made.set_content(_template("letter.txt", values))
    made.add_alternative(_inlined(_template("letter.html", values)), subtype="html")
    return made


def _address(text: str, name: str = "") -> MailAddress:
    user, _, domain = text.rpartition("@")
    return MailAddress(name, user, domain)


@dataclass(frozen=True)
class Block:
    """A paragraph of a mail. `voice` marks what a person asked or answered."""

    body: str
    heading: str = ""
    voice: bool = False


def _blocks(form: Form) -> list[Block]:
    """What can be read of a form. What can be filled in is on the page behind the link."""
    found = []
    for part in form.parts:
        if isinstance(part, Text):
            found.append(Block(part.body, part.heading, part.style in ("voice", "tell")))
        elif isinstance(part, Contacts):
            rows = (" ".join(filter(None, (r.label, r.number, r.hours))) for r in part.rows)
            found.append(Block("\n".join(rows), part.heading))
    return found


def _bold(text: str) -> Markup:
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped here


def _plain(text: str) -> str:
    return text.replace("**", "")


def _inlined(html: str) -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    return inliner.inline(html)


def _template(name: str, values: dict[str, object]) -> str:
    return _environment(name.endswith(".html")).get_template(name).render(values)


@cache
def _environment(html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,  # noqa: S701 - off only for the text part, which has no markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(bold=_bold, plain=_plain)
    return environment
