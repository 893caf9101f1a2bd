"""A coder as bytes, to be kept in a file: arrays and plain text, and nothing that could run.

It holds weights of pieces of words by their codes, and the codebook's own cues; no text that
anybody wrote can be read off it.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import Any

import numpy as np

from digests.grams import Table
from digests.themes.coder import ALGORITHM, Bar, Coder, Features, Weighing

BLOCKS = 5
UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    RecursionError,
    MemoryError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


class CoderError(ValueError):
    """Why these bytes are no coder: one sentence for whoever chose the file."""


def to_bytes(coder: Coder) -> bytes:
    """All of a coder; slopes are kept to three figures."""
    about = {
        "algorithm": ALGORITHM,
        "version": coder.version,
        "themes": coder.themes,
        "phrases": coder.phrases,
        "kin": coder.features.kin,
        "both": coder.features.both,
        "weighing": [coder.weighing.apart, coder.weighing.cues],
        "bar": [coder.bar.least, coder.bar.close],
    }
    held = io.BytesIO()
    np.savez_compressed(
        held,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        words=coder.features.words.codes,
        word_weights=coder.features.words.weights,
        pieces=coder.features.pieces.codes,
        piece_weights=coder.features.pieces.weights,
        usual=coder.usual.astype(np.float32),
        **{f"slopes{n}": slopes.astype(np.float16) for n, slopes in enumerate(coder.slopes)},
    )
    return held.getvalue()


def from_bytes(data: bytes) -> Coder:
    """The coder that these bytes hold.

    Raises:
        CoderError: they hold none, or one made by another version of the program.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            about: dict[str, Any] = json.loads(arrays["about"].tobytes())
            if about["algorithm"] != ALGORITHM:
                raise CoderError("It was made by another version of heardback; make it again.")
            slopes = tuple(arrays[f"slopes{n}"].astype(np.float32) for n in range(BLOCKS))
            words = Table(arrays["words"], arrays["word_weights"])
            pieces = Table(arrays["pieces"], arrays["piece_weights"])
            kin, both = float(about["kin"]), float(about["both"])
            weighing, usual = Weighing(*map(float, about["weighing"])), arrays["usual"]
            themes, phrases, bar = about["themes"], about["phrases"], Bar(*map(float, about["bar"]))
            version = str(about["version"])
    except UNREADABLE as error:
        if isinstance(error, CoderError):
            raise
        raise CoderError("It is not a coder made by heardback learn.") from None
    sizes = (len(words.codes), len(pieces.codes), *(part.shape[0] for part in slopes[2:]))
    whole = usual.shape == (len(themes),)
    if not whole or any(
        part.shape != (n, len(themes)) for part, n in zip(slopes, sizes, strict=True)
    ):
        raise CoderError("It is not a whole coder.")
    return Coder.of(
        version=version,
        themes=themes,
        phrases=phrases,
        features=Features(words, pieces, kin, both),
        slopes=slopes,
        usual=usual,
        weighing=weighing,
        bar=bar,
    )
