"""Text in, suggested themes out, each with the phrase that caused it."""

from digests.themes.coder import MOST_LABELS, Coder, Label
from digests.themes.keeping import CoderError, from_bytes, to_bytes
from digests.themes.order import teaches_most
from digests.themes.proof import Proof, prove
from digests.themes.training import train

__all__ = [
    "MOST_LABELS",
    "Coder",
    "CoderError",
    "Label",
    "Proof",
    "from_bytes",
    "prove",
    "teaches_most",
    "to_bytes",
    "train",
]
