"""Dialogues through the real runner: who does what, and what the bot answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import resources

from bot.demo.cast import NAMES, settings_of
from bot.outbox import deliver, perform
from handlers import permissions, views
from handlers.messages import Actor, Contacts, Field, Form, Incoming, Text
from storage import Database, Session, partnerships, people

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
AGENCIES = ("housing", "health", "education", "police", "voluntary_sector")
TABLE = (
    permissions.COORDINATOR,
    permissions.THEME_EDITOR,
    permissions.APPROVER,
    permissions.MEMBER,
    permissions.CHAIR,
    permissions.DELEGATE,
    permissions.LEAD,
    permissions.DEPUTY,
    permissions.SECOND_LEAD,
    permissions.SCRUTINEER,
    permissions.ADMINISTRATOR,
    permissions.PRIVACY,
)


class Story:
    """Two partnerships; people are made when they are first named."""

    def __init__(
        self, database: Database, seated: Mapping[tuple[str, str], Actor] | None = None
    ) -> None:
        """`seated` are those whom this database has in their seats already; by default it is empty."""
        self.database = database
        self.now = MONDAY
        self.step = 0
        self.actors: dict[tuple[str, str], Actor] = dict(seated or {})
        if seated is None:
            self._begin()

    def _begin(self) -> None:
        starter = resources.files("handlers").joinpath("starter")
        with self.database.writing() as session:
            for id, name in NAMES.items():
                partnerships.put(
                    session,
                    id=id,
                    name=name,
                    settings=settings_of(id),
                    codebook=starter.joinpath("codebook.toml").read_text("utf-8"),
                    prompts=starter.joinpath("prompts.toml").read_text("utf-8"),
                )
            for side in NAMES:
                for role in TABLE:
                    self._seat(session, role, (role,), side=side, agency="health")

    def person(
        self, name: str, *roles: str, side: str = "northport", agency: str = "housing"
    ) -> Actor:
        """Somebody with these seats; a practitioner when none are named."""
        if (name, side) not in self.actors:
            with self.database.writing() as session:
                held = roles or (permissions.PRACTITIONER,)
                self._seat(session, name, held, side=side, agency=agency)
        return self.actors[name, side]

    def _seat(
        self, session: Session, name: str, roles: tuple[str, ...], *, side: str, agency: str
    ) -> None:
        id = people.enrol(session, name=name, id=f"{side[:2]}-{name}"[:32])
        for role in roles:
            people.seat(
                session,
                partnership=side,
                person=id,
                role=role,
                agency=agency,
                on=self.now.date(),
            )
        self.actors[name, side] = Actor(id, side, frozenset(roles), agency)

    def champion(self, name: str, agency: str, side: str = "northport") -> Actor:
        return self.person(
            name, permissions.PRACTITIONER, permissions.CHAMPION, side=side, agency=agency
        )

    def does(self, actor: Actor, kind: str, key: str = "", **fields: str) -> Form:
        """Somebody does something, once; returns what they see."""
        self.step += 1
        typed = {name.replace("__", "."): value for name, value in fields.items()}
        event = Incoming(kind, typed)
        return perform(self.database, key or f"story:{self.step}", actor, event, now=self.now)

    def presses(self, actor: Actor, form: Form, label: str, **typed: str) -> Form:
        """Somebody presses a button of a form that they see, with what stands in its fields."""
        button = next(b for b in form.buttons if b.label.startswith(label))
        fields = {part.name: part.value for part in form.parts if isinstance(part, Field)}
        fields |= dict(form.state) | {"choice": button.value} | typed
        self.step += 1
        event = Incoming(button.kind, fields)
        return perform(self.database, f"story:{self.step}", actor, event, now=self.now)

    def clock(self, kind: str, side: str = "northport") -> Form:
        return self.does(permissions.clock(side), kind)

    def later(self, **delta: float) -> None:
        """Move the clock as the sender would see it pass, and send what falls due on the way."""
        end = self.now + timedelta(**delta)
        while True:
            while deliver(self.database, now=self.now) == 500:
                pass
            if self.now == end:
                return
            self.now = min(end, self.now + timedelta(hours=6))

    def thread(self, actor: Actor) -> list[str]:
        """The kinds of message in somebody's own thread."""
        with self.database.writing() as session:
            return [form.name for _, form in views.thread(session, actor, now=self.now)]

    def notice(self, actor: Actor, kind: str) -> Form:
        with self.database.writing() as session:
            found = [
                form for _, form in views.thread(session, actor, now=self.now) if form.name == kind
            ]
        assert found, f"no {kind} in the thread"
        return found[-1]

    def everything(self) -> bytes:
        """Every byte of the database on disk, with its log."""
        folder = self.database.engine.url.database
        assert folder is not None
        from pathlib import Path

        return b"".join(
            p.read_bytes() for p in sorted(Path(folder).parent.rglob("*")) if p.is_file()
        )


def read(form: Form) -> str:
    """All that somebody reads on a form, in order."""
    said = [form.title]
    for part in form.parts:
        if isinstance(part, Text):
            said += [part.heading, part.body]
        elif isinstance(part, Field):
            said += [part.label, part.error, part.value]
        elif isinstance(part, Contacts):
            said += [f"{row.label} {row.number}" for row in part.rows]
    return "\n".join(said + [button.label for button in form.buttons])
