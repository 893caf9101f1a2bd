"""Makes `digests/weights/ordinary.npz`: in how many ordinary texts each word and piece of a word stands.

`python -m benchmarks.weights.ordinary --data FOLDER --corpus FILE…`. From the open sets that are named
in `docs/words.md` and from the invented corpus of the demonstration. What stands in fewer than three texts
is left out; only codes and counts are kept.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from digests import grams

SETS = (
    "nhs-fft-v6",
    "nhs-feedback-phase1",
    "ner-broad-twitter",
    "consultation-gambling-1k",
    "consultation-gambling-xs",
    "pii-uk-practice",
)
FEWEST = 3
WHERE = Path(__file__).parents[2] / "digests/weights/ordinary.npz"


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--data", type=Path, default=Path("../shared/data"))
    choice.add_argument("--corpus", type=Path, nargs="*", default=[])
    chosen = choice.parse_args()
    files = [chosen.data / name / "dev.jsonl" for name in SETS] + chosen.corpus
    texts = [json.loads(line)["text"] for file in files for line in file.open(encoding="utf-8")]
    stream = grams.read(texts)
    found = [grams.in_texts(bag) for bag in (stream.words, stream.pieces)]
    codes = np.concatenate([codes for codes, _ in found])
    often = np.concatenate([often for _, often in found])
    kept = np.flatnonzero(often >= FEWEST)
    order = kept[np.argsort(codes[kept])]
    counts = np.minimum(often[order], 65_535).astype(np.uint16)
    np.savez_compressed(WHERE, codes=codes[order], texts=counts, number=np.array(len(texts)))


if __name__ == "__main__":
    main()
