"""The import contracts hold, and each of them is seen to fail on one planted violation."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "storage", "digests")
LINT = "from importlinter.cli import lint_imports_command as run; run()"

PLANTED = [
    ("digests never import storage", "layers", "digests/planted.py", "import storage.audit"),
    ("storage never imports digests", "layers", "storage/planted.py", "import digests.release"),
    ("handlers never import bot", "layers", "handlers/planted.py", "import bot.config"),
    ("handlers write no SQL", "database", "handlers/planted.py", "import sqlalchemy"),
    ("bot runs no migrations", "database", "bot/planted.py", "import alembic"),
    ("handlers read no tone", "models", "handlers/planted.py", "import textblob"),
    ("storage trains nothing", "models", "storage/planted.py", "import sklearn"),
    ("handlers know no web", "world", "handlers/planted.py", "import starlette.requests"),
    ("storage has no timetable", "world", "storage/planted.py", "import apscheduler"),
    ("digests know no platform", "world", "digests/planted.py", "import slack_bolt"),
    (
        "bot may not ask whom to write back to",
        "return-addresses",
        "bot/planted.py",
        "import storage.return_addresses",
    ),
    (
        "no other handler may ask whom to write back to",
        "return-addresses",
        "handlers/planted.py",
        "from storage import return_addresses",
    ),
    (
        "two modules never need each other",
        "cycles",
        "digests/planted.py",
        "import digests.planted_too",
    ),
    (
        "no other handler may ask how many spoke",
        "counting",
        "handlers/planted.py",
        "from storage import counting",
    ),
    ("Teams knows nothing of Slack", "platforms", "bot/teams/planted.py", "import bot.slack.apps"),
]


def lint(tree: Path, contract: str = "") -> subprocess.CompletedProcess[str]:
    only = ["--contract", contract] if contract else []
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", *only],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tree), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    skip = shutil.ignore_patterns("__pycache__", "static", "templates", "*.txt", "*.toml")
    for room in ROOMS:
        shutil.copytree(PROJECT / room, tree / room, ignore=skip)
    shutil.copy(PROJECT / ".importlinter", tree)
    return tree


def test_every_import_contract_is_kept() -> None:
    result = lint(PROJECT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [row[1:] for row in PLANTED],
    ids=[row[0].replace(" ", "_") for row in PLANTED],
)
def test_a_planted_violation_breaks_its_contract(
    copy: Path, contract: str, file: str, line: str
) -> None:
    planted, back = copy / file, copy / "digests" / "planted_too.py"
    planted.write_text(line + "\n", encoding="utf-8")
    back.write_text("import digests.planted\n" if "planted_too" in line else "", encoding="utf-8")
    try:
        result = lint(copy, contract)
    finally:
        planted.unlink()
        back.unlink()
    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 broken" in result.stdout
    assert Path(file).with_suffix("").name in result.stdout


def test_every_contract_has_a_planted_violation() -> None:
    written = (PROJECT / ".importlinter").read_text(encoding="utf-8")
    contracts = {
        line.removeprefix("[importlinter:contract:").rstrip("]")
        for line in written.splitlines()
        if line.startswith("[importlinter:contract:")
    }
    assert contracts == {row[1] for row in PLANTED}
