"""What a server holds for good is in memory before the first person waits, and never looked through again."""

from __future__ import annotations

import gc

from bot import ready
from digests.protect import tagger


def test_what_reads_words_is_there_and_put_aside() -> None:
    try:
        ready.read_in()
        assert gc.get_freeze_count() > 10_000
        assert not any(one is tagger for one in gc.get_objects())
    finally:
        gc.unfreeze()
