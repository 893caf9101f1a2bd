"""The same workspace with a second opinion: every call also goes to `emulate`, which keeps the state.

`emulate` (npm, 0.11.2) is somebody else's reading of Slack's API: its ids, its three-second triggers, its
stored messages and views are used, and whatever it refuses fails the test. It validates no blocks and
signs nothing; that stays with ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.bot.slack.workspace import TOKEN, Json, Workspace, _parsed

SEED = {
    "tokens": {TOKEN: {"login": "U000000001", "scopes": []}},
    "slack": {
        "team": {"name": "Northport", "domain": "northport"},
        "users": [
            {"name": f"member{n}", "real_name": "x", "email": f"m{n}@drama.example"}
            for n in range(9)
        ],
        "bots": [{"name": "heardback"}],
    },
}


@contextmanager
def emulate(folder: Path, port: int) -> Iterator[str]:
    """`npx emulate` on this port, with members in it; yields its address."""
    npx = shutil.which("npx")
    assert npx is not None
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    command = [
        npx,
        "--yes",
        "emulate@0.11.2",
        "start",
        "--service",
        "slack",
        "-p",
        str(port),
        "--seed",
        str(seed),
    ]
    log = (folder / "emulate.log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}/api/"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                httpx.post(base + "auth.test", headers={"authorization": f"Bearer {TOKEN}"})
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(10)
        log.close()


class Emulated(Workspace):
    """A workspace whose ids and state are those of `emulate`; `there` is its address."""

    def __init__(self, there: str) -> None:
        super().__init__()
        self.there = there
        self.dms: dict[str, str] = {}

    def ask(self, method: str, given: Json) -> Json:
        answer = httpx.post(
            self.there + method, json=given, headers={"authorization": f"Bearer {TOKEN}"}
        )
        found: Json = answer.json()
        return found

    def user(self, name: str) -> str:
        members = self.ask("users.list", {})["members"]
        return str(next(m["id"] for m in members if m["name"] == name.replace("U", "member")))

    def dm(self, user: str) -> str:
        if user not in self.dms:
            self.dms[user] = self.ask("conversations.open", {"users": user})["channel"]["id"]
        return self.dms[user]

    def trigger(self, user: str) -> str:
        return str(self.ask("views.generateTriggerId", {"user_id": user})["trigger_id"])

    def lets(self, seconds: float) -> None:
        super().lets(seconds)
        if seconds:
            time.sleep(seconds)  # its triggers end after three real seconds

    async def api(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls.append(method)
        raw = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            given = json.loads(raw)
        else:
            given = {k: _parsed(str(v)) for k, v in (await request.form()).items()}
        shown = given.get("view") or (given if "blocks" in given else None)
        if shown is not None and self._checked(shown):
            return self._error("invalid_blocks")
        answer = self.ask(method, given)
        if not answer.get("ok"):
            self.refused.append(str(answer.get("error")))
        else:
            self._learn(method, given, answer)
        return JSONResponse(answer)

    def _learn(self, method: str, given: Json, answer: Json) -> None:
        """What the members see, from what was accepted."""
        if method == "chat.postMessage":
            self.messages.setdefault(answer["channel"], []).append({**given, "ts": answer["ts"]})
        elif method == "chat.postEphemeral":
            self.ephemeral.append(given)
        elif method in ("views.open", "views.update"):
            kept: dict[str, Any] = answer["view"]
            self.views[kept["id"]] = {**given["view"], "id": kept["id"], "hash": kept["hash"]}
        elif method == "views.publish":
            self.homes[given["user_id"]] = {**given["view"], "id": answer["view"]["id"]}
