"""Every sentence that a person reads comes from a wording file; a sentence in the code is found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import wording

PROJECT = Path(__file__).resolve().parents[2]

# What a person reads, by what it is passed to: positions and names of the arguments.
READ = {
    "Text": ((0, 2), {"body", "heading"}),
    "message": (range(1, 20), set[str]()),
    "Button": ((0, 4), {"label", "tail"}),
    "Field": ((1, 3, 6), {"label", "hint", "error"}),
    "Choice": ((1, 2), {"label", "hint"}),
    "Form": ((1,), {"title"}),
    "Contact": ((0, 2), {"label", "hours"}),
}
SHOWN_KEYS = {"title", "sentence", "label", "did_label", "meta", "next", "then", "why_not"}
NO_SENTENCE = {
    "Done": "the answer to the timetable, which nobody reads",
    "Asked": "the answer to the timetable, which nobody reads; and a class",
    "Drafted": "the answer to the timetable, which nobody reads",
    "Already drafted": "the answer to the timetable, which nobody reads",
    "left out": "the reason in the record of what was done",
    "Way": "a class",
    "Proposal": "a class",
    "Sender": "a class",
    "nothing was kept": "an exception's own words",
    "perhaps it was kept": "an exception's own words",
    "last look": "a step that the fault tests stop at",
    "reading back": "a step that the fault tests stop at",
    "event: thread\ndata: ": "the name of a live update",
    "' is no sentence in English.": "for whoever writes a language's wording",
    "' must ask for the same values as in English.": "for whoever writes a language's wording",
    "' needs as many buttons as in English.": "for whoever writes a language's wording",
    "From": "a header of a mail",
    "To": "a header of a mail",
    "Subject": "a header of a mail",
    "Date": "a header of a mail",
    "All": "a header of a mail",
    "heardback, ": "the product's name",
    "HTTP ": "a protocol",
    "Authorization": "a header of a request",
    "Bearer ": "a header of a request",
    "data: ": "the beginning of a live update",
    "Full": "a shape of a card",
    "heardback": "the product's name",
    "Northport": "an invented place",
    "Wolds": "an invented place",
    "/join/": "an address",
    'attachment; filename="': "a header of an answer",
}
ROOMS = ("handlers", "bot/web", "bot/outbox", "bot/mail", "bot/demo", "bot/slack", "bot/teams")
NOBODY_IN_A_SEAT_READS = {  # what an administrator reads at a terminal, and where shapes and not sentences stand
    "bot/slack/checking.py",
    "bot/teams/access.py",
    "bot/teams/cards.py",
    "bot/teams/checking.py",
    "bot/teams/showing.py",
    "bot/teams/tab.py",
}


def sentences(source: str) -> list[str]:
    """Sentences written into the code, with their line."""
    tree = ast.parse(source)
    found = {(node.lineno, text) for node, text in _passed(tree)}
    found |= {(node.lineno, str(node.value)) for node in (*_standing(tree), *_shown(tree))}
    return [f"{line}: {text}" for line, text in sorted(found) if text not in NO_SENTENCE]


def _passed(tree: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    """Literals passed to what a person reads."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id not in READ:
            continue
        places, names = READ[call.func.id]
        arguments = [argument for n, argument in enumerate(call.args) if n in places]
        arguments += [keyword.value for keyword in call.keywords if keyword.arg in names]
        for argument in arguments:
            for node in _literals(argument):
                if any(letter.isalpha() for letter in node.value):
                    yield node, node.value


