"""What every chat platform does with somebody who did something: who they are, and into the one runner.

`who` are its accounts and the people behind them; what it shows, and how, is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from bot.accounts import Accounts
from bot.outbox import NotSavedError, perform_soon
from bot.outbox.accept import Who
from handlers import permissions, plain
from handlers.messages import Actor, Form, Incoming
from handlers.permissions import NotAllowedError
from handlers.surfaces import message
from handlers.wording import say
from storage import Database, DatabaseError, Session, partnerships, sign_in

P = TypeVar("P")
DOOR = frozenset({"join_here"})  # what somebody who is not known yet may do
LINK_LASTS = timedelta(minutes=10)
HOUR = timedelta(hours=1)
LINKS_AN_HOUR = 5  # for one person
ANYWHERE = frozenset({"help"})  # the same in every partnership


class StrangerError(Exception):
    """Nobody is known to write from there."""


class Chat(Generic[P]):
    """One platform's way to the handlers. `now` is the clock."""

    def __init__(
        self,
        database: Database,
        who: Accounts[P],
        *,
        now: Callable[[], datetime],
        public_address: str,
    ) -> None:
        self.database = database
        self.who = who
        self.now = now
        self.public_address = public_address

    async def perform(self, person: P, partnership: str, event: Incoming, key: str) -> Form:
        """What this person did, once for each key.

        Raises:
            NotSavedError: the database cannot take it now.
        """

        def known(session: Session) -> Actor:
            found = self.who.actor(session, person, partnership)
            if found is None:
                raise StrangerError
            return found

        actor: Who = known
        if event.kind in DOOR and partnership:
            actor, event = permissions.visitor(partnership), self.who.at_the_door(person, event)
        try:
            return await perform_soon(self.database, key, actor, event, now=self.now())
        except StrangerError:
            return self.stranger()
        except NotAllowedError:
            return message("not_your_seat", say("not_your_seat_title"), say("not_your_seat"))

    def stranger(self) -> Form:
        """For whoever is not known here: the way in, and nothing else."""
        said = say("not_known_here", address=self.public_address)
        return message("not_known_here", say("joined_title"), said)

    async def serves(self, person: P) -> list[tuple[str, str]]:
        """The partnerships that this person serves, `(id, name)`.

        Raises:
            NotSavedError: the database cannot be read now.
        """
        return await run_in_threadpool(self._serves, person)

    def _serves(self, person: P) -> list[tuple[str, str]]:
        try:
            with self.database.reading() as session:
                found = [actor.partnership for actor in self.who.actors(session, person)]
                return [(id, partnerships.get(session, id).name) for id in found]
        except DatabaseError as error:
            raise NotSavedError(sure=True) from error

    async def desk_of(self, person: P) -> str:
        """The partnership in which this person is coordinator, else their first; empty for a stranger."""
        return await run_in_threadpool(self._desk_of, person)

    def _desk_of(self, person: P) -> str:
        with self.database.reading() as session:
            found = self.who.actors(session, person)
        desks = [actor for actor in found if permissions.COORDINATOR in actor.roles]
        return next((actor.partnership for actor in (*desks, *found)), "")

    async def homes(self, person: P) -> list[tuple[str, Form]]:
        """This person's home in each partnership; the way in for a stranger."""
        return await run_in_threadpool(self._homes, person)

    def _homes(self, person: P) -> list[tuple[str, Form]]:
        with self.database.writing() as session:
            found = [
                (actor.partnership, plain.home(session, actor, now=self.now()))
                for actor in self.who.actors(session, person)
            ]
        return found or [("", self.stranger())]

    async def connect(self, person: P, code: str) -> str:
        """Tie this account to whoever made the code; returns the id of the sentence to say."""

        def tie() -> str:
            with self.database.writing() as session:
                return self.who.connect(session, person, code, now=self.now())

        return await run_in_threadpool(tie)

    async def way_in(self, person: P) -> str:
        """A sentence with a link into the browser for each partnership that this person serves.

        For whoever has no e-mail address here, or reads it elsewhere: this chat is how they show who they are.
        """
        return await run_in_threadpool(self._way_in, person)

    def _way_in(self, person: P) -> str:
        now = self.now()
        with self.database.writing() as session:
            found = self.who.actors(session, person)
            if not found:
                return say("not_known_here", address=self.public_address)
            asked = f"chat:{found[0].person}"
            if not sign_in.may_try(session, asked, now=now, most=LINKS_AN_HOUR, within=HOUR):
                return say("sign_in_wait")
            links = [
                say(
                    "chat_link_to",
                    partnership_name=partnerships.get(session, actor.partnership).name,
                    address=f"{self.public_address}/in/{self._token(session, actor, now)}",
                )
                for actor in found
            ]
        minutes = str(int(LINK_LASTS.total_seconds() // 60))
        return "\n".join([say("chat_link", minutes=minutes), *links])

    def _token(self, session: Session, actor: Actor, now: datetime) -> str:
        return sign_in.make_link(
            session,
            person=actor.person,
            partnership=actor.partnership,
            expires_at=now + LINK_LASTS,
        )


def not_saved_words(error: NotSavedError) -> str:
    return say("error_not_saved" if error.sure else "error_maybe_saved")


def not_saved_form(error: NotSavedError) -> Form:
    """Where there is no box to say it beside: that it was not kept, or perhaps not."""
    title = "not_saved_title" if error.sure else "maybe_saved_title"
    return message("not_saved", say(title), not_saved_words(error))
