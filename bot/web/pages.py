"""Pages and forms as HTML: pure rendering, one frame around everything, no request and no clock.

What anybody typed is escaped here and nowhere else, so words stay words. Nothing that comes out
holds a script, a style element or a style attribute; the strict content security policy stays
strict. Every form works without a script: real labels, real buttons, errors said in words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from handlers.messages import Buttons, Contacts, Field, Form, Marked, Part, Text
from handlers.wording import buttons, say

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@dataclass(frozen=True)
class Frame:
    """What stands around every page.

    `nav` holds pairs of label and address, and `here` is the address (or label) of this page.
    `footer` is the fixed sentence with the partnership's own numbers; it may hold **bold**.
    """

    partnership: str
    nav: tuple[tuple[str, str], ...]
    here: str
    footer: str
    csrf: str
    signed_in_as: str
    demo: bool = False


def page(name: str, *, frame: Frame, **values: object) -> str:
    """The whole HTML of `templates/<name>.html`; a value the template lacks is an error."""
    values.setdefault("once", "")
    values.setdefault("pdf", "")  # where the page is to be had as a file
    return _environment().get_template(f"{name}.html").render(frame=frame, page=name, **values)


def render_form(
    form: Form, *, frame: Frame, once: str, heading: Literal[1, 2, 3] = 2, id: str = ""
) -> Markup:
    """A `<form>` that posts to `/do/<kind of the button pressed>`.

    `once` goes back as a hidden field, as do `csrf` and each entry of `state` (as `state.<name>`).
    `heading` is the level of the title: 1 where the form is the page itself. `id` is for a button that
    stands outside the form.
    """
    template = _environment().get_template("_form.html")
    html = template.render(
        form=form,
        frame=frame,
        once=once,
        heading=heading,
        id=id,
        key=_key(form, once),
        errors=[part for part in form.parts if isinstance(part, Field) and part.error],
        action=next((b.kind for b in form.buttons if b.style == "main"), _first_kind(form)),
    )
    return Markup(html)  # noqa: S704 - made by an autoescaping template one line above


def render_part(name: str, **values: object) -> Markup:
    """A piece of a page, from `templates/<name>.html`."""
    html = _environment().get_template(f"{name}.html").render(**values)
    return Markup(html)  # noqa: S704 - made by an autoescaping template one line above


def words(text: str) -> Markup:
    """Escaped text in which `**bold**` is strong and everything else stays as typed."""
    escaped = str(escape(text))
    return Markup(_BOLD.sub(r"<strong>\1</strong>", escaped))  # noqa: S704 - escaped just above


def marked(part: Marked) -> Markup:
    """The words as typed, each found detail in a numbered `<mark>`; spans never overlap twice."""
    return Markup("").join(_marked_pieces(part))


def _marked_pieces(part: Marked) -> Iterator[Markup]:
    done = 0
    for number, (start, end) in enumerate(sorted(part.spans), start=1):
        start, end = max(start, done), min(end, len(part.words))
        if start >= end:
            continue
        yield escape(part.words[done:start])
        yield Markup("<mark>{}<sup>{}</sup></mark>").format(part.words[start:end], number)
        done = end
    yield escape(part.words[done:])


def _first_kind(form: Form) -> str:
    return form.buttons[0].kind if form.buttons else form.name


def _key(form: Form, once: str) -> str:
    """A prefix for ids, so that two forms on one page never share one."""
    seed = "\n".join((form.name, once, *(f"{k}={v}" for k, v in sorted(form.state.items()))))
    return f"{_slug(form.name)}-{hashlib.sha256(seed.encode()).hexdigest()[:6]}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _part_kind(part: Part) -> str:
    match part:
        case Text():
            return "text"
        case Marked():
            return "marked"
        case Contacts():
            return "contacts"
        case Field():
            return "field"
        case Buttons():
            return "buttons"


def _digits(number: str) -> str:
    """The part of a phone number a `tel:` link needs."""
    return re.sub(r"[^0-9+]", "", number)


def _picked(value: str) -> frozenset[str]:
    return frozenset(item.strip() for item in value.split(",") if item.strip())


def _in_words(count: int) -> str:
    words = buttons("counts")
    return words[count] if 0 <= count < len(words) else str(count)


def _said(id: str, /, **values: object) -> str:
    """A sentence of the wording files, for a template; escaped there like anything else."""
    return say(id, **{name: str(value) for name, value in values.items()})


def _counted(id: str, count: int) -> str:
    """A sentence about so many things: `<id>_one` for a single one."""
    return say(f"{id}_one" if count == 1 else id, count=_in_words(count))


def _weekdays() -> tuple[tuple[str, str], ...]:
    """Short and long names of the days of a week, from Monday."""
    return tuple(zip(buttons("weekdays_short"), buttons("weekdays"), strict=True))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        words=words,
        marked=marked,
        slug=_slug,
        digits=_digits,
        picked=_picked,
        in_words=_in_words,
        part_kind=_part_kind,
    )
    environment.globals.update(say=_said, counted=_counted, weekdays=_weekdays)
    return environment
