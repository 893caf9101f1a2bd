"""Makes `digests/weights/stance.npz` from the invented corpus of the demonstration.

`python -m benchmarks.weights.stance FILE…` with files of JSON lines that have `text` and `stance`. The
figure that it prints is five-fold, on words that each fold had not seen.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from benchmarks.weights import classes
from digests import linear
from digests.codebook import STANCES

WHERE = Path(__file__).parents[2] / "digests/weights/stance.npz"


def rows(files: list[Path]) -> list[tuple[str, str]]:
    """Text and stance; what is set aside has none."""
    found = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    return [(row["text"], row["stance"]) for row in found if row.get("stance") in STANCES]


def train(pairs: list[tuple[str, str]]) -> linear.Linear:
    texts, said = zip(*pairs, strict=True)
    return classes.train(texts, said, STANCES, least=2, cost=3.0, evening=0.5)


def prove(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was read, and what was meant, each read by a model that never saw it."""
    said = []
    for out in classes.folds(len(pairs)):
        held = set(out.tolist())
        model = train([pair for n, pair in enumerate(pairs) if n not in held])
        labels = model.chances([pairs[n][0] for n in out]).argmax(axis=1)
        said += [(STANCES[label], pairs[n][1]) for label, n in zip(labels, out, strict=True)]
    return said


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("files", type=Path, nargs="+")
    pairs = rows(choice.parse_args().files)
    read, meant = zip(*prove(pairs), strict=True)
    share = sum(a == b for a, b in zip(read, meant, strict=True)) / len(pairs)
    usual = Counter(meant).most_common(1)[0]
    print(f"right {share:.3f}, always '{usual[0]}' {usual[1] / len(pairs):.3f}")
    print(f"macro-F1 {classes.macro(read, meant, STANCES):.3f}, five-fold, {len(pairs)} texts")
    with WHERE.open("wb") as file:
        linear.write(train(pairs), file)


if __name__ == "__main__":
    main()
