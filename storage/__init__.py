"""What is remembered, how it is sealed, and for how long."""

from storage.database import Database, DatabaseError, Session
from storage.sealing import Erased, Keyring, SealingError

__all__ = ["Database", "DatabaseError", "Erased", "Keyring", "SealingError", "Session"]
