"""What is remembered, how it is sealed, and for how long."""

from storage.database import Database, Session
from storage.sealing import Erased, Keyring, SealingError

__all__ = ["Database", "Erased", "Keyring", "SealingError", "Session"]
