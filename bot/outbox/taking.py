"""Taking messages to send, and writing down what came of each: the two transactions around a post.

`take` leases rows and marks them as maybe sent before anything leaves; `settle` writes results, for
rows that are still ours. A row that may have been sent is read back before it is ever sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from bot import lease
from bot.outbox.looking import Places, Wanted, look, recipients_of, where
from bot.outbox.policy import policy_of
from bot.sending import LONGEST_WAIT, Platform
from handlers.messages import Address, Form
from handlers.place import Place
from handlers.wording import say
from storage import Session, budgets, outgoing, posting
from storage.budgets import Pace, Tick
from storage.models import Outbox
from storage.posting import REPEAT, Claim

LEASE = 20.0  # seconds; a request ends within PATIENCE of the last look, well before the lease
LAST_LOOK = 9.0  # seconds after taking in which a request may still be begun
AHEAD = 1.0  # seconds of budget taken at once
NEWLY = 4  # paced accounts that a sender takes on at once, so that others get theirs
SETTLING = 4.0  # seconds from an unclear result to the first look, for what is still on its way
REPEAT_AFTER = 4.0  # seconds, with jitter, before what may have come is said once more
LONGEST_PAUSE = 300.0  # seconds between two tries after unclear results
LOOK_BACK = timedelta(days=2)  # further than our clock may have been wrong when we posted
MAY_HAVE = say("parked_unclear")
_chance = SystemRandom()


@dataclass(frozen=True)
class Task:
    """One thing to do with a platform: post (`form` is there), or look whether it was posted."""

    id: str
    platform: str
    account: str
    kind: str
    address: Address
    key: str
    goes_in: float  # seconds from the taking
    since: datetime
    form: Form | None = None
    repeat: bool = False
    partnership: str = ""
    person: str = ""


@dataclass(frozen=True)
class Taken:
    """What is ours until the lease ends, and how many rows were settled without sending.

    `at` is the moment of the taking on this machine's steady clock; `more` says that there are accounts
    that nobody has yet.
    """

    tasks: Sequence[Task]
    epoch: str
    at: float
    moved: int
    more: bool = False


@dataclass(frozen=True)
class Result:
    """What came of a task.

    `how` is sent, found, missing, later or busy (certainly not posted), unclear (maybe posted), unread (could
    not be read back), refused, or abandoned (the last look said no). `seconds` is how long to wait.
    """

    task: Task
    how: str
    seconds: float = 0.0
    reason: str = ""


def key_of(session: Session, id: str) -> str:
    """What goes into the platform's metadata: nothing can be found by it in the database."""
    return session.keyring.tag("done", "key", id)[:32]


def take(
    session: Session,
    platforms: Mapping[str, Platform],
    *,
    token: str,
    holder: str,
    now: datetime,
    limit: int,
) -> Taken:
    """Lease what may be sent now by this holder, and look at each again.

    Paced accounts that another sender has are left to it, and no more than `NEWLY` are taken on at once.
    """
    tick = lease.tick(session)
    at = lease.steady()
    places = Places(session)
    claims: list[Claim] = []
    paced: dict[str, str] = {}  # the account of a row, where it has to be held
    newly, more = 0, False
    waiting = sorted(posting.accounts(session, platforms, now=now, tick=tick))
    has = budgets.holders(session, tick, [account for _, account in waiting])
    for name, account in waiting:
        if has.get(account, holder) != holder:
            continue
        pace = pace_of(platforms[name])
        new = pace.step > 0 and account not in has
        if new and newly == NEWLY:
            more = True
            break
        found = posting.claim(
            session,
            account,
            pace,
            now=now,
            tick=tick,
            token=token,
            holder=holder,
            lease=LEASE,
            ahead=AHEAD,
            limit=limit - len(claims),
        )
        newly += new and bool(found)
        paced |= {claim.row.id: account for claim in found if pace.step}
        claims += found
        if len(claims) >= limit:
            break
    with recipients_of(session, [claim.row for claim in claims]):
        looked = [
            _task(session, claim, platforms, places.of(claim.row.partnership_id), tick, now)
            for claim in claims
        ]
    tasks = [task for task in looked if task is not None]
    for account in sorted({paced[task.id] for task in tasks if task.id in paced}):
        budgets.hold(session, account, tick, holder, LAST_LOOK)
    return Taken(tasks, tick.epoch, at, len(claims) - len(tasks), more)


def pace_of(platform: Platform) -> Pace:
    return Pace(platform.budget.per_conversation, platform.budget.per_account)


