"""The way to an OpenID provider and back: signing in with an account there, and tying one to a person.

A way belongs to one browser (a secret in a short-lived cookie of its own), works once and for ten
minutes; so nobody can be signed in with somebody else's account by an address that they were sent. Who
an account belongs to was said by the person themself, signed in with a link of theirs.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.openid.id_token import Account, NotBelieved
from bot.openid.provider import Provider, ProviderAway
from bot.web import afresh
from bot.web.browsers import kind_of
from bot.web.landing import landing
from bot.web.pressing import Pressed, pressed
from handlers import enrolment
from handlers.wording import say
from storage import Session, accounts, audit, people, sign_in
from storage.accounts import Back, Tied

if TYPE_CHECKING:
    from bot.web.app import Web

SECRET = "heardback_way"  # noqa: S105 - a cookie's name
LONGEST_STATE = 200
LONGEST_CODE = 4_000
log = logging.getLogger("heardback.openid")


class Openid:
    """The pages between here and the providers."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def routes(self) -> list[Route]:
        return [
            Route("/openid/{name}", self.set_out),
            Route("/openid/{name}/back", self.come_back),
            Route("/openid/{name}/tie", self.tie, methods=["POST"]),
            Route("/openid/{name}/untie", self.untie, methods=["POST"]),
        ]

    # there

    async def set_out(self, request: Request) -> Response:
        """Send the browser to the provider. What comes from another site's page is asked to begin here."""
        provider = self.web.providers.get(request.path_params["name"])
        if provider is None:
            return self._nothing()
        if request.headers.get("sec-fetch-site", "none") == "cross-site":
            return self.web.entrance.ask(403)
        lands_on = landing(request.query_params.get("to", ""))
        again = "again" in request.query_params
        return await self._send(request, provider, lands_on, None, again=again)

    async def tie(self, request: Request) -> Response:
        """A person who is signed in by a link of theirs ties an account; the same way, for them."""
        provider = self.web.providers.get(request.path_params["name"])
        by = await pressed(self.web, request)
        if isinstance(by, Response):
            return by
        if provider is None:
            return self._nothing()
        held = await run_in_threadpool(self._full_session, request, provider)
        if held is None:
            return self.web.entrance.say(say("openid_no_tie_title"), say("openid_no_tie"), 403)
        name = provider.settings.name
        if first := await run_in_threadpool(
            afresh.asked, self.web, by.visitor, by.frame, "tie", name
        ):
            return first
        return await self._send(request, provider, "/account", held)

    async def _send(
        self,
        request: Request,
        provider: Provider,
        lands_on: str,
        own: Tied | None,
        *,
        again: bool = False,
    ) -> Response:
        if not await run_in_threadpool(self.web.entrance.may_ask, request):
            return self.web.entrance.say(say("sign_in_wait_title"), say("sign_in_wait"), 429)
        browser = secrets.token_urlsafe(32)
        way = await run_in_threadpool(self._begin, provider, browser, lands_on, own)
        try:
            address = await provider.address(way, again=again)
        except ProviderAway:
            return self._away(provider)
        if own is None:
            response: Response = RedirectResponse(address, status_code=303)
        else:  # a form's answer may lead nowhere else under our policy, so a page goes on instead
            label = provider.settings.label
            response = self.web.entrance.leaving(address, label)
        response.set_cookie(
            self._cookie(),
            browser,
            max_age=int(accounts.LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.web.secure,
        )
        return response

    def _begin(
        self, provider: Provider, browser: str, lands_on: str, own: Tied | None
    ) -> accounts.Way:
        with self.web.database.writing() as session:
            return accounts.set_out(
                session,
                provider=provider.settings.name,
                browser=browser,
                lands_on=lands_on,
                now=self.web.wall(),
                person=own.person if own else "",
                partnership=own.partnership if own else "",
            )

    # back

    async def come_back(self, request: Request) -> Response:
        """The provider sent the browser back: believed only with what it left here."""
        provider = self.web.providers.get(request.path_params["name"])
        if provider is None:
            return self._nothing()
        if not await run_in_threadpool(self.web.entrance.may_ask, request):
            return self.web.entrance.say(say("sign_in_wait_title"), say("sign_in_wait"), 429)
        response = await self._come_back(request, provider)
        response.delete_cookie(self._cookie(), secure=self.web.secure, httponly=True)
        return response

    async def _come_back(self, request: Request, provider: Provider) -> Response:
        said = request.query_params
        state, code = said.get("state", ""), said.get("code", "")
        back = await run_in_threadpool(self._left, request, provider, state[:LONGEST_STATE])
        if back is None:
            return self._gone()
        if not code or len(code) > LONGEST_CODE or "error" in said:
            label = provider.settings.label
            return self.web.entrance.ask(403, say("openid_refused", provider=label))
        try:
            account = await provider.account(
                code,
                verifier=back.verifier,
                nonce=back.nonce,
                said_issuer=said.get("iss", ""),
                now=self.web.wall(),
            )
        except ProviderAway:
            return self._away(provider)
        except NotBelieved as refused:
            log.warning("the provider %s is not believed: %s", provider.settings.name, refused)
            return self._gone()
        if back.person:
            return await run_in_threadpool(self._tie, request, provider, back, account)
        return await run_in_threadpool(self._let_in, request, provider, back, account)

    def _left(self, request: Request, provider: Provider, state: str) -> Back | None:
        browser = request.cookies.get(self._cookie(), "")
        with self.web.database.writing() as session:
            return accounts.come_back(
                session,
                provider=provider.settings.name,
                browser=browser,
                state=state,
                now=self.web.wall(),
            )

    def _let_in(
        self, request: Request, provider: Provider, back: Back, account: Account
    ) -> Response:
        with self.web.database.writing() as session:
            found = self._theirs(session, provider, account)
            if found is None:
                label = provider.settings.label
                return self.web.entrance.ask(403, say("openid_unknown", provider=label))
            token = sign_in.begin(
                session,
                person=found.person,
                partnership=found.partnership,
                now=self.web.wall(),
                proved_at=account.signed_in_at,
                browser=kind_of(request),
                instead_of=request.cookies.get(self.web.cookie, ""),
            )
        return self.web.entrance.signed_in(token, landing(back.lands_on) or "/home")

    def _theirs(self, session: Session, provider: Provider, account: Account) -> Tied | None:
        """Whose account it is: the person who tied it, or the one whose address it verifies."""
        open_to = provider.settings.partnerships
        for one in accounts.tied(session, account.issuer, account.subject):
            if one.partnership in open_to and people.seats_of(session, one.person, one.partnership):
                return one
        if not provider.settings.match_email or not account.email:
            return None
        return self._matched(session, provider, account)

    def _matched(self, session: Session, provider: Provider, account: Account) -> Tied | None:
        """The person invited at the verified address, tied from now on.

        Nobody who has another account with this provider: the address may have passed to a successor.
        """
        email = enrolment.plain(account.email)
        person = people.by_email(session, email) if enrolment.EMAIL.fullmatch(email) else None
        if person is None or accounts.has_any(session, person, provider.settings.name):
            return None
        for partnership in people.serves(session, person):
            if partnership in provider.settings.partnerships:
                own = Tied(person, partnership)
                return own if self._keep(session, provider, account, own) else None
        return None

    def _tie(self, request: Request, provider: Provider, back: Back, account: Account) -> Response:
        own = self._full_session(request, provider)
        if own != Tied(back.person, back.partnership):
            return self._gone()
        with self.web.database.writing() as session:
            kept = self._keep(session, provider, account, own)
        if not kept:
            said = say("openid_taken", provider=provider.settings.label)
            return self.web.entrance.say(say("openid_no_tie_title"), said, 403)
        return RedirectResponse("/account", status_code=303)

    def _keep(self, session: Session, provider: Provider, account: Account, own: Tied) -> bool:
        now = self.web.clock()
        kept = accounts.tie(
            session,
            provider=provider.settings.name,
            issuer=account.issuer,
            subject=account.subject,
            person=own.person,
            partnership=own.partnership,
            on=now.date(),
        )
        if kept:
            self._record(session, own, "account.tie", provider)
        return kept

    async def untie(self, request: Request) -> Response:
        """From now on this provider's account opens nothing of theirs here."""
        by = await pressed(self.web, request)
        if isinstance(by, Response):
            return by
        provider = self.web.providers.get(request.path_params["name"])
        if provider is None:
            return self._nothing()
        return await run_in_threadpool(self._untie, provider, by)

    def _untie(self, provider: Provider, by: Pressed) -> Response:
        own = Tied(by.visitor.actor.person, by.visitor.actor.partnership)
        name = provider.settings.name
        if first := afresh.asked(self.web, by.visitor, by.frame, "untie", name):
            return first
        with self.web.database.writing() as session:
            accounts.untie(session, provider=name, person=own.person, partnership=own.partnership)
            self._record(session, own, "account.untie", provider)
        return RedirectResponse("/account", status_code=303)

    def _record(self, session: Session, own: Tied, action: str, provider: Provider) -> None:
        audit.record(
            session,
            partnership=own.partnership,
            actor=own.person,
            action=action,
            about=provider.settings.name,
            at=self.web.clock(),
        )

    # what all need

    def _full_session(self, request: Request, provider: Provider) -> Tied | None:
        """Who is signed in with all their seats: a link from an everyday mail may tie nothing."""
        token = request.cookies.get(self.web.cookie, "")
        with self.web.database.reading() as session:
            found = sign_in.who(session, token, now=self.web.wall()) if token else None
            if found is None or found.own_only:
                return None
            if found.partnership not in provider.settings.partnerships:
                return None
            return Tied(found.person, found.partnership)

    def _cookie(self) -> str:
        return f"__Host-{SECRET}" if self.web.secure else SECRET

    def _nothing(self) -> Response:
        return self.web.entrance.say(say("no_page_title"), say("no_page"), 404)

    def _gone(self) -> Response:
        return self.web.entrance.ask(403, say("openid_gone"))

    def _away(self, provider: Provider) -> Response:
        return self.web.entrance.ask(503, say("openid_away", provider=provider.settings.label))
