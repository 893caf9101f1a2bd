"""The one runner and the one sender: allow, decide, commit, acknowledge; then look again, and send."""

from bot.outbox.accept import NotSavedError, fresh_key, perform, perform_soon, queue, run
from bot.outbox.looking import deliver, deliver_in
from bot.outbox.posting import Sender

__all__ = [
    "NotSavedError",
    "Sender",
    "deliver",
    "deliver_in",
    "fresh_key",
    "perform",
    "perform_soon",
    "queue",
    "run",
]
