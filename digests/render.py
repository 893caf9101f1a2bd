"""A digest as a page and as plain text for reading aloud, both with the same words.

Everything is escaped, nothing carries an inline style or script, and the buttons are links that open
a page: opening one never records an answer. The header, the footer and the style sheets are the
web's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from digests import charts, loops_map, page
from digests.content import Digest, Line
from digests.pack import LANES, PACK, Pack
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
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


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
    drawn = _drawn(digest) | {
        "address": _address(answer_url),
        "icon": lambda name: Markup(icon(name)),  # noqa: S704 - drawings of ours, without words
    }
    return Markup(template.render(**drawn))  # noqa: S704 - rendered with autoescape on


def pack_body(pack: Pack, *, labels: Mapping[str, str]) -> Markup:
    """Return the inside of the main part of a meeting pack; `labels` are the words for each status."""
    template = _templates.get_template("pack_body.html")
    return Markup(  # noqa: S704 - rendered with autoescape on
        template.render(pack=pack, words=PACK, lanes=LANES, labels=labels, **_drawn(pack.digest))
    )


def loops_map_body(
    stations: Sequence[loops_map.Station], *, group: str, words: Mapping[str, str]
) -> Markup:
    """Return the map of loops with the same in a table below it; `words` are its heads and caption."""
    template = _templates.get_template("loops_map.html")
    drawing = Markup(loops_map.draw(stations, group=group))  # noqa: S704 - names are escaped there
    return Markup(  # noqa: S704 - rendered with autoescape on
        template.render(stations=list(stations), drawing=drawing, words=words)
    )


def _drawn(digest: Digest) -> dict[str, object]:
    """What every page of a digest draws with; a pack has no buttons to answer with."""
    return {
        "digest": digest,
        "page": page,
        "frame": page.FRAME,
        "answers": ANSWERS,
        "address": None,
        "icon": lambda name: Markup(charts.icon(name)),  # noqa: S704 - drawings of ours, no words
        "dots": Markup(charts.loop_dots(digest.answered, digest.asked)),  # noqa: S704 - numbers only
        "strip": lambda line: _strip(line, digest),
        "bar": lambda tally, lens: Markup(charts.tally_bar(tally, lens)),  # noqa: S704 - numbers only
        "status_class": lambda status: _STATUS_CLASS.get(status, ""),
        "letter": _letter,
    }


def digest_text(digest: Digest) -> str:
    """Return the page as plain text for reading aloud; headings stand alone, lists have dashes."""
    lines: list[str] = []
    for said in (*front_said(digest), *annex_said(digest)):
        if said.kind == "heading":
            lines += ["", said.words, ""]
        else:
            words = _joined(said.parts)
            lines.append(f"- {words}" if said.kind == "item" else words)
    return "\n".join(lines).strip() + "\n"


def digest_email(
    digest: Digest,
    *,
    answer_url: Callable[[str], str] | None = None,
    read_url: str = "",
    footer: Sequence[str] = (),
) -> tuple[str, str, str]:
    """Return a digest as mail: subject, text part and HTML part.

    One column of 600 px; every rule is inline, nothing is fetched and there is no picture, so that
    blocked pictures cost nothing. The subject names no theme, because it stands on locked screens.
    Buttons are links that open a page: opening one never records an answer. `footer` holds the fixed
    sentences below, the first of which should say that this is no referral channel.
    """
    subject = f"{digest.partnership} weekly digest {digest.number}"
    html = _templates.get_template("digest_email.html").render(
        digest=digest,
        page=page,
        frame=page.FRAME,
        answers=ANSWERS,
        address=_address(answer_url),
        letter=_letter,
        subject=subject,
        preview=page.preview(digest),
        read_url=read_url,
        footer=footer,
    )
    text = digest_text(digest)
    if read_url:
        text += f"\nRead it on the web, and answer there: {read_url}\n"
    if footer:
        text += "\n" + "\n".join(footer) + "\n"
    return subject, text, _inliner.inline(html)


def digest_markdown(digest: Digest) -> str:
    """Return a digest as Markdown, in reading order and with the same words."""
    lines: list[str] = []
    level = "#"
    for said in (*front_said(digest), *annex_said(digest)):
        if said.kind == "heading":
            lines += ["", f"{level} {_marked(said.words)}", ""]
            level = "##"
        elif said.kind == "item":
            first, *rest = said.parts
            lead = f"**{_marked(_stopped(first))}** " if rest else _marked(_stopped(first))
            lines.append(f"- {lead}{_marked(_joined(rest))}".rstrip())
        else:
            if lines and lines[-1].startswith("- "):
                lines.append("")
            lines += [_marked(_joined(said.parts)), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _marked(words: str) -> str:
    """Escape what Markdown would read as markup, so that words stay words."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(words.split()))


def _joined(parts: Sequence[str]) -> str:
    """Parts one after the other: a stop between them, or a comma before one that goes on small."""
    words = ""
    for part in parts:
        if words and part[0].islower():
            words = f"{words}, {part}"
        else:
            words = f"{_stopped(words)} {part}" if words else part
    return _stopped(words) if words else ""


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
