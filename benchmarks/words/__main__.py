"""`python -m benchmarks.words [PART ...] [--data DIR]`: how well words are read, as one table.

Parts are the modules of this package that measure something: protect, danger, themes, tone, emergent, meanings,
stance, speed, as far as they exist. Nothing here asserts a figure: figures are read by people.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.words import Row

PARTS = ("protect", "danger", "themes", "tone", "emergent", "meanings", "stance", "speed")
ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    there = [name for name in PARTS if find_spec(f"benchmarks.words.{name}") is not None]
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("parts", nargs="*", metavar="PART", help=", ".join(there))
    choice.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    chosen = choice.parse_args()
    if unknown := set(chosen.parts) - set(there):
        choice.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    table = Table(title="Reading words", show_lines=False)
    for column in ("Measure", "Peer", "Ours", "Target"):
        table.add_column(column, overflow="fold")
    for part in chosen.parts or there:
        table.add_section()
        rows: list[Row] = list(import_module(f"benchmarks.words.{part}").measure(chosen.data))
        for row in rows:
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
