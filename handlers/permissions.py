"""Who may do what: one table, role by action. What is not listed is refused.

The table is data and stands in front of every handler; `forbidden_pairs` are roles that may never meet
in one person.
"""

from __future__ import annotations

from handlers.messages import Actor
from handlers.wording import say

PRACTITIONER = "practitioner"
CHAMPION = "champion"
COORDINATOR = "coordinator"
THEME_EDITOR = "theme_editor"
APPROVER = "approver"
MEMBER = "strategic_member"
CHAIR = "chair"
DELEGATE = "delegate"
LEAD = "safeguarding_lead"
DEPUTY = "deputy_lead"
SECOND_LEAD = "second_lead"
PRIVACY = "privacy_officer"
ADMINISTRATOR = "administrator"
SCRUTINEER = "scrutineer"
CLOCK = "clock"  # the timetable; held by no person
VISITOR = "visitor"  # somebody at the door, not signed in; held by no person

ROLES = {
    role: say(f"role_{role}")
    for role in (
        PRACTITIONER,
        CHAMPION,
        COORDINATOR,
        THEME_EDITOR,
        APPROVER,
        MEMBER,
        CHAIR,
        DELEGATE,
        LEAD,
        DEPUTY,
        SECOND_LEAD,
        PRIVACY,
        ADMINISTRATOR,
        SCRUTINEER,
    )
}

EVERYONE = frozenset(ROLES)
GROUP = frozenset({MEMBER, CHAIR, DELEGATE})
READERS = frozenset({LEAD, DEPUTY, SECOND_LEAD})

TABLE: dict[str, frozenset[str]] = {
    # a person's own
    "own.home": EVERYONE,
    "own.choices": EVERYONE,
    "own.words": EVERYONE,
    "own.opinion": EVERYONE,
    "reflect": frozenset({PRACTITIONER, CHAMPION}),
    "session.join": frozenset({PRACTITIONER, CHAMPION}),
    # carrying voices
    "relay": frozenset({CHAMPION}),
    "returns": frozenset({CHAMPION}),
    "receipt_phrase": frozenset({CHAMPION}),
    # before anything goes out
    "lines.write": frozenset({THEME_EDITOR}),
    "lines.sign": frozenset({APPROVER}),
    "quotes.read": frozenset({THEME_EDITOR, APPROVER}),
    "digest.issue": frozenset({APPROVER, CLOCK}),
    "session.write": frozenset({THEME_EDITOR}),
    "board.write": frozenset({THEME_EDITOR}),
    "board.check": frozenset({THEME_EDITOR, APPROVER}),
    # the strategic group
    "digest.read": GROUP | {SCRUTINEER},
    "digest.channel": frozenset({CHAIR, DELEGATE}),
    "answer.propose": GROUP,
    "answer.confirm": frozenset({CHAIR, DELEGATE}),
    "pause.call": GROUP,
    "neighbour.read": GROUP | {SCRUTINEER},
    "neighbour.agree": frozenset({CHAIR, DELEGATE}),
    "group.read": GROUP | {COORDINATOR, SCRUTINEER},
    "group.set": frozenset({CHAIR, DELEGATE}),
    "group.seat": frozenset({COORDINATOR}),
    "meeting.set": frozenset({COORDINATOR, CHAIR, DELEGATE}),
    "answer.minute": frozenset({COORDINATOR}),
    # set aside
    "aside.read": READERS,
    # what needs two people
    "privacy.ask": frozenset({PRIVACY}),
    "privacy.second": frozenset({PRIVACY, CHAIR, SCRUTINEER}),
    "privacy.requests": frozenset({PRIVACY, CHAIR, SCRUTINEER}),
    # who said something that was not set aside: asked, granted and seen, never by one person alone
    "unmask.ask": frozenset({THEME_EDITOR}),
    "unmask.grant": frozenset({PRIVACY}),
    "unmask.see": frozenset({LEAD}),
    # the desk
    "desk.read": frozenset({COORDINATOR, ADMINISTRATOR}),
    "desk.people": frozenset({COORDINATOR}),
    "pilot.set": frozenset({COORDINATOR}),
    "texts.change": frozenset({COORDINATOR}),
    # at the door
    "enter": frozenset({VISITOR}),
    # the timetable
    "clock": frozenset({CLOCK}),
}

FORBIDDEN_PAIRS: frozenset[frozenset[str]] = frozenset(
    {
        frozenset({THEME_EDITOR, APPROVER}),
        frozenset({COORDINATOR, THEME_EDITOR}),
        frozenset({COORDINATOR, APPROVER}),
        frozenset({ADMINISTRATOR, THEME_EDITOR}),
        frozenset({ADMINISTRATOR, LEAD}),
        frozenset({LEAD, SECOND_LEAD}),
        frozenset({LEAD, DEPUTY}),
    }
)


class NotAllowedError(Exception):
    """This actor has no seat that may do this."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


def allowed(actor: Actor, action: str) -> bool:
    """Whether one of the actor's roles may do this. An unknown action is refused."""
    return bool(actor.roles & TABLE.get(action, frozenset()))


def require(actor: Actor, action: str) -> None:
    """Raises NotAllowedError unless the table allows it."""
    if not allowed(actor, action):
        raise NotAllowedError(action)


def forbidden_pairs(roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Pairs among these roles that one person may not hold, in a fixed order."""
    found = [tuple(sorted(pair)) for pair in FORBIDDEN_PAIRS if pair <= roles]
    return tuple(sorted((a, b) for a, b in found))


def visitor(partnership: str, person: str = VISITOR) -> Actor:
    """Somebody at the door of one partnership."""
    return Actor(person=person, partnership=partnership, roles=frozenset({VISITOR}))


def clock(partnership: str) -> Actor:
    """The timetable acting in one partnership."""
    return Actor(person=CLOCK, partnership=partnership, roles=frozenset({CLOCK}))
