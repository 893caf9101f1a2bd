"""What the code never does: evaluate, unpickle, ask a shell, make a template of words, run a cell."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as some
from openpyxl import Workbook

from bot.web.pages import Frame, page
from digests.render import _templates
from handlers import cells
from handlers.wording import say
from tests.bot.test_hostile import CORPUS
from tests.patterns import PROJECT, sources

CODE_FROM_DATA = {"eval", "exec", "compile", "__import__", "execfile", "breakpoint"}
NEVER_IMPORTED = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml", "code", "pdb"}
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell"}
RUN = {"storage/key_sources.py": "the key command", "bot/pdf.py": "Chromium, on a page of ours"}
TABLES = {"writer", "DictWriter", "Workbook", "to_csv", "to_excel"}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call: its file, itself, and the last word of what is called."""
    for file, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = getattr(called, "attr", getattr(called, "id", ""))
                yield str(file.relative_to(PROJECT)), node, name


def imports() -> Iterator[tuple[str, str]]:
    """Every import: its file, and the first word of what is imported."""
    for file, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield str(file.relative_to(PROJECT)), alias.name.split(".")[0]
            elif isinstance(node, ast.ImportFrom):
                yield str(file.relative_to(PROJECT)), (node.module or "").split(".")[0]


def test_nothing_is_evaluated_unpickled_or_loaded_as_code() -> None:
    found = [
        (file, name)
        for file, node, name in calls()
        if name in CODE_FROM_DATA and isinstance(node.func, ast.Name)
    ]
    found += [(file, name) for file, name in imports() if name in NEVER_IMPORTED]
    assert found == []
    loads = [node for _, node, name in calls() if name == "load" and "np" in ast.unparse(node.func)]
    assert loads
    assert all("allow_pickle=False" in ast.unparse(node) for node in loads)


def test_what_is_run_is_of_the_settings_and_never_by_a_shell() -> None:
    assert {file for file, name in imports() if name == "subprocess"} == RUN.keys()
    assert [name for _, _, name in calls() if name in SHELLS] == []
    assert not [node for _, node, _ in calls() if "shell" in {word.arg for word in node.keywords}]


def test_nothing_typed_is_run_as_a_template() -> None:
    made = [file for file, _, name in calls() if name in ("from_string", "Template", "format_map")]
    assert made == []
    frame = Frame("Northport", (), "", "", "csrf", "")
    for bad in CORPUS:
        shown = page("message", frame=frame, title=bad, sentence=bad)
        assert "49" not in shown, bad
        told = say("typed_in_chat", fixed_line=bad)
        assert bad in told
    assert _templates.autoescape is True


def test_no_cell_of_a_report_is_a_formula() -> None:
    writers = {file for file, _, name in calls() if name in TABLES}
    assert writers == {"handlers/cells.py"}, "every table for a spreadsheet goes through one place"
    bad = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\0=1", " =1", "＝1", '=cmd|"/c x"!A1']
    out = io.StringIO(newline="")
    cells.write(out, [bad, ["a", 'say "x"', "1,2", "line\nline", -3, 2.5]])
    ran, plain = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert all(cell.startswith("'") for cell in ran)
    assert [cell[1:] for cell in ran] == bad
    assert plain == ["a", 'say "x"', "1,2", "line\nline", "-3", "2.5"]


@given(some.text(max_size=20))
@example("\x1f=0")
def test_a_spreadsheet_takes_no_cell_for_a_formula(text: str) -> None:
    """As openpyxl would read it, which takes what begins with an equals sign for one."""
    sheet = Workbook().active
    assert sheet is not None
    shown = "".join(sign for sign in cells.cell(text) if sign >= " ")
    sheet["A1"] = shown
    assert sheet["A1"].data_type != "f"
    assert not cells.cell(text).lstrip(" ").startswith(cells.FORMULA)