def _shown(tree: ast.AST) -> Iterator[ast.Constant]:
    """Literals in what a page is given to show, with a letter in them and no placeholder's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SHOWN_KEYS:
                    yield from (text for text in _literals(value) if str(text.value).strip())


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """String literals that end up in the text: not ids to look up, keys, or what is compared."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.Call):
        return
    elif isinstance(node, ast.Subscript | ast.FormattedValue):
        yield from _literals(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif not isinstance(node, ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def _standing(tree: ast.AST) -> Iterator[ast.Constant]:
    """Words anywhere but in docstrings, exceptions, logs, patterns and types: two words, or a capital one.

    A piece of an f-string counts when there is a space in it, for then a sentence is put together.
    """
    skipped = {id(part) for outer in _unread(tree) for part in ast.walk(outer)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not _is_text(node) or id(node) in skipped:
            continue
        if CAPITAL.fullmatch(node.value) or (WORD.search(node.value) and SPACE.search(node.value)):
            yield node


def _unread(tree: ast.AST) -> Iterator[ast.AST]:
    """What no person reads: docstrings, exceptions, annotations, logs, patterns, headers, reasons of scopes."""
    for node in ast.walk(tree):
        match node:
            case ast.Raise():
                yield node
            case ast.Expr(value=ast.Constant() as text):
                yield text
            case ast.AnnAssign(annotation=kind) | ast.arg(annotation=ast.expr() as kind):
                yield kind
            case ast.FunctionDef(returns=ast.expr() as kind):
                yield kind
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "logging" | "re"))):
                yield node
            case ast.Assign(targets=[ast.Name(id="POLICY" | "SCOPES" | "EVENTS" | "STATUS_SCOPE")]):
                yield node


CAPITAL = re.compile(r"[A-Z][a-z’']+[.!?]?")
WORD = re.compile(r"[A-Za-z]{2}")
SPACE = re.compile(r"\s")


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def modules() -> list[str]:
    files = [path for room in ROOMS for path in (PROJECT / room).rglob("*.py")]
    there = {path.relative_to(PROJECT).as_posix() for path in files}
    return sorted(there - NOBODY_IN_A_SEAT_READS)


@pytest.mark.parametrize("module", modules())
def test_no_sentence_is_written_into_the_code(module: str) -> None:
    assert sentences((PROJECT / module).read_text("utf-8")) == []


def test_what_is_left_alone_is_still_there() -> None:
    source = "\n".join((PROJECT / module).read_text("utf-8") for module in modules())
    gone = [text for text in NO_SENTENCE if repr(text)[1:-1] not in source]
    assert gone == [], "take it off the list"


# A template in pieces: comments, statements, expressions, tags, and what is left is text.
PIECES = re.compile(
    r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>|<!--.*?-->|<(?:[^<>{]|\{\{.*?\}\}|\{%.*?%\})*>)",
    re.DOTALL,
)
READ_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|placeholder|alt|abbr|label|data-k)="([^"{]*)"')
NO_STATEMENT = re.compile(r"\{%-?\s*(?:extends|from|include|block|endblock|macro)\b")
NO_TEXT = {  # pieces of attributes, the product's name, and beginnings of addresses
    'aria-describedby="',
    'aria-invalid="true"',
    "-hint",
    "-error",
    "heardback",
    "– heardback",
    "heardback,",
}


def template_sentences(source: str) -> list[str]:
    """What is written into a template and read by a person: text, attributes, and what is put between."""
    found: list[str] = []
    for piece in PIECES.split(source):
        if piece.startswith(("{#", "<style", "<!--")) or NO_STATEMENT.match(piece):
            continue
        if piece.startswith("{"):
            found += [text for text in _strings(piece) if _is_read(text)]
        elif piece.startswith("<"):
            found += [text for text in READ_ATTRIBUTES.findall(piece) if WORD.search(text)]
        elif WORD.search(piece) and piece.strip() not in NO_TEXT:
            found.append(piece.strip())
    return found


def _strings(piece: str) -> list[str]:
    """String literals of an expression, without the ids that are asked for and without drawings."""
    return [
        text
        for before, text in re.findall(r'(\w*\(?)"([^"]*)"', piece)
        if before not in ("say(", "counted(") and not text.startswith("<")
    ]


