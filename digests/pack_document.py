"""The meeting pack as a Word document on A4, for whoever takes minutes in one.

The same words in the same order as the page. Headings and tables are real ones, so that a screen
reader finds its way; nothing is fetched, and the file's own dates are the meeting's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt

from digests import page
from digests.content import Line
from digests.pack import LANES, PACK, Pack

_FONT = "Verdana"
_BOX = "☐"


def pack_document(
    pack: Pack, *, labels: Mapping[str, str], buttons: Sequence[str], footer: str
) -> bytes:
    """Return a .docx file. `labels` are the words for each status, `buttons` the five answers."""
    made = Document()
    _set_up(made, pack, footer)
    digest = pack.digest
    made.add_heading(f"Meeting pack, {pack.group}", 0)
    made.add_paragraph(f"{page.day(pack.on, year=True)}. {digest.opening}")
    made.add_paragraph(pack.opener)
    made.add_heading(PACK["agenda"], 1)
    rows = [(f"{n}. {i.title}", i.who, str(i.minutes)) for n, i in enumerate(pack.agenda, 1)]
    _table(made, ("Item", "Who leads", "Minutes"), rows)
    _loops(made, pack, labels)
    if digest.lines:
        made.add_heading(PACK["questions"], 1)
        made.add_paragraph(page.FRAME["volume"])
    for number, line in enumerate(digest.lines, 1):
        _theme(made, pack, line, number)
    if pack.proposals:
        made.add_heading(PACK["confirm"], 1)
        made.add_paragraph(PACK["proposal"])
        answers = [(p.title, p.button, p.sentence) for p in pack.proposals]
        _table(made, ("Theme", "Proposed", "What people would read"), answers)
    _rest(made, pack)
    if pack.rows:
        _sheet(made, pack, buttons)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _set_up(made: Any, pack: Pack, footer: str) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = _FONT, Pt(10)
    section.footer.paragraphs[0].text = footer
    about = made.core_properties
    about.title, about.author, about.language = f"Meeting pack, {pack.group}", "heardback", "en-GB"
    about.created = about.modified = datetime.combine(pack.on, time())


def _table(made: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = made.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _loops(made: Any, pack: Pack, labels: Mapping[str, str]) -> None:
    made.add_heading(PACK["loops"], 1)
    if pack.digest.asked:
        made.add_paragraph(f"{page.tally(pack.digest)} {page.asked_note(pack.digest)}")
    if pack.digest.not_home:
        made.add_paragraph(pack.digest.not_home)
    rows = [
        (one.title, labels[status], f"{one.note}{', over 30 days' if one.late else ''}")
        for status in LANES
        for one in pack.lane(status)
    ]
    if rows:
        made.add_heading(PACK["every"], 2)
        _table(made, ("Theme", "Where it stands", "Since, or until"), rows)


def _theme(made: Any, pack: Pack, line: Line, number: int) -> None:
    made.add_heading(f"{number}. {line.title}", 2)
    several = (page.FRAME["several"],) if line.voices_band else ()
    made.add_paragraph(", ".join((*page.bands(line), *several)))
    for head, sentence, provenance in page.sides(line):
        put = made.add_paragraph()
        put.add_run(f"{head}: ").bold = True
        put.add_run(f"{sentence} ({provenance})" if sentence else page.FRAME["not_enough"])
    if differing := page.differing(line):
        made.add_paragraph(differing)
    if finding := page.strip_finding(line, pack.digest):
        made.add_paragraph(finding)
    asked = made.add_paragraph()
    asked.add_run("Question to sit with: ").bold = True
    asked.add_run(line.question)
    if line.key in pack.to_decide:
        made.add_paragraph(f"{PACK['decide']} {number}.")


def _rest(made: Any, pack: Pack) -> None:
    digest = pack.digest
    if digest.safe:
        made.add_heading(page.FRAME["safe"], 1)
        for one in digest.safe:
            made.add_paragraph(f"{one.title}: {one.sentence}", style="List Bullet")
    if digest.lenses:
        made.add_heading(page.FRAME["sits"], 1)
        made.add_paragraph(page.FRAME["counted"])
        for lens in digest.lenses:
            made.add_heading(page.LENSES[lens.kind], 2)
            rows = [(page.place_words(lens, t.place), page.counted(t)) for t in lens.tallies]
            _table(made, ("Where", "Themes"), rows)
            made.add_paragraph(page.lens_question(lens))
    if digest.first_contact:
        made.add_heading(page.FRAME["contact"], 1)
        for came in digest.first_contact:
            made.add_paragraph(" ".join(page.contact(came)))
    if digest.not_heard_from:
        made.add_heading(page.FRAME["missing"], 1)
        for kind in digest.not_heard_from:
            made.add_paragraph(kind, style="List Bullet")
        made.add_paragraph(page.FRAME["ask_kindly"])
    if digest.too_much:
        made.add_heading(page.FRAME["too_much"], 1)
        made.add_paragraph(page.FRAME["heavy"])
    if digest.groups:
        made.add_heading(page.FRAME["groups"], 1)
        working = [
            (g.name, " ".join((g.remit, g.told)).strip(), page.ends(g)) for g in digest.groups
        ]
        _table(made, ("Group", "Its job, and what it told", "End"), working)
    if digest.promises:
        made.add_heading(page.FRAME["promised"], 1)
        promised = [(p.title, p.sentence, p.status_label) for p in digest.promises]
        _table(made, ("Theme", "What we said", "Where it stands"), promised)
    made.add_heading(page.FRAME["made"], 1)
    made.add_paragraph(page.how(digest))
    made.add_paragraph(page.FRAME["standing"])


def _sheet(made: Any, pack: Pack, buttons: Sequence[str]) -> None:
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    made.add_heading(PACK["sheet"], 1)
    made.add_paragraph(PACK["sheet_how"])
    for number, line in pack.rows:
        made.add_heading(f"{number}. {line.question}", 2)
        made.add_paragraph(line.title)
        made.add_paragraph("   ".join(f"{_BOX} {button}" for button in buttons))
        table = made.add_table(rows=0, cols=2, style="Table Grid")
        for name in ("who", "date", "told", "child"):
            cells = table.add_row().cells
            cells[0].text, cells[1].text = PACK[name], "\n"
    made.add_paragraph(
        "\nChair or delegate: ____________   Entered by: ____________   Date: _______"
    )
