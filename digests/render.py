"""A digest as a page and as plain text for reading aloud, both with the same words.

Everything is escaped, nothing carries an inline style or script, and the buttons are links that open
a page: opening one never records an answer. The header, the footer and the style sheets are the
web's own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from digests import charts, page
from digests.content import Digest, Line
from digests.said import annex_said, front_said

ANSWERS = (
    ("act", "Act"),
    ("hold", "Hold"),
    ("discuss", "Discuss"),
    ("not_now", "Not now"),
    ("not_ours", "Not ours"),
)
_STATUS_CLASS = {
    "being_looked_at": "s-look",
    "held_until": "s-held",
    "changed": "s-changed",
    "partly": "s-partly",
    "not_now": "s-no",
    "not_ours": "s-theirs",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def digest_body(
    digest: Digest,
    *,
    answer_url: Callable[[str], str] | None,
    icon: Callable[[str], str] = charts.icon,
) -> Markup:
    """Return the inside of the page's main part: front and annex, or a quiet week.

    `answer_url` gives the address of the page on which the line or loop with that key is answered;
    None leaves every button out, for readers who may not answer. `icon` gives an SVG for a name.
    """
    template = _templates.get_template("digest_body.html")
    return Markup(  # noqa: S704 - rendered with autoescape on
        template.render(
            digest=digest,
            page=page,
            frame=page.FRAME,
            answers=ANSWERS,
            address=_address(answer_url),
            icon=lambda name: Markup(icon(name)),  # noqa: S704 - drawings of ours, without words
            dots=Markup(charts.loop_dots(digest.answered, digest.asked)),  # noqa: S704 - numbers only
            strip=lambda line: _strip(line, digest),
            bar=lambda tally, lens: Markup(charts.tally_bar(tally, lens)),  # noqa: S704 - numbers only
            status_class=lambda status: _STATUS_CLASS.get(status, ""),
            letter=_letter,
        )
    )


def digest_text(digest: Digest) -> str:
    """Return the page as plain text for reading aloud; headings stand alone, lists have dashes."""
    lines: list[str] = []
    for said in (*front_said(digest), *annex_said(digest)):
        if said.kind == "heading":
            lines += ["", said.words, ""]
        else:
            words = " ".join(_stopped(part) for part in said.parts)
            lines.append(f"- {words}" if said.kind == "item" else words)
    return "\n".join(lines).strip() + "\n"


def _stopped(part: str) -> str:
    """End a part with a stop, so that a voice pauses between what stands side by side."""
    bare = part.rstrip()
    return bare if bare[-1] in ".?!:;…’" else f"{bare}."


def _address(answer_url: Callable[[str], str] | None) -> Callable[..., str] | None:
    if answer_url is None:
        return None

    def address(key: str, button: str = "") -> str:
        url = answer_url(key)
        if not button:
            return url
        return f"{url}{'&' if '?' in url else '?'}button={button}"

    return address


def _strip(line: Line, digest: Digest) -> Markup:
    drawn = charts.band_strip(line.blocks, first=page.strip_first(digest), last=digest.on)
    return Markup(drawn)  # noqa: S704 - bands and dates only


def _letter(number: int) -> str:
    """Return the mark of the n-th promise: A to Z, then AA."""
    over, rest = divmod(number - 1, 26)
    return (_letter(over) if over else "") + chr(ord("A") + rest)
