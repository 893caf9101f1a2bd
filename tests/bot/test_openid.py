"""An account elsewhere signs somebody in only when it is theirs, in their own browser, and once."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from bot.openid.provider import Provider, ProviderAway, fault
from bot.web import entrance
from bot.web.app import Web, wall_clock
from storage import accounts, audit, people, sign_in
from storage.models import OpenidAccount, OpenidTry, WebSession
from tests.bot.openid_provider import CLIENT, SECRET, Forger, real_provider, settings_for
from tests.bot.test_entrance import link, main
from tests.loops import run
from tests.story import Story
from tests.visiting import Visitor

BACK = "http://testserver/openid/council/back"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def forging() -> Iterator[Forger]:
    with Forger() as forger:
        yield forger


@pytest.fixture
def forger(forging: Forger) -> Forger:
    forging.keys, forging.token, forging.about = [forging.key], forging.honest, {}
    forging.refused.clear()
    return forging


def web_with(story: Story, issuer: str, folder: Path, **more: Any) -> Web:
    provider = Provider(settings_for(issuer, folder, **more), BACK)
    return Web(story.database, clock=lambda: story.now, secure=False, providers=[provider])


@pytest.fixture
def web(story: Story, forger: Forger, tmp_path: Path) -> Web:
    return web_with(story, forger.issuer, tmp_path)


@pytest.fixture
def visitor(web: Web) -> Visitor:
    return Visitor(web.app())


def csrf(shown: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', shown)
    assert found
    return found[1]


def ties(story: Story, visitor: Visitor, forger: Forger, person: str) -> httpx.Response:
    """Sign in with a link, choose the provider from now on, and sign out again."""
    visitor.post(f"/in/{link(story, person)}")
    token = csrf(visitor.get("/account").text)
    there = visitor.post("/openid/council/tie", data={"csrf": token})
    assert there.status_code == 200
    back = returns(visitor, forger, there.headers["refresh"].partition("url=")[2])
    visitor.post("/sign-out")
    return back


def returns(visitor: Visitor, forger: Forger, address: str) -> httpx.Response:
    said = forger.authorize(address)
    return visitor.get("/openid/council/back?" + str(httpx.QueryParams(said)))


def signs_in(visitor: Visitor, forger: Forger, to: str = "") -> httpx.Response:
    there = visitor.get(f"/openid/council{'?to=' + to if to else ''}")
    assert there.status_code == 303
    return returns(visitor, forger, there.headers["location"])


def first(visitor: Visitor) -> str:
    """The token of the session that this browser was given."""
    return next(c.value or "" for c in visitor.cookies.jar if c.domain.startswith("testserver"))


def sessions(story: Story) -> int:
    with story.database.reading() as session:
        return session.query(WebSession).count()


def test_a_real_provider_signs_in_whoever_tied_their_account(story: Story, tmp_path: Path) -> None:
    ana = story.person("ana")
    with real_provider() as issuer:
        assert run(fault(settings_for(issuer, tmp_path))) == ""
        visitor = Visitor(web_with(story, issuer, tmp_path).app())

        def agrees(address: str, who: str) -> httpx.Response:
            """Somebody agrees at the provider, which sends their browser back."""
            answered = httpx.post(address, data={"sub": who})
            assert answered.status_code == 302
            return visitor.get(answered.headers["location"].removeprefix("http://testserver"))

        unknown = agrees(visitor.get("/openid/council").headers["location"], "ana@council")
        assert unknown.status_code == 403
        assert "not tied to anybody here yet" in unknown.text
        visitor.post(f"/in/{link(story, ana.person)}")
        token = csrf(visitor.get("/account").text)
        there = visitor.post("/openid/council/tie", data={"csrf": token})
        tied = agrees(there.headers["refresh"].partition("url=")[2], "ana@council")
        assert tied.headers["location"] == "/account"
        visitor.post("/sign-out")
        assert visitor.get("/home").status_code == 401
        landed = agrees(visitor.get("/openid/council?to=/chat").headers["location"], "ana@council")
        assert landed.headers["location"] == "/chat"
        assert visitor.get("/chat").status_code == 200
        other = agrees(visitor.get("/openid/council").headers["location"], "ben@council")
        assert other.status_code == 403
    with story.database.reading() as session:
        assert [t.person for t in accounts.tied(session, issuer, "ana@council")] == [ana.person]
        assert audit.verify(session).whole


def test_the_forging_provider_lets_an_honest_token_in(
    story: Story, visitor: Visitor, forger: Forger
) -> None:
    assert (
        ties(story, visitor, forger, story.person("ana").person).headers["location"] == "/account"
    )
    before = sessions(story)
    assert signs_in(visitor, forger, "/digest").headers["location"] == "/digest"
    assert sessions(story) == before + 1
    assert forger.refused == []


def unsigned(forger: Forger, claims: dict[str, Any], header: str) -> str:
    import json

    parts = [header.encode(), json.dumps(claims).encode()]
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


OTHER = RSAKey.generate_key(2048, {"kid": "one"})
CURVE = ECKey.generate_key("P-256", {"kid": "one"})
SAME = lambda forger: RSAKey.import_key(forger.key.as_pem(private=True))  # noqa: E731 - its key, for any algorithm
Forged = Callable[[Forger, dict[str, Any]], str]


def changed(**claims: Any) -> Forged:
    """An honest signature over something else; None takes a claim out."""

    def forge(forger: Forger, honest: dict[str, Any]) -> str:
        mixed = honest | {k: v() if callable(v) else v for k, v in claims.items()}
        return forger.signed({k: v for k, v in mixed.items() if v is not None})

    return forge


def confused(forger: Forger, honest: dict[str, Any]) -> str:
    """HS256 with the public key as its secret."""
    made = unsigned(forger, honest, '{"alg":"HS256","kid":"one"}')
    made_with = hmac.digest(forger.key.as_pem(private=False), made.encode(), "sha256")
    return f"{made}.{urlsafe_b64encode(made_with).rstrip(b'=').decode()}"


def with_the_secret(forger: Forger, honest: dict[str, Any]) -> str:
    key = OctKey.import_key(SECRET.encode() * 2)
    return jwt.encode({"alg": "HS256", "kid": "one"}, honest, key, algorithms=["HS256"])


def embedded(forger: Forger, honest: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "one", "jwk": OTHER.as_dict(private=False)}
    return jwt.encode(header, honest, OTHER)


def tampered(forger: Forger, honest: dict[str, Any]) -> str:
    head, _, signature = forger.signed(honest).split(".")
    return f"{head}.{unsigned(forger, honest | {'iat': 1}, '{}').split('.')[1]}.{signature}"


FORGED: dict[str, Forged] = {
    "another issuer": changed(iss="https://login.evil.example"),
    "no issuer": changed(iss=None),
    "another audience": changed(aud="somebody-else"),
    "an audience besides ours": changed(aud=[CLIENT, "somebody-else"]),
    "two audiences and another party": changed(aud=[CLIENT, "x"], azp="x"),
    "no audience": changed(aud=None),
    "another party": changed(azp="somebody-else"),
    "another nonce": changed(nonce="0" * 64),
    "no nonce": changed(nonce=None),
    "an empty nonce": changed(nonce=""),
    "a list for a nonce": changed(nonce=["a"]),
    "expired": changed(exp=lambda: int(wall_clock().timestamp()) - 600),
    "never ending": changed(exp=None),
    "an end in words": changed(exp="tomorrow"),
    "an end beyond numbers": changed(exp=float("inf")),
    "not yet": changed(nbf=lambda: int(wall_clock().timestamp()) + 3600),
    "made in the future": changed(iat=lambda: int(wall_clock().timestamp()) + 3600),
    "no time of making": changed(iat=None),
    "no subject": changed(sub=None),
    "an empty subject": changed(sub=""),
    "a number for a subject": changed(sub=1),
    "a subject too long": changed(sub="s" * 300),
    "another's access token": changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "signed by nobody": lambda f, h: unsigned(f, h, '{"alg":"none","kid":"one"}') + ".",
    "none in capitals": lambda f, h: unsigned(f, h, '{"alg":"NONE","kid":"one"}') + ".AA",
    "no signature": lambda f, h: ".".join(f.signed(h).split(".")[:2]) + ".",
    "the public key as a secret": confused,
    "our client secret as a key": with_the_secret,
    "another key of that id": lambda f, h: jwt.encode({"alg": "RS256", "kid": "one"}, h, OTHER),
    "a key of no known id": lambda f, h: jwt.encode({"alg": "RS256", "kid": "two"}, h, OTHER),
    "a key in the header": embedded,
    "another curve's key": lambda f, h: jwt.encode({"alg": "ES256", "kid": "one"}, h, CURVE),
    "RS512": lambda f, h: jwt.encode(
        {"alg": "RS512", "kid": "one"}, h, SAME(f), algorithms=["RS512"]
    ),
    "a critical header": lambda f, h: f.signed(h, crit=["kid"]),
    "a key address in the header": lambda f, h: f.signed(h, jku="https://evil.example/keys"),
    "changed after signing": tampered,
    "no token": lambda f, h: "",
    "no dots": lambda f, h: "abc",
    "a header of brackets": lambda f, h: (
        urlsafe_b64encode(b"[" * 9000).decode().rstrip("=") + ".AA.AA"
    ),
    "far too long": lambda f, h: f.signed(h | {"x": "x" * 20_000}),
}


def test_no_forged_token_signs_anybody_in(
    story: Story, visitor: Visitor, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "ASKS_AN_HOUR", 1000)
    ties(story, visitor, forger, story.person("ana").person)
    before = sessions(story)
    let_in = []
    for how, forge in FORGED.items():
        forger.token = lambda asked, forge=forge: forge(forger, forger.claims(asked))
        if signs_in(visitor, forger).status_code != 403 or sessions(story) != before:
            let_in.append(how)
    assert let_in == []
    assert len(FORGED) >= 40
    forger.token = forger.honest
    assert signs_in(visitor, forger).status_code == 303, "and an honest one does"


def test_a_way_back_works_once_in_its_own_browser_and_for_ten_minutes(
    story: Story, web: Web, visitor: Visitor, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ties(story, visitor, forger, story.person("ana").person)
    there = visitor.get("/openid/council").headers["location"]
    said = str(httpx.QueryParams(forger.authorize(there)))
    kept = httpx.Cookies(visitor.cookies)
    assert visitor.get(f"/openid/council/back?{said}").status_code == 303
    visitor.post("/sign-out")
    visitor.cookies = kept
    code = forger.authorize(there)["code"]
    replayed = re.sub(r"code=[^&]*", f"code={code}", said)
    assert visitor.get(f"/openid/council/back?{replayed}").status_code == 403, "the state was used"

    victim = Visitor(web.app())
    there = visitor.get("/openid/council").headers["location"]
    said = str(httpx.QueryParams(forger.authorize(there)))
    assert victim.get(f"/openid/council/back?{said}").status_code == 403, "another browser"
    victim.get("/openid/council")
    assert victim.get(f"/openid/council/back?{said}").status_code == 403, "with a way of its own"
    assert visitor.get(f"/openid/council/back?{said}").status_code == 403, "and now it is used up"

    there = visitor.get("/openid/council").headers["location"]
    said = str(httpx.QueryParams(forger.authorize(there)))
    late = wall_clock() + timedelta(minutes=10)
    monkeypatch.setattr(web, "wall", lambda: late)
    assert visitor.get(f"/openid/council/back?{said}").status_code == 403, "too late"


def test_a_page_elsewhere_begins_no_sign_in_and_ties_nothing(
    story: Story, web: Web, visitor: Visitor, forger: Forger
) -> None:
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    assert visitor.post("/openid/council/tie", data={"csrf": "guessed"}).status_code == 403
    # an attacker's way to tie their own account, carried to somebody who is signed in
    attacker = Visitor(web.app())
    attacker.post(f"/in/{link(story, story.person('mallory').person)}")
    token = csrf(attacker.get("/account").text)
    there = attacker.post("/openid/council/tie", data={"csrf": token}).headers["refresh"]
    said = str(httpx.QueryParams(forger.authorize(there.partition("url=")[2])))
    assert visitor.get(f"/openid/council/back?{said}").status_code == 403
    with story.database.reading() as session:
        assert session.query(OpenidAccount).count() == 0


ELSEWHERE = (
    "https://evil.example/home",
    "//evil.example",
    "/\\evil.example",
    "/home@evil.example",
    "/home%0d%0aset-cookie:a=b",
    "javascript:alert(1)",
    "/digest/../../evil",
    "/do/withdraw",
)


def test_signing_in_leads_to_our_own_pages_only(
    story: Story, visitor: Visitor, forger: Forger
) -> None:
    ties(story, visitor, forger, story.person("ana").person)
    for to in ELSEWHERE:
        assert signs_in(visitor, forger, to).headers["location"] == "/home", to


def test_an_account_opens_one_persons_pages_and_an_everyday_link_ties_none(
    story: Story, visitor: Visitor, forger: Forger
) -> None:
    ana, ben = story.person("ana"), story.person("ben")
    ties(story, visitor, forger, ana.person)
    assert ties(story, visitor, forger, ben.person).status_code == 403, "it is Ana's"
    visitor.post(f"/in/{link(story, ben.person, own_only=True)}")
    token = csrf(visitor.get("/account").text)
    assert visitor.post("/openid/council/tie", data={"csrf": token}).status_code == 403
    visitor.post(f"/in/{link(story, ana.person)}")
    token = csrf(visitor.get("/account").text)
    assert visitor.post("/openid/council/untie", data={"csrf": token}).is_redirect
    visitor.post("/sign-out")
    assert signs_in(visitor, forger).status_code == 403


def test_whoever_lost_their_seats_is_not_let_in_and_their_account_goes_with_them(
    story: Story, visitor: Visitor, forger: Forger
) -> None:
    ana = story.person("ana")
    ties(story, visitor, forger, ana.person)
    story.does(story.person("coordinator"), "person_end", person=ana.person, confirmed="yes")
    with story.database.writing() as session:
        from storage import leaving

        for seat in people.seats_of(session, ana.person, "northport"):
            people.remove_seat(session, seat)
        leaving.leave(session, "northport", ana.person)
    assert signs_in(visitor, forger).status_code == 403
    with story.database.reading() as session:
        assert session.query(OpenidAccount).count() == 0


def with_email(forger: Forger, **claims: Any) -> None:
    mixed = {"email": "cy@housing.example", "email_verified": True} | claims
    forger.token = lambda asked: forger.signed(forger.claims(asked) | mixed)


def invited(story: Story) -> str:
    with story.database.writing() as session:
        person = people.enrol(session, name="Cy", email="cy@housing.example")
        people.seat(
            session,
            partnership="northport",
            person=person,
            role="practitioner",
            agency="housing",
            on=story.now.date(),
        )
    return person


def test_an_address_matches_only_where_it_may_and_the_provider_verified_it(
    story: Story, forger: Forger, tmp_path: Path
) -> None:
    invited(story)
    with_email(forger)
    off = Visitor(web_with(story, forger.issuer, tmp_path).app())
    assert signs_in(off, forger).status_code == 403, "off by default"
    on = Visitor(web_with(story, forger.issuer, tmp_path, match_email=True).app())
    for unsure in (False, "true", "yes", 1, None, []):
        with_email(forger, email_verified=unsure)
        assert signs_in(on, forger).status_code == 403, unsure
    for name in ("Cy", "nobody@housing.example", "cy@housing.example.evil", ""):
        with_email(forger, email=name, name="Cy", preferred_username="cy@housing.example")
        assert signs_in(on, forger).status_code == 403, name
    with_email(forger)
    assert signs_in(on, forger).status_code == 303
    with_email(forger, sub="a successor at the same address")
    on.post("/sign-out")
    assert signs_in(on, forger).status_code == 403


ORGANISATIONS: tuple[tuple[dict[str, str], dict[str, str], bool], ...] = (
    ({"tenant": "t-1"}, {"tid": "t-1"}, True),
    ({"tenant": "T1"}, {"https://slack.com/team_id": "T1"}, True),
    ({"tenant": "t-1"}, {"tid": "t-2"}, False),
    ({"tenant": "t-1"}, {}, False),
    ({"hosted_domain": "housing.example"}, {"hd": "housing.example"}, True),
    ({"hosted_domain": "housing.example"}, {"hd": "evil.example"}, False),
    ({"hosted_domain": "housing.example"}, {}, False),
)


def test_an_account_of_another_organisation_is_not_believed(
    story: Story, web: Web, visitor: Visitor, forger: Forger, tmp_path: Path
) -> None:
    ties(story, visitor, forger, story.person("ana").person)
    for more, claims, lets_in in ORGANISATIONS:
        web.providers["council"].settings = settings_for(forger.issuer, tmp_path, **more)
        forger.token = lambda asked, claims=claims: forger.signed(forger.claims(asked) | claims)
        assert (signs_in(visitor, forger).status_code == 303) is lets_in, (more, claims)


def test_a_provider_that_changes_its_keys_heals_and_asks_no_more_than_once_a_minute(
    story: Story, web: Web, visitor: Visitor, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ties(story, visitor, forger, story.person("ana").person)
    provider = web.providers["council"]
    fresh = RSAKey.generate_key(2048, {"kid": "fresh"})
    forger.keys = [fresh]
    forger.token = lambda asked: jwt.encode(
        {"alg": "RS256", "kid": "fresh"}, forger.claims(asked), fresh
    )
    assert signs_in(visitor, forger).status_code == 403, "asked less than a minute ago"
    later = provider.clock() + 61
    monkeypatch.setattr(provider, "clock", lambda: later)
    assert signs_in(visitor, forger).status_code == 303


LEADING_ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"issuer": "https://evil.example"},
    {"token_endpoint": "http://169.254.169.254/latest/meta-data"},
    {"jwks_uri": "https://10.0.0.1/keys"},
    {"jwks_uri": "https://localhost/keys"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"authorization_endpoint": "file:///etc/passwd"},
    {"token_endpoint": None},
    {"jwks_uri": "https://[::1/keys"},
    {"jwks_uri": "https://user:word@login.example/keys"},
)


def test_a_document_that_leads_elsewhere_signs_nobody_in_and_check_says_so(
    story: Story, forger: Forger, tmp_path: Path
) -> None:
    for about in LEADING_ELSEWHERE:
        forger.about = about
        visitor = Visitor(web_with(story, forger.issuer, tmp_path).app())
        answer = visitor.get("/openid/council")
        assert answer.status_code == 503, about
        assert "cannot be reached just now" in main(answer.text)
        said = run(fault(settings_for(forger.issuer, tmp_path)))
        assert said.startswith("what it answers"), about


def test_a_provider_that_is_away_is_said_to_be(story: Story, tmp_path: Path) -> None:
    settings = settings_for("http://127.0.0.1:9", tmp_path)
    assert run(fault(settings)) == "it cannot be reached from here"
    with pytest.raises(ProviderAway):
        run(Provider(settings, BACK).address(accounts.Way("a", "b", "c")))


def test_where_somebody_is_signed_in_is_shown_and_ended_one_by_one_or_all_at_once(
    story: Story, web: Web
) -> None:
    ana = story.person("ana").person
    here, there, ben = Visitor(web.app()), Visitor(web.app()), Visitor(web.app())
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    here.post(f"/in/{link(story, ana)}", headers=agent)
    there.post(f"/in/{link(story, ana)}", headers={"user-agent": "Edg/140 on a secret machine"})
    ben.post(f"/in/{link(story, story.person('ben').person)}")
    shown = here.get("/account").text
    assert "Firefox (here)" in shown
    assert "Edge" in shown
    assert "secret machine" not in shown
    handle = re.search(r'name="place" value="([^"]+)"', shown)
    assert handle
    stolen = {"csrf": csrf(ben.get("/account").text), "place": handle[1]}
    ben.post("/account/end", data=stolen)
    assert there.get("/home").status_code == 200, "somebody else's session is not theirs to end"
    assert here.post("/account/end", data={"place": handle[1]}).status_code == 403
    here.post("/account/end", data={"csrf": csrf(shown), "place": handle[1]})
    assert there.get("/home").status_code == 401
    unused = link(story, ana)
    there.post(f"/in/{link(story, ana)}")
    here.post("/account/everywhere", data={"csrf": csrf(here.get("/account").text)})
    assert (here.get("/home").status_code, there.get("/home").status_code) == (401, 401)
    assert there.post(f"/in/{unused}").status_code == 404
    assert ben.get("/home").status_code == 200


def test_a_session_ends_after_half_an_hour_unused_and_after_twelve_hours_used(
    story: Story, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, start = Visitor(web.app()), datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
    ana = story.person("ana").person
    now = [start]
    monkeypatch.setattr(web, "wall", lambda: now[0])
    with story.database.writing() as session:
        token = sign_in.make_link(
            session,
            person=ana,
            partnership="northport",
            expires_at=start + HOUR,
        )
    visitor.post(f"/in/{token}")
    for minutes in range(20, 12 * 60, 20):
        now[0] = start + timedelta(minutes=minutes)
        assert visitor.get("/home").status_code == 200, minutes
    now[0] = start + timedelta(hours=12)
    assert visitor.get("/home").status_code == 401


def test_signing_in_again_ends_the_session_before_it_and_takes_no_token_from_outside(
    story: Story, web: Web
) -> None:
    visitor = Visitor(web.app())
    visitor.cookies.set("heardback", "planted-by-somebody")
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    with story.database.reading() as session:
        assert sign_in.who(session, "planted-by-somebody", now=wall_clock()) is None
    visitor.cookies = httpx.Cookies({"heardback": first(visitor)})
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    assert sessions(story) == 1


def test_a_person_in_two_partnerships_goes_on_in_the_other_that_the_account_opens(
    story: Story, visitor: Visitor, forger: Forger
) -> None:
    ana = story.person("ana")
    with story.database.writing() as session:
        people.seat(
            session,
            partnership="wolds",
            person=ana.person,
            role="practitioner",
            agency="housing",
            on=story.now.date(),
        )
        for side in ("northport", "wolds"):
            assert accounts.tie(
                session,
                provider="council",
                issuer=forger.issuer,
                subject="subject-1",
                person=ana.person,
                partnership=side,
                on=story.now.date(),
            )
    signs_in(visitor, forger)
    shown = visitor.get("/account").text
    other = re.search(r'name="partnership" value="([^"]+)"', shown)
    assert other
    assert other[1] in ("wolds", "northport")
    went = visitor.post("/account/partnership", data={"csrf": csrf(shown), "partnership": other[1]})
    assert went.headers["location"] == "/home"
    refused = visitor.post(
        "/account/partnership",
        data={"csrf": csrf(visitor.get("/account").text), "partnership": "elsewhere"},
    )
    assert refused.status_code == 403


def test_beginning_to_sign_in_is_limited_and_what_is_over_is_deleted(
    story: Story, visitor: Visitor
) -> None:
    said = [visitor.get("/openid/council").status_code for _ in range(61)]
    assert said == [303] * 60 + [429]
    assert visitor.get("/openid/nobody").status_code == 404
    with story.database.writing() as session:
        assert session.query(OpenidTry).count() == 60
        sign_in.prune(session, now=wall_clock() + timedelta(minutes=11))
        assert session.query(OpenidTry).count() == 0


def test_what_goes_to_the_provider_names_nobody(visitor: Visitor) -> None:
    address = visitor.get("/openid/council?to=/aside").headers["location"]
    asked = parse_qs(urlsplit(address).query)
    assert asked.keys() == {
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    }
    assert "aside" not in address
