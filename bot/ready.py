"""What reads words is in memory before somebody waits for it, and what is in memory for good is left alone.

Python goes through everything it holds to find what can be let go, and everybody waits meanwhile: a tenth
of a second for all that a server has loaded. That is there to stay, so it is put aside once and for all.
"""

from __future__ import annotations

import gc
import threading

from digests import danger, language, protect
from handlers.wording import say


def begin() -> None:
    """Read in beside whatever else starts."""
    threading.Thread(target=read_in, daemon=True).start()


def read_in() -> None:
    words = say("your_words")
    protect.find(words)
    danger.look(words)
    language.of(words)
    gc.collect()
    gc.freeze()
