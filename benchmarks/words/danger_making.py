"""Makes the weights of the danger scorer: `python -m benchmarks.words.danger_making [--data DIR]`.

It learns from the project's own invented lines and its demo's contributions; three openly licensed sets
(NHS comments and a consultation, MIT; Broad Twitter Corpus, CC BY 4.0) stand in for ordinary talk, so that
ordinary talk stays quiet. None of their sentences is kept: only weights of words, letter groups and ideas.
The same lines, sets and libraries give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.words.danger_lines import LINES, lines
from digests.danger.ideas import sentences
from digests.danger.looking import fold, matched
from digests.danger.scorer import features

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "digests" / "danger" / "weights.json.gz"
ORDINARY = ("nhs-feedback-phase1", "consultation-gambling-1k", "ner-broad-twitter")
SEED, EACH = 20261123, 20
STRENGTH = 10.0  # inverse of the regularisation
ORDINARY_COUNTS = 0.1  # one ordinary comment against one demo contribution
# how much each family of features may say: words, pairs of words, ideas, pairs of ideas, letters
FAMILY = {"w": 1.5, "b": 1.0, "c": 1.4, "p": 1.4, "g": 1.0}
STEP = 0.02  # weights are kept as whole numbers of this
QUIET = 4  # features whose every weight is at most this many steps are left out
RARE = 3  # features seen in fewer texts than this are left out


@dataclass
class Material:
    """Texts with what they teach: level, weight, and the template or text that they came from."""

    texts: list[str]
    levels: list[str]
    kinds: list[str]
    weight: list[float]
    group: list[str]
    part: list[str]

    def add(self, text: str, level: str, kind: str, weight: float, group: str, part: str) -> None:
        self.texts.append(text)
        self.levels.append(level)
        self.kinds.append(kind)
        self.weight.append(weight)
        self.group.append(group)
        self.part.append(part)


def material(data: Path) -> Material:
    """Everything that the scorer learns from."""
    taught = Material([], [], [], [], [], [])
    made = list(lines(EACH, SEED))
    ways = Counter(line.template for line in made)
    for line in made:
        weight = 4 / ways[line.template]
        taught.add(line.words, line.level, line.kind, weight, line.template, "lines")
    for path in sorted((ROOT / "bot" / "demo" / "story").glob("*.jsonl")):
        for row in _rows(path):
            if not row["possible_danger"] and not row["danger_borderline"]:
                taught.add(row["text"], "none", "", 1.0, row["text"], "demo")
    for name in ORDINARY:
        for row in _rows(data / name / "dev.jsonl"):
            text = row["text"][:600]
            if matched(fold(text)) is None:
                taught.add(text, "none", "", ORDINARY_COUNTS, text, "ordinary")
    return taught


def _rows(path: Path) -> list[dict]:
    return [json.loads(row) for row in path.read_text("utf-8").splitlines() if row]


@dataclass
class Table:
    """The features of texts as a matrix, and the name of each column."""

    columns: dict[str, int]

    @classmethod
    def of(cls, seen: list[dict[str, float]]) -> Table:
        often = Counter(name for found in seen for name in found)
        kept = sorted(name for name, times in often.items() if times >= RARE)
        return cls({name: n for n, name in enumerate(kept)})

    def matrix(self, seen: list[dict[str, float]]) -> csr_matrix:
        data, where, rows = [], [], [0]
        for found in seen:
            for name, size in found.items():
                if (n := self.columns.get(name)) is not None:
                    data.append(size * FAMILY[name[0]])
                    where.append(n)
            rows.append(len(where))
        return csr_matrix((data, where, rows), shape=(len(seen), len(self.columns)))


def seen_in(texts: list[str]) -> list[dict[str, float]]:
    return [features(sentences(fold(text))) for text in texts]


def learned(matrix: csr_matrix, wanted: np.ndarray, weight: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=3000, random_state=0)
    return model.fit(matrix, wanted, sample_weight=weight)


def made_from() -> str:
    """A short hash of the lines, the demo's contributions and the ideas that the weights were made from."""
    parts = [*sorted(LINES.glob("*.txt")), ROOT / "digests" / "danger" / "concepts.toml"]
    parts += sorted((ROOT / "bot" / "demo" / "story").glob("*.jsonl"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()[:16]


def questions(taught: Material) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What is asked of the texts: for each question the rows that it is learned from, and the answers."""
    levels, kinds = np.array(taught.levels), np.array(taught.kinds)
    everything = np.arange(len(levels))
    worried = np.isin(levels, ("immediate", "possible"))
    asked = {
        "danger": (np.flatnonzero(levels != "elsewhere"), worried),
        "now": (np.flatnonzero(worried), levels == "immediate"),
        "staff": (np.flatnonzero(worried), kinds == "staff"),
    }
    return asked | {
        name: (everything, kinds == name) for name in ("whistleblowing", "intelligence")
    }


def make(data: Path) -> bytes:
    """The packed weights."""
    taught = material(data)
    seen = seen_in(taught.texts)
    table = Table.of(seen)
    matrix, weight = table.matrix(seen), np.array(taught.weight)
    models = {
        name: learned(matrix[rows], answers[rows], weight[rows])
        for name, (rows, answers) in questions(taught).items()
    }
    return packed(table, models)


def packed(table: Table, models: dict[str, LogisticRegression]) -> bytes:
    """The weights as whole numbers of STEP, without the features that hardly say anything."""
    scale = np.array([FAMILY[name[0]] for name in table.columns])
    whole = {
        name: np.rint(model.coef_[0] * scale / STEP).astype(int) for name, model in models.items()
    }
    loud = np.max([abs(column) for column in whole.values()], axis=0) > QUIET
    body = {
        "made_from": made_from(),
        "step": STEP,
        "start": {name: round(float(model.intercept_[0]), 4) for name, model in models.items()},
        "names": " ".join(name for name, n in table.columns.items() if loud[n]),
        "of": {name: column[loud].tolist() for name, column in whole.items()},
    }
    return gzip.compress(json.dumps(body, separators=(",", ":")).encode(), 9, mtime=0)


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    made = make(choice.parse_args().data)
    WEIGHTS.write_bytes(made)
    print(f"{WEIGHTS.relative_to(ROOT)}: {len(made) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
