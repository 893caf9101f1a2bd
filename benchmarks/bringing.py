"""`heardback import` over the words of the demonstration: rows a second, each through every check."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import date
from importlib import resources
from pathlib import Path

from rich.console import Console

from benchmarks.real_run import ZONE, at, set_up
from bot.commands import bring
from storage import Database, Keyring

ROWS = 2_000


def rows_a_second() -> float:
    """Rows kept or set aside in a second, in batches as the command commits them."""
    story = resources.files("bot.demo").joinpath("story/demo_corpus.jsonl").read_text("utf-8")
    words = [json.loads(line)["text"] for line in story.splitlines() if line.strip()]
    columns = {"text": "text", "respondent": "respondent"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "voices.jsonl"
        lines = ({"text": words[n % len(words)], "respondent": f"r{n}"} for n in range(ROWS))
        file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
        keyring = Keyring.create(folder / "master.key")
        database = Database(f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys.db", keyring)
        database.migrate()
        with database.writing() as session:
            champions = tuple(set_up(session))
        result = bring.Result()
        how = bring.How(columns, champions, "community_member", "adult", date(2026, 1, 5), 0)
        start = time.perf_counter()
        found = bring.voices(file, None, columns, result)
        quiet = Console(quiet=True)
        bring.bring(database, "run", ZONE, found, how, result, now=at(0, 3, 10), console=quiet)
        taken = time.perf_counter() - start
        database.close()
    return (result.kept + result.set_aside) / taken
