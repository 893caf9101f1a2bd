"""What no import contract can say about the rooms, each rule seen to fail on a planted violation."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String

from storage import data_map
from storage.models import Contribution

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "storage", "digests")
LONGEST_MODULE = 400
EMPTY_NAMES = {"utils", "helpers", "common", "base", "manager"}

# Nothing that says who: a new column has to be argued for here.
CONTRIBUTION_COLUMNS = [
    "id",
    "partnership_id",
    "kind",
    "voice",
    "rendering",
    "age_band",
    "prompt_id",
    "prevention_level",
    "network_level",
    "transition",
    "stance",
    "first_contact",
    "agreed_to",
    "agreement_by",
    "on_date",
    "state",
    "coded_with",
    "sealed_words",
]


def modules(tree: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((tree / room).rglob("*.py"))


def async_outside_bot(tree: Path) -> list[str]:
    asynchronous = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    return [
        str(file.relative_to(tree))
        for file in modules(tree)
        if file.relative_to(tree).parts[0] != "bot"
        and any(
            isinstance(node, asynchronous)
            or (isinstance(node, ast.comprehension) and node.is_async)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        )
    ]


def too_long(tree: Path) -> list[str]:
    return [
        str(file.relative_to(tree))
        for file in modules(tree)
        if file.parent.name != "versions"  # a migration is a record, written once
        and len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    ]


def emptily_named(tree: Path) -> list[str]:
    return [
        str(file.relative_to(tree))
        for file in modules(tree)
        if EMPTY_NAMES & {Path(part).stem for part in file.relative_to(tree).parts}
    ]


def sdk_outside_its_folder(tree: Path) -> list[str]:
    """Modules beside `bot/teams` that import the SDK of Teams or what comes with it."""
    return [
        str(file.relative_to(tree))
        for file in modules(tree)
        if file.relative_to(tree).parts[:2] != ("bot", "teams")
        and imported(file) & {"microsoft_teams", "jwt", "msal"}
    ]


def imported(file: Path) -> set[str]:
    """The first words of everything that is imported anywhere in this file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def plant(tree: Path, file: str, text: str) -> None:
    place = tree / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def test_only_bot_is_asynchronous() -> None:
    assert async_outside_bot(PROJECT) == []


def test_an_asynchronous_handler_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "bot/web/chat.py", "async def listen() -> None: ...\n")
    plant(tmp_path, "handlers/loop.py", "async def answer() -> None: ...\n")
    plant(tmp_path, "handlers/async_words.py", "WORDS = 'async def'\n")
    assert async_outside_bot(tmp_path) == [str(Path("handlers/loop.py"))]


def test_the_sdk_of_teams_is_imported_in_one_folder() -> None:
    assert sdk_outside_its_folder(PROJECT) == []


def test_the_sdk_of_teams_elsewhere_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "bot/teams/apps.py", "import microsoft_teams.api\n")
    plant(tmp_path, "bot/app.py", "def edges():\n    from microsoft_teams.apps import App\n")
    assert sdk_outside_its_folder(tmp_path) == ["bot/app.py"]


def test_no_module_is_longer_than_400_lines() -> None:
    assert too_long(PROJECT) == []


def test_a_module_of_401_lines_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "bot/short.py", "a = 1\n" * 400)
    plant(tmp_path, "bot/long.py", "a = 1\n" * 401)
    assert too_long(tmp_path) == [str(Path("bot/long.py"))]


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert emptily_named(PROJECT) == []


def test_a_module_or_folder_with_an_empty_name_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "bot/database.py", "")
    for empty in sorted(EMPTY_NAMES):
        plant(tmp_path, f"digests/{empty}.py", "")
        plant(tmp_path, f"storage/{empty}/people.py", "")
    assert len(emptily_named(tmp_path)) == 2 * len(EMPTY_NAMES)


def test_a_contribution_has_these_columns_and_no_others() -> None:
    assert Contribution.__table__.columns.keys() == CONTRIBUTION_COLUMNS


def test_every_column_has_a_line_in_the_data_map_and_every_time_ends_something() -> None:
    assert len(data_map.holdings()) > 40


def test_an_added_column_is_found() -> None:
    planted = MetaData()
    copy = Contribution.__table__.to_metadata(planted)
    copy.append_column(Column("person_id", String(32)))
    assert copy.columns.keys() != CONTRIBUTION_COLUMNS


def refused(line: str, room: str) -> str:
    """What ruff says of one line in a module of a room, by the project's own rules."""
    said = subprocess.run(
        [
            str(Path(sys.executable).with_name("ruff")),
            "check",
            "--select",
            "TID251",
            "--stdin-filename",
            f"{room}/planted.py",
            "-",
        ],
        input=line,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(Path(sys.executable).parent)},
    )
    return said.stdout


@pytest.mark.parametrize("room", ["handlers", "storage", "digests"])
@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime\n\nNOW = datetime.now()\n",
        "from datetime import date\n\nTODAY = date.today()\n",
        "import time\n\nNOW = time.time()\n",
        "import os\n\nSECRET = os.environ['SECRET']\n",
        "import os\n\nSECRET = os.getenv('SECRET')\n",
    ],
)
def test_a_clock_or_an_environment_outside_bot_is_found(room: str, line: str) -> None:
    assert "TID251" in refused(line, room)
    assert "TID251" not in refused(line, "bot")
