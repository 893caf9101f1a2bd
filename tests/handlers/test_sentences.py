"""Every sentence that a person reads comes from `wording.toml`; a sentence in the code is found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HANDLERS = Path(__file__).resolve().parents[2] / "handlers"

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
    "Asked": "the answer to the timetable, which nobody reads",
    "Drafted": "the answer to the timetable, which nobody reads",
    "Already drafted": "the answer to the timetable, which nobody reads",
}
NOT_MOVED_YET = {
    "contributions/quote.py",
    "quotes.py",
    "danger/first_look.py",
    "danger/opening.py",
    "danger/signposts.py",
    "planning.py",
    "views/home.py",
    "views/person.py",
    "curation.py",
    "enrolment.py",
    "joins.py",
    "plain.py",
    "seats.py",
    "views/desk.py",
    "views/lines.py",
    "weekly/issuing.py",
}


def sentences(source: str) -> list[str]:
    """Sentences written into the code, with their line."""
    tree = ast.parse(source)
    found = {(node.lineno, text) for node, text in _passed(tree)}
    found |= {(node.lineno, node.value) for node in (*_standing(tree), *_shown(tree))}
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
    """Whole sentences anywhere but in docstrings and exceptions: two words or more, and a full stop."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        inner: list[ast.AST] = []
        if isinstance(node, ast.Expr | ast.Raise):
            inner = [node] if isinstance(node, ast.Raise) else [node.value]
            inner = inner if isinstance(node, ast.Raise) or _is_text(node.value) else []
        for outer in inner:
            skipped |= {id(part) for part in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and _is_text(node) and id(node) not in skipped:
            words = str(node.value).strip()
            if " " in words and words[0].isupper() and words[-1] in ".?!":
                yield node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def modules() -> list[str]:
    return sorted(
        str(path.relative_to(HANDLERS))
        for path in HANDLERS.rglob("*.py")
        if str(path.relative_to(HANDLERS)) not in NOT_MOVED_YET
    )


@pytest.mark.parametrize("module", modules())
def test_no_sentence_is_written_into_a_handler(module: str) -> None:
    assert sentences((HANDLERS / module).read_text("utf-8")) == []


@pytest.mark.parametrize("module", sorted(NOT_MOVED_YET))
def test_what_is_still_to_be_moved_has_something_to_move(module: str) -> None:
    assert sentences((HANDLERS / module).read_text("utf-8")), "take it off the list"


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
        'kind = "waited_long"',
        'Field("words", say("words"), value="theme")',
    ],
)
def test_what_nobody_reads_is_left_alone(harmless: str) -> None:
    assert sentences(f"def handler():\n    {harmless}\n") == []