def _task(
    session: Session,
    claim: Claim,
    platforms: Mapping[str, Platform],
    here: Place,
    tick: Tick,
    now: datetime,
) -> Task | None:
    row = claim.row
    goes_in = max(0.0, claim.goes_at - tick.at)
    if row.maybe_since is not None:
        if platforms[row.platform].can_read_back:
            return _with(session, row, goes_in, row.maybe_since - LOOK_BACK)
        decide(session, row, here, tick, now)
        return None
    wanted = look(session, row, here, now)
    if wanted is None:
        if row.state == "ready":
            posting.wait(row, tick, 0)
        return None
    there = where(session, row, wanted, frozenset(platforms))
    if there is None:
        outgoing.settle(session, row, "sent", here.today(now), "web")
        return None
    if there != posting.address_of(session, row):
        posting.make_ready(session, row, there)
        posting.wait(row, tick, 0)
        return None
    row.maybe_since, row.tries = now, row.tries + 1
    return _with(session, row, goes_in, now - LOOK_BACK, wanted)


def _with(
    session: Session, row: Outbox, goes_in: float, since: datetime, wanted: Wanted | None = None
) -> Task:
    return Task(
        id=row.id,
        platform=row.platform,
        account=row.account_tag,
        kind=row.kind,
        address=posting.address_of(session, row),
        key=key_of(session, row.id),
        goes_in=goes_in,
        since=since,
        form=wanted.form if wanted else None,
        repeat=row.reason == REPEAT,
        partnership=row.partnership_id,
        person=wanted.person if wanted else "",
    )


def decide(session: Session, row: Outbox, here: Place, tick: Tick, now: datetime) -> None:
    """It may have been posted and cannot be read back: what its kind's policy says."""
    today, policy = here.today(now), policy_of(row.kind)
    if policy.unclear == "drop":
        outgoing.settle(session, row, "dropped", today, MAY_HAVE)
    elif policy.unclear == "repeat" and row.reason != REPEAT:
        row.reason, row.maybe_since = REPEAT, None
        posting.wait(row, tick, jitter(REPEAT_AFTER))
    else:
        posting.park(session, row, today, MAY_HAVE)


def settle(
    session: Session,
    token: str,
    epoch: str,
    results: Sequence[Result],
    *,
    holder: str,
    over: Mapping[str, Pace],
    now: datetime,
) -> int:
    """Write down what came of these; returns how many were not ours any more and left alone.

    `over` are the accounts of which this holder has nothing under way any more: others may have them.
    """
    tick = lease.tick(session)
    places = Places(session)
    rows = posting.held(session, token, epoch, [result.task.id for result in results])
    rests: dict[str, float] = {}
    for result in results:
        row = rows.get(result.task.id)
        if row is None:
            continue
        _settle(session, row, result, places.of(row.partnership_id), tick, now)
        if result.how == "later":
            account = result.task.account
            rests[account] = max(result.seconds, rests.get(account, 0.0))
    for account in sorted({*over, *rests}):  # in one order everywhere: nobody waits in a circle
        if account in rests:
            budgets.rest(session, account, tick, rests[account])
        if account in over:
            budgets.give_back(session, account, over[account], tick, holder)
    return len(results) - len(rows)


def _settle(
    session: Session, row: Outbox, result: Result, here: Place, tick: Tick, now: datetime
) -> None:
    today = here.today(now)
    match result.how:
        case "sent" | "found":
            outgoing.settle(session, row, "sent", today)
        case "missing":
            row.maybe_since = None
            posting.wait(row, tick, 0)
        case "later":  # its account rests too
            row.maybe_since = None
            posting.wait(row, tick, result.seconds)
        case "busy":
            row.maybe_since = None
            posting.wait(row, tick, jitter(pause(row.tries)))
        case "abandoned":
            row.maybe_since = None
            posting.wait(row, tick, 0)
        case "unclear":
            posting.wait(row, tick, SETTLING)
        case "unread":
            row.tries += 1
            posting.wait(row, tick, result.seconds or pause(row.tries))
        case "unreadable":
            decide(session, row, here, tick, now)
        case "refused":
            row.maybe_since = None
            posting.park(session, row, today, result.reason)
        case other:
            raise ValueError(f"no such result: {other}")


def jitter(seconds: float) -> float:
    """Half as long to half as long again, so that many who failed together do not come back together."""
    return seconds * _chance.uniform(0.5, 1.5)


def pause(tries: int) -> float:
    """Seconds before the next try: 2, 4, 8 … up to five minutes."""
    return min(2.0 ** min(tries, 12), LONGEST_PAUSE, LONGEST_WAIT)
