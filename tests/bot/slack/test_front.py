"""Nobody but Slack gets past the door, and nothing that Slack can send breaks what stands behind it."""

from __future__ import annotations

import copy
import json
import logging
import random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.slack.front import MOST_BYTES, signature
from tests.bot.slack.conftest import NAME, Slack
from tests.bot.slack.workspace import SECRET, post
from tests.loops import run

NOW = 1_770_000_000
PATH = f"/slack/{NAME}/events"
BODY = b'{"type":"url_verification","challenge":"abc","token":"x"}'
JSON = "application/json"


def signed(body: bytes, *, secret: str = SECRET, stamp: str = str(NOW)) -> dict[str, str]:
    return {
        "content-type": JSON,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(secret, stamp, body),
    }


def sends(slack: Slack, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return run(post(slack.app, PATH, body, headers))


def forged() -> list[dict[str, str]]:
    """Headers that Slack never sent for this body: forged, replayed, expired, cut short, odd."""
    good = signed(BODY)
    right = good["x-slack-signature"]
    found: list[dict[str, str]] = [
        {"content-type": JSON},
        {k: v for k, v in good.items() if k != "x-slack-signature"},
        {k: v for k, v in good.items() if k != "x-slack-request-timestamp"},
        signed(BODY, secret="another"),
        signed(BODY, secret=""),
        signed(BODY + b" "),
        {**good, "x-slack-request-timestamp": str(NOW + 1)},
    ]
    found += [signed(BODY, stamp=str(NOW + s)) for s in (301, -301, 3600, -3600, 86_400, -86_400)]
    found += [
        signed(BODY, stamp=s) for s in ("", "x", "-1", "1e9", "0x1", "٣", "9" * 30, " 1", "1.5")
    ]
    changed = [
        right[:-1],
        right[:20],
        right + "0",
        right.upper(),
        right[3:],
        "v0=",
        "v1=" + right[3:],
        "",
        "v0=" + "0" * 64,
        right.replace(right[5], "g"),
        right[::-1],
        " " + right,
        "ｖ0=" + right[3:],
        "v0=" + "é" * 64,
        right + "," + right,
        "null",
        "[]",
        "{}",
    ]
    return found + [{**good, "x-slack-signature": s} for s in changed]


def test_forty_forged_replayed_expired_and_cut_signatures_are_all_turned_away(slack: Slack) -> None:
    tried = [h for h in forged() if all(v.isascii() for v in h.values())]
    tried += [
        {**signed(BODY), "x-slack-signature": "v0=" + "a" * n} for n in (1, 63, 64, 65, 4_000)
    ]
    assert len(tried) >= 40
    assert {sends(slack, BODY, headers).status_code for headers in tried} == {401}
    assert sends(slack, BODY, signed(BODY)).json() == {"challenge": "abc"}


def test_a_body_over_the_limit_is_turned_away_before_anything_reads_it(slack: Slack) -> None:
    body = b" " * (MOST_BYTES + 1)
    assert sends(slack, body, signed(body)).status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"a":' * 500, b"\xff\xfe", b"1e999", b'"x"']
)
def test_a_signed_body_of_another_shape_is_refused_in_one_word(slack: Slack, body: bytes) -> None:
    assert sends(slack, body, signed(body)).status_code == 400


def payloads(slack: Slack) -> list[dict[str, Any]]:
    """One real payload of each kind, as Slack sent them for a press, a modal, a shortcut and an event."""
    sam = slack.member(slack.story.champion("sam", "health"), "U1")
    seen: list[dict[str, Any]] = []
    sends_it = sam.sends

    def remember(payload: dict[str, Any], *, as_form: bool = True) -> dict[str, Any]:
        seen.append({**payload, "as_form": as_form})
        return sends_it(payload, as_form=as_form)

    sam.sends = remember  # type: ignore[method-assign]
    sam.opens_home()
    sam.writes("hello")
    sam.presses("Reflect", where=sam.latest())
    sam.fills(words="We wait a long time for an answer.")
    sam.submits()
    sam.shortcut("he said it is better now")
    return seen


ODD: list[Any] = [
    None,
    "",
    0,
    -1,
    [],
    {},
    True,
    "x" * 5_000,
    "\ud800",
    [[]],
    {"a": {}},
    1e308,
    "<!here>",
]


def mutated(payload: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The payload with one to three places changed, taken out or put elsewhere."""
    changed = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        at: Any = changed
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(at[key], dict | list) and at[key] and chance.random() < 0.7:
                at = at[key]
                continue
            if isinstance(at, dict) and chance.random() < 0.2:
                del at[key]
            else:
                at[key] = copy.deepcopy(chance.choice(ODD))
            break
    return changed


def hammer(slack: Slack, real: list[dict[str, Any]], times: int, seed: int) -> None:
    chance = random.Random(seed)
    slack.workspace.refused.clear()

    async def go() -> None:
        transport = httpx.ASGITransport(slack.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://n.example") as door:
            for _ in range(times):
                payload = dict(chance.choice(real))
                as_form = payload.pop("as_form")
                changed = json.dumps(mutated(payload, chance))
                body = urlencode({"payload": changed}).encode() if as_form else changed.encode()
                headers = signed(body) | (
                    {"content-type": "application/x-www-form-urlencoded"} if as_form else {}
                )
                answer = await door.post(PATH, content=body, headers=headers)
                assert answer.status_code < 500, (seed, changed[:3000], answer.text)

    try:
        run(go())
    finally:
        slack.workspace.refused.clear()  # a changed trigger is refused there, as it should be


def test_signed_nonsense_never_breaks_it_and_never_reaches_a_log(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        hammer(slack, payloads(slack), 400, seed=11)
    assert "We wait a long time" not in caplog.text


@pytest.mark.prove
def test_a_hundred_thousand_signed_changes_break_nothing(slack: Slack) -> None:
    real = payloads(slack)  # once: what is thrown may take somebody's seat or prompt away
    for seed in range(100):
        hammer(slack, real, 1_000, seed)


@pytest.mark.prove
def test_a_hundred_thousand_unsigned_bodies_are_turned_away(slack: Slack) -> None:
    chance = random.Random(5)
    for _ in range(100_000):
        body = chance.randbytes(chance.randint(0, 400))
        assert sends(slack, body, {"content-type": JSON}).status_code == 401


def test_half_a_character_for_a_channel_is_answered_like_any_other(slack: Slack) -> None:
    """JSON can smuggle in what no text can hold; nothing that came in goes out again unlooked at."""
    sam = slack.member(slack.story.person("sam"), "U1")
    event = {
        "type": "message",
        "channel": "\ud800",
        "channel_type": "im",
        "user": "U1",
        "ts": "1.5",
    }
    sam.event({**event, "text": "hello"})
    assert "\ud800" not in slack.workspace.messages
    slack.workspace.refused.clear()
