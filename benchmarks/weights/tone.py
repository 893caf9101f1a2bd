"""Makes `digests/weights/tone.npz` from the open comments of the NHS, and proves it by halves.

`python -m benchmarks.weights.tone --data FOLDER`. The sets nhs-fft-v6 and nhs-feedback-phase1
(MIT, Copyright (c) 2021 NHS England): people's comments with the tone that human coders gave them.
No sentence is kept: codes of words and of runs of signs that stand in three texts or more, and their weights.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.weights import classes
from digests import linear, tone

LABELS = ("negative", "neutral", "positive")
WHERE = Path(__file__).parents[2] / "digests/weights/tone.npz"
Row = tuple[str, str]


def rows(data: Path) -> dict[str, list[Row]]:
    """Text and tone, by set. 1 and 2 of 5 are positive there, here below 0 is negative."""
    found: dict[str, list[Row]] = {"nhs-fft-v6": [], "nhs-feedback-phase1": []}
    for name, kept in found.items():
        for line in (data / name / "dev.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            value = row.get("sentiment5", row.get("criticality"))
            if value is not None:
                sign = np.sign(3 - value if name == "nhs-fft-v6" else value)
                kept.append((row["text"], LABELS[int(sign) + 1]))
    return found


def train(sets: dict[str, list[Row]]) -> linear.Linear:
    """A reader of six labels: the three tones of each set, which `digests.tone` adds up."""
    rows = [(text, f"{name} {said}") for name, found in sets.items() for text, said in found]
    texts, said = zip(*rows, strict=True)
    labels = [f"{name} {label}" for name in sets for label in LABELS]
    return classes.train(texts, said, labels, least=3, cost=2.0, evening=0.8)


def read(model: linear.Linear, texts: list[str]) -> list[str]:
    return [LABELS[at] for at in tone.chances(model.scores(texts)).argmax(axis=1)]


def prove(sets: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """For each set, what was read and what people said, each by a model that never saw it."""
    said: dict[str, list[Row]] = {name: [] for name in sets}
    parts = {name: classes.folds(len(found)) for name, found in sets.items()}
    for turn in range(5):
        out = {name: set(parts[name][turn].tolist()) for name in sets}
        model = train(
            {
                name: [row for n, row in enumerate(found) if n not in out[name]]
                for name, found in sets.items()
            }
        )
        for name, found in sets.items():
            held = [found[n] for n in sorted(out[name])]
            labels = read(model, [text for text, _ in held])
            said[name] += [(a, b) for a, (_, b) in zip(labels, held, strict=True)]
    return said


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--data", type=Path, default=Path("../shared/data"))
    sets = rows(choice.parse_args().data)
    for name, pairs in prove(sets).items():
        a, b = zip(*pairs, strict=True)
        print(f"{name}: macro-F1 {classes.macro(a, b, LABELS):.3f}, five-fold, {len(pairs)} texts")
    with WHERE.open("wb") as file:
        linear.write(train(sets), file)


if __name__ == "__main__":
    main()