def _is_read(text: str) -> bool:
    styles = {"sm main", "btn sm"}
    capital_or_more = text[:1].isupper() or SPACE.search(text.strip())
    return bool(WORD.search(text) and capital_or_more and text not in styles)


def templates() -> list[str]:
    files = (PROJECT / "bot").rglob("templates/*")
    return sorted(path.relative_to(PROJECT).as_posix() for path in files if path.is_file())


@pytest.mark.parametrize("template", templates())
def test_no_sentence_is_written_into_a_template(template: str) -> None:
    source = (PROJECT / template).read_text("utf-8")
    assert template_sentences(source) == []
    known = {*wording.ids()}
    asked = set(re.findall(r'\bsay\("([^"]+)"', source))
    counted = set(re.findall(r'\bcounted\("([^"]+)"', source))
    assert asked | counted | {f"{id}_one" for id in counted} <= known


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Nothing yet.</p>",
        '<nav aria-label="Pages"></nav>',
        "<p>{{ day }} in May</p>",
        '{{ press(frame, once, "invite", "Invite somebody") }}',
        '<h1>{{ "Nothing" if not items else items|length }}</h1>',
        "{% if few %}Few{% endif %}",
        '<td data-k="Agency">{{ agency }}</td>',
    ],
)
def test_a_sentence_planted_into_a_template_is_found(planted: str) -> None:
    assert template_sentences(planted), planted


def asked_for(source: str) -> list[str]:
    """The ids that the code asks for by name."""
    return [
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("say", "buttons", "choices", "labels")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


@pytest.mark.parametrize("module", modules())
def test_every_sentence_that_the_code_asks_for_is_there(module: str) -> None:
    known = {*wording.ids(), *wording.button_ids()}
    asked = asked_for((PROJECT / module).read_text("utf-8"))
    assert [id for id in asked if id not in known] == []


def test_an_id_that_is_not_there_would_be_found() -> None:
    assert set(asked_for('Text(say("thanks", name=name))\nlabels("pace")')) == {"thanks", "pace"}
    assert "thanks" not in wording.ids()


@pytest.mark.parametrize(
    "planted",
    [
        'Text("Thank you")',
        'Text(say("thanks"), heading="What now")',
        'message("gone", "Nothing here")',
        'message("gone", say("gone"), f"It was {name} yesterday")',
        'Button("Send", "send")',
        'Button(f"Take back {name}", "withdraw")',
        'Field("words", "Your words")',
        'Field("words", say("words"), error="Missing" if late else "")',
        'Choice("yes", "Yes")',
        'Form("reflect", "Your answer")',
        'Form(name="x", title="Your answer")',
        'errors["words"] = "Please write a few words."',
        'return "That day has passed."',
        'HINTS = {"a": "Write it down. Then send it."}',
        'return {"title": "A seat is empty", "buttons": []}',
        'STATES = {"draft": "To write"}',
        'STATES = {"kept": "Kept"}',
        'said = f"{band} practitioners"',
        'return f"Moved to {day}"',
        'row.reason = "came too late"',
    ],
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    body = f"def handler():\n    {planted}\n"
    assert sentences(body), planted


@pytest.mark.parametrize(
    "harmless",
    [
        '"""A docstring is read by whoever reads the code."""',
        'Text(say("receipt_kept"))',
        'Text(words["front_door_name"])',
        'Text(f"{first} {second}")',
        'message("gone", say("gone_title"), say("gone"))',
        'Button(say("button_send"), "send", "choice")',
        'raise ValueError("The rota names no time at which anybody reads.")',
        'log.error("a message of kind %s could not be made", kind)',
        'DOMAIN = re.compile(r"[^@ <>]+@[a-z ]+")',
        'key = f"line:{id}:{person}"',
        'made: "Session | None" = None',
        'kind = "waited_long"',
        'Field("words", say("words"), value="theme")',
    ],
)
def test_what_nobody_reads_is_left_alone(harmless: str) -> None:
    assert sentences(f"def handler():\n    {harmless}\n") == []
