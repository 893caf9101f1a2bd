"""A Slack workspace as strict as the real one: signs what people do, checks what the app answers.

It speaks HTTP on this machine, as Slack does: the Web API on one side (tokens, trigger ids that work once
and for three seconds, every block validated, metadata kept, 429 with `Retry-After`), and people who open the
home, press buttons, fill in modals and send them on the other. Payloads have the shapes that Slack's
documentation shows.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.slack.front import signature
from tests.bot.slack.validate import problems
from tests.loops import run

TOKEN = "xoxb-drama"
SECRET = "drama-signing-secret"
APP_TOKEN = "xapp-drama"
TEAM = "T0NORTH"
Json = dict[str, Any]


@dataclass
class Trigger:
    made: float
    used: bool = False


@dataclass
class Workspace:
    """Everything that Slack would remember; `clock` is its own, in seconds."""

    clock: float = 1_770_000_000.0
    triggers: dict[str, Trigger] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)  # open modals by id
    homes: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    ephemeral: list[Json] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # whatever the real Slack would have refused
    answers: list[tuple[int, Json, dict[str, str]]] = field(
        default_factory=list
    )  # injected failures
    calls: list[str] = field(default_factory=list)
    lose_answers: int = 0  # so many posts are kept, and their answer never comes
    base: str = ""
    scopes: str = "chat:write,im:history,im:write,commands"
    codes: set[str] = field(default_factory=set)  # OAuth codes and refresh tokens not used yet
    socket: str = "ws://127.0.0.1:9/"
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self, letter: str) -> str:
        return f"{letter}{next(self._ids):09d}"

    def trigger(self, user: str) -> str:
        id = f"{next(self._ids)}.{int(self.clock)}.abc"
        self.triggers[id] = Trigger(self.clock)
        return id

    def user(self, name: str) -> str:
        """The id of the member whom a test calls by this name."""
        return name

    def dm(self, user: str) -> str:
        """The conversation between somebody and the app."""
        return "D" + user

    def lets(self, seconds: float) -> None:
        """Time goes by at Slack's."""
        self.clock += seconds

    # the Web API

    async def api(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls.append(method)
        if method == "oauth.v2.access":
            return self.api_oauth_v2_access(dict(await request.form()))
        token = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("authorization") != f"Bearer {token}":
            return self._error("invalid_auth")
        if self.answers:
            status, body, headers = self.answers.pop(0)
            return JSONResponse(body, status, headers)
        raw = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            given = json.loads(raw)
        else:
            given = dict(request.query_params) | dict(await request.form())
            given = {k: _parsed(str(v)) for k, v in given.items()}
        handler = getattr(self, "api_" + method.replace(".", "_"), None)
        return handler(given) if handler else self._error("unknown_method")

    def _error(self, error: str) -> Response:
        self.refused.append(error)
        return JSONResponse({"ok": False, "error": error})

    def _checked(self, shown: Json) -> str:
        found = problems(shown)
        self.refused += found
        return found[0] if found else ""

    def api_auth_test(self, given: Json) -> Response:
        return JSONResponse(
            {
                "ok": True,
                "team_id": TEAM,
                "team": "Northport",
                "user_id": "U0BOT",
                "bot_id": "B0BOT",
            },
            headers={"x-oauth-scopes": self.scopes},
        )

    def api_apps_connections_open(self, given: Json) -> Response:
        return JSONResponse({"ok": True, "url": self.socket})

    def api_oauth_v2_access(self, given: Json) -> Response:
        """A code or a refresh token works once, for the app whose secret comes with it."""
        if (given.get("client_id"), given.get("client_secret")) != ("1.2", "cs-drama"):
            return self._error("bad_client_secret")
        refreshing = given.get("grant_type") == "refresh_token"
        spent = str(given["refresh_token" if refreshing else "code"])
        if spent not in self.codes:
            return self._error("invalid_refresh_token" if refreshing else "invalid_code")
        self.codes.remove(spent)
        refresh = f"xoxe-{next(self._ids)}"
        self.codes.add(refresh)
        return JSONResponse(
            {
                "ok": True,
                "access_token": TOKEN,
                "token_type": "bot",
                "team": {"id": TEAM},
                "enterprise": None,
                "expires_in": 43_200,
                "refresh_token": refresh,
            }
        )

    def api_conversations_open(self, given: Json) -> Response:
        return JSONResponse({"ok": True, "channel": {"id": "D" + str(given["users"])}})

    def api_chat_postMessage(self, given: Json) -> Response:  # noqa: N802 - Slack's own name
        if not given.get("text") or self._checked(given):
            return self._error("invalid_blocks")
        if given.get("unfurl_links") is not False or given.get("unfurl_media") is not False:
            return self._error("links would unfurl")
        channel = str(given["channel"])
        channel = channel if channel.startswith(("D", "C")) else "D" + channel
        posted = {**given, "ts": f"{self.clock + next(self._ids) / 1e6:.6f}", "bot_id": "B0BOT"}
        self.messages.setdefault(channel, []).append(posted)
        if self.lose_answers:
            self.lose_answers -= 1
            return Response("gateway", 502)
        return JSONResponse({"ok": True, "channel": channel, "ts": posted["ts"]})

    def api_chat_postEphemeral(self, given: Json) -> Response:  # noqa: N802 - Slack's own name
        if self._checked(given):
            return self._error("invalid_blocks")
        self.ephemeral.append(given)
        return JSONResponse({"ok": True, "message_ts": "1.1"})

    def api_chat_update(self, given: Json) -> Response:
        for posted in self.messages.get(given["channel"], []):
            if posted["ts"] == given["ts"]:
                if self._checked(given):
                    return self._error("invalid_blocks")
                posted |= {"text": given["text"], "blocks": given["blocks"]}
                return JSONResponse({"ok": True, "ts": given["ts"], "channel": given["channel"]})
        return self._error("message_not_found")

    def api_conversations_history(self, given: Json) -> Response:
        found = [
            m
            if given.get("include_all_metadata")
            else {k: v for k, v in m.items() if k != "metadata"}
            for m in self.messages.get(str(given["channel"]), [])
            if float(m["ts"]) > float(given.get("oldest", 0))
        ]
        start = int(given.get("cursor") or 0)
        limit = int(given.get("limit", 100))
        found = sorted(found, key=lambda m: m["ts"], reverse=True)
        cursor = str(start + limit) if start + limit < len(found) else ""
        return JSONResponse(
            {
                "ok": True,
                "messages": found[start : start + limit],
                "response_metadata": {"next_cursor": cursor},
            }
        )

    def api_views_open(self, given: Json) -> Response:
        trigger = self.triggers.get(str(given.get("trigger_id")))
        if trigger is None:
            return self._error("invalid_trigger_id")
        if self.clock - trigger.made > 3:
            return self._error("expired_trigger_id")
        if trigger.used:
            return self._error("exchanged_trigger_id")
        if self._checked(given["view"]):
            return self._error("invalid_arguments")
        trigger.used = True
        return JSONResponse({"ok": True, "view": self.keep_view(given["view"])})

    def keep_view(self, view: Json, id: str = "") -> Json:
        kept = {**view, "id": id or self.next_id("V"), "hash": f"{next(self._ids)}.hash"}
        self.views[kept["id"]] = kept
        return kept

    def api_views_update(self, given: Json) -> Response:
        if given["view_id"] not in self.views:
            return self._error("not_found")
        if self._checked(given["view"]):
            return self._error("invalid_arguments")
        return JSONResponse({"ok": True, "view": self.keep_view(given["view"], given["view_id"])})

    def api_views_publish(self, given: Json) -> Response:
        if self._checked(given["view"]):
            return self._error("invalid_arguments")
        self.homes[given["user_id"]] = {**given["view"], "id": self.next_id("V")}
        return JSONResponse({"ok": True})


def _parsed(value: str) -> Any:
    if value in ("True", "true", "1") or value in ("False", "false", "0"):
        return value in ("True", "true", "1")
    try:
        return json.loads(value) if value[:1] in "[{" else value
    except ValueError:
        return value


@contextmanager
def running(workspace: Workspace) -> Iterator[Workspace]:
    """The Web API on a port of this machine."""
    app = Starlette(routes=[Route("/api/{method}", workspace.api, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    workspace.base = f"http://127.0.0.1:{port}/api/"
    yield workspace
    server.should_exit = True
    thread.join(10)


async def post(app: Starlette, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """One request to our app, as it would come over the wire."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://northport.example") as door:
        return await door.post(path, content=body, headers=headers)


class Member:
    """Somebody in the workspace, with the app open."""

    def __init__(self, workspace: Workspace, app: Starlette, user: str, path: str) -> None:
        self.workspace = workspace
        self.app = app
        self.user = user
        self.path = path
        self.modal: Json | None = None
        self.typed: dict[str, dict[str, Json]] = {}
        self.errors: dict[str, str] = {}

    # what Slack sends

    def sends(self, payload: Json, *, as_form: bool = True) -> Json:
        """Post a signed payload as Slack does; returns what the app answered."""
        if as_form:
            body = urlencode({"payload": json.dumps(payload)}).encode()
            content_type = "application/x-www-form-urlencoded"
        else:
            body, content_type = json.dumps(payload).encode(), "application/json"
        return self.posts(body, content_type)

    def posts(self, body: bytes, content_type: str) -> Json:
        stamp = str(int(self.workspace.clock))
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(SECRET, stamp, body),
        }
        response = run(post(self.app, self.path, body, headers))
        assert response.status_code == 200, response.status_code
        return response.json() if response.content[:1] == b"{" else {"text": response.text}

    def _who(self) -> Json:
        return {
            "user": {"id": self.user, "username": "x", "name": "x", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "northport"},
            "api_app_id": "A0APP",
            "token": "old-and-unused",
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def event(self, event: Json) -> Json:
        return self.sends(
            {
                "token": "old-and-unused",
                "team_id": TEAM,
                "api_app_id": "A0APP",
                "type": "event_callback",
                "event_id": self.workspace.next_id("Ev"),
                "event_time": int(self.workspace.clock),
                "event": event,
                "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
            },
            as_form=False,
        )

    # what a person does

    def opens_home(self) -> Json:
        self.event(
            {
                "type": "app_home_opened",
                "user": self.user,
                "channel": self.workspace.dm(self.user),
                "tab": "home",
                "event_ts": "1.2",
            }
        )
        return self.workspace.homes[self.user]

    def writes(self, text: str) -> None:
        self.event(
            {
                "type": "message",
                "channel": self.workspace.dm(self.user),
                "channel_type": "im",
                "user": self.user,
                "text": text,
                "ts": f"{self.workspace.clock:.6f}",
            }
        )

    def commands(self, text: str) -> Json:
        self.modal = None
        known = set(self.workspace.views)
        answer = self.posts(
            urlencode(
                {
                    "command": "/heardback",
                    "text": text,
                    "user_id": self.user,
                    "team_id": TEAM,
                    "channel_id": self.workspace.dm(self.user),
                    "api_app_id": "A0APP",
                    "token": "old",
                    "trigger_id": self.workspace.trigger(self.user),
                    "response_url": "https://hooks.slack.com/x",
                }
            ).encode(),
            "application/x-www-form-urlencoded",
        )
        self._opened(known)
        return answer

    def shortcut(self, message: str | None = None) -> None:
        kind = {"type": "shortcut", "callback_id": "relay"}
        if message is not None:
            kind = {
                "type": "message_action",
                "callback_id": "relay_this",
                "message": {"type": "message", "text": message, "user": "U9", "ts": "1.3"},
                "channel": {"id": "C1", "name": "team"},
                "message_ts": "1.3",
                "response_url": "https://hooks.slack.com/x",
            }  # type: ignore[dict-item]
        known = set(self.workspace.views)
        self.sends(
            {
                **self._who(),
                **kind,
                "trigger_id": self.workspace.trigger(self.user),
                "action_ts": f"{self.workspace.clock:.6f}",
            }
        )
        self._opened(known)

    def latest(self) -> Json:
        return self.workspace.messages[self.workspace.dm(self.user)][-1]

    def presses(self, label: str, *, where: Json | None = None, wait: float = 0.0) -> None:
        """Press a button (or a menu entry) of the open modal, else of the given message or home."""
        place = where or self.modal
        assert place is not None
        action = _action(place, label)
        action["action_ts"] = f"{self.workspace.clock + next(self.workspace._ids) / 1e3:.6f}"
        payload = {
            **self._who(),
            "type": "block_actions",
            "actions": [action],
            "trigger_id": self.workspace.trigger(self.user),
        }
        if place.get("type") in ("modal", "home"):
            payload |= {"view": self._view(place), "container": {"type": "view"}}
        else:
            payload |= {
                "channel": {"id": self.workspace.dm(self.user), "name": "directmessage"},
                "message": {
                    "type": "message",
                    "ts": place["ts"],
                    "blocks": place["blocks"],
                    "text": place["text"],
                },
                "container": {"type": "message", "message_ts": place["ts"]},
                "response_url": "https://hooks.slack.com/x",
            }
        self.workspace.lets(wait)
        known, id = set(self.workspace.views), place.get("id", "")
        self.sends(payload)
        if place.get("type") == "modal":
            self._shows(self.workspace.views[id])
        else:
            self._opened(known)

    def fills(self, **typed: str) -> None:
        """Type into the open modal; a field's name with `__` for a dot."""
        assert self.modal is not None
        for name, value in typed.items():
            block = next(
                b for b in self.modal["blocks"] if b.get("block_id") == name.replace("__", ".")
            )
            self.typed[block["block_id"]] = {
                block["element"]["action_id"]: _typed(block["element"], value)
            }

    def submits(self) -> Json:
        assert self.modal is not None
        answer = self.sends(
            {
                **self._who(),
                "type": "view_submission",
                "view": self._view(self.modal),
                "trigger_id": self.workspace.trigger(self.user),
                "response_urls": [],
            }
        )
        self.errors = answer.get("errors", {})
        for name in self.errors:
            assert name in self.typed, f"an error beside {name}, which is not an input"
        if answer.get("response_action") == "update":
            assert self.workspace._checked(answer["view"]) == ""
            self._shows(self.workspace.keep_view(answer["view"], self.modal["id"]))
        elif not self.errors:
            self.modal = None
        return answer

    def _view(self, view: Json) -> Json:
        shown = {k: v for k, v in view.items() if k != "submit"}
        if view["type"] == "home":
            return {**shown, "state": {"values": {}}}
        return {
            **shown,
            "team_id": TEAM,
            "app_id": "A0APP",
            "bot_id": "B0BOT",
            "state": {"values": self.typed},
            "root_view_id": view["id"],
        }

    def _opened(self, known: set[str]) -> None:
        fresh = [view for id, view in self.workspace.views.items() if id not in known]
        if fresh:
            self.typed = {}
            self._shows(fresh[-1])

    def _shows(self, view: Json) -> None:
        """As Slack: what was typed stays under the same ids, anything else begins with its preset."""
        before, self.modal, self.typed = self.typed, view, {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            id, element = block["block_id"], block["element"]
            kept = before.get(id, {}).get(element["action_id"])
            self.typed[id] = {element["action_id"]: kept or _preset(element)}


def _action(place: Json, label: str) -> Json:
    for block in place["blocks"]:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if element["type"] == "overflow":
                for option in element["options"]:
                    if option["text"]["text"].startswith(label):
                        return {
                            "type": "overflow",
                            "action_id": element["action_id"],
                            "block_id": block["block_id"],
                            "selected_option": option,
                        }
            elif element["text"]["text"].startswith(label):
                return {
                    "type": "button",
                    "action_id": element["action_id"],
                    "block_id": block["block_id"],
                    "value": element["value"],
                    "text": element["text"],
                }
    raise AssertionError(f"no button {label!r}")


def _typed(element: Json, value: str) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        assert len(value) <= element["max_length"]
        return {"type": kind, "value": value}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value}
    chosen = [o for o in element["options"] if o["value"] in value.split(",")]
    assert chosen, f"no option {value!r}"
    if kind == "checkboxes":
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, "selected_option": chosen[0]}


def _preset(element: Json) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": element.get("initial_date")}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "selected_option": element.get("initial_option")}


def reads(place: Json) -> str:
    """All that somebody reads there."""
    found: list[str] = []

    def walk(thing: Any) -> None:
        if isinstance(thing, dict):
            if isinstance(thing.get("text"), str):
                found.append(thing["text"])
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for value in thing:
                walk(value)

    walk(place)
    return "\n".join(found)
