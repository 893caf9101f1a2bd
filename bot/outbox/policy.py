"""What becomes of each kind of message when things go wrong, as one table.

A prompt or a nudge is a favour asked, so it may be lost rather than doubled; an answer is owed, so it
may be doubled, with its note, rather than lost. What nobody listed is left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Unclear = Literal["drop", "repeat", "park"]


@dataclass(frozen=True)
class Policy:
    """How one kind of message is sent.

    unclear: when it may have been posted and the conversation cannot be read back.
    rank: what goes first when there is more than the budget allows (0 is first).
    daytime: held back in the partnership's quiet hours.
    working_days: held back on weekends and bank holidays.
    fresh_for: how late it may come; `late` says what is done with it after that.
    by_mail: goes to the mail address and nowhere else, not even into the thread.
    """

    unclear: Unclear = "park"
    rank: int = 5
    daytime: bool = True
    working_days: bool = False
    fresh_for: timedelta = timedelta(days=14)
    late: Literal["drop", "park"] = "park"
    by_mail: bool = False


DAY = timedelta(days=1)
OTHERS = Policy()
URGENT = Policy(unclear="repeat", rank=0, daytime=False)
OWED = Policy(unclear="repeat", rank=2, fresh_for=30 * DAY)

HALF_AN_HOUR = timedelta(minutes=30)

POLICIES: dict[str, Policy] = {
    "sign_in_link": Policy("repeat", 0, False, fresh_for=HALF_AN_HOUR, late="drop", by_mail=True),
    "join_confirm": Policy("repeat", 0, False, fresh_for=DAY, late="drop", by_mail=True),
    "invitation": Policy("repeat", 3, False, fresh_for=7 * DAY, by_mail=True),
    "prompt": Policy("park", rank=6, working_days=True, fresh_for=3 * DAY, late="drop"),
    "nudge": Policy("drop", rank=7, working_days=True, fresh_for=DAY, late="drop"),
    "answer_to_practitioner": OWED,
    "answer_to_champion": OWED,
    "answer_proposed": OWED,
    "answer_due_reminder": OWED,
    "answer_due_deputy": OWED,
    "answer_due_scrutineer": OWED,
    "digest_issued": OWED,
    "digest_in_channel": OWED,
    "not_answered_yet": OWED,
    "reopened": OWED,
    "four_weeks_later": Policy("drop", rank=6, working_days=True, fresh_for=7 * DAY, late="drop"),
    "unmask_asked": URGENT,
    "unmask_granted": URGENT,
    "unmask_alert": URGENT,
    "unmask_to_contributor": OWED,
    "waited_long_gone": OWED,
    "closing": OWED,
    "closing_open": OWED,
    "closing_waiting": OWED,
    "request_came": OWED,
    "request_due": OWED,
    "request_late": OWED,
    "complaint_answered": OWED,
    "request_longer": OWED,
    "set_aside_notice_to_lead": URGENT,
    "set_aside_opened_to_deputy": URGENT,
    "set_aside_unread_alarm": URGENT,
    "set_aside_who_asked": URGENT,
    "set_aside_who_to_contributor": OWED,
    "set_aside_not_live_to_contributor": Policy("repeat", rank=1, fresh_for=30 * DAY),
}


def policy_of(kind: str) -> Policy:
    """The policy of this kind; what is about something set aside is urgent unless it has its own."""
    if kind in POLICIES:
        return POLICIES[kind]
    return URGENT if kind.startswith("set_aside") else OTHERS
