"""Every table, in the rooms where they belong."""

from storage.models.answering import Commitment, Digest, Line, LineContribution, Opinion, Return
from storage.models.asking import Invitation, Pause, Round, RoundChange, Slot, TooMuch
from storage.models.columns import KeyRows, Rows
from storage.models.heard import (
    Coding,
    Contribution,
    CountingTag,
    KeptDetail,
    PhraseTry,
    ReceiptPhrase,
    ReturnAddress,
    SetAside,
    WaitedLong,
)
from storage.models.keys import CarriedKey, RecordKey, Tombstone
from storage.models.neighbouring import LineShare, Neighbour, NeighbourTheme
from storage.models.people import (
    Channel,
    EntryTry,
    Installation,
    JoinLink,
    OpenidAccount,
    OpenidTry,
    Partnership,
    Person,
    PersonAddress,
    Preference,
    Seat,
    SignInLink,
    WebSession,
)
from storage.models.plumbing import Audit, Bucket, Done, Notice, Outbox
from storage.models.privacy import Decision, Request
from storage.models.release import LedgerEntry, LeftOut, Quote
from storage.models.showing import BoardEntry
from storage.models.together import LiveSentence, LiveSession, LiveYes, Pilot, Present
from storage.models.working import MeetingChange, TaskGroup, TaskGroupMember

__all__ = [
    "Audit",
    "BoardEntry",
    "Bucket",
    "CarriedKey",
    "Channel",
    "Coding",
    "Commitment",
    "Contribution",
    "CountingTag",
    "Decision",
    "Digest",
    "Done",
    "EntryTry",
    "Installation",
    "Invitation",
    "JoinLink",
    "KeptDetail",
    "KeyRows",
    "LedgerEntry",
    "LeftOut",
    "Line",
    "LineContribution",
    "LineShare",
    "LiveSentence",
    "LiveSession",
    "LiveYes",
    "MeetingChange",
    "Neighbour",
    "NeighbourTheme",
    "Notice",
    "OpenidAccount",
    "OpenidTry",
    "Opinion",
    "Outbox",
    "Partnership",
    "Pause",
    "Person",
    "PersonAddress",
    "PhraseTry",
    "Pilot",
    "Preference",
    "Present",
    "Quote",
    "ReceiptPhrase",
    "RecordKey",
    "Request",
    "Return",
    "ReturnAddress",
    "Round",
    "RoundChange",
    "Rows",
    "Seat",
    "SetAside",
    "SignInLink",
    "Slot",
    "TaskGroup",
    "TaskGroupMember",
    "Tombstone",
    "TooMuch",
    "WaitedLong",
    "WebSession",
]
