"""A person at a browser: comes in as a role, fills in fields by their labels, presses buttons.

Whatever the console says, and whatever fails to load, is kept, so that a test can ask for silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Browser, Page

from bot.demo import cast
from bot.demo.serve import Demo
from storage import releases, return_addresses, sign_in

SIDE = "northport"


@dataclass(frozen=True)
class Served:
    """The demonstration and where it answers."""

    demo: Demo
    address: str
    far: datetime

    def link(self, label: str) -> str:
        """The address of the sign-in link of a role."""
        with self.demo.database.writing() as session:
            return next(one.href for one in cast.links(session, SIDE) if one.label == label)

    def line_with_somebody_behind(self) -> tuple[str, str]:
        """A line before the group that a practitioner is behind, and that person's sign-in link."""
        with self.demo.database.writing() as session:
            for line in reversed(releases.shown_lines(session, SIDE)):
                for contribution in releases.behind(session, line.id):
                    address = return_addresses.of(session, contribution)
                    if address is not None and not address.seat:
                        token = sign_in.make_link(
                            session, person=address.person, partnership=SIDE, expires_at=self.far
                        )
                        return line.id, f"/in/{token}"
        raise LookupError("no line of the short story has a practitioner behind it")


class Visitor:
    """One browser window with cookies of its own."""

    def __init__(self, browser: Browser, served: Served, *, script: bool = True) -> None:
        self.served = served
        self.context = browser.new_context(
            base_url=served.address,
            viewport={"width": 1280, "height": 900},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _heard(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        refused = "Failed to load resource" in text and (" 422 " in text or " 404 " in text)
        if kind in ("error", "warning") and not refused:
            self.problems.append(text)

    def come_in_as(self, role: str) -> None:
        self.page.goto(self.served.link(role), wait_until="commit")
        self.go("/home")

    def go(self, path: str) -> None:
        self.page.goto(path, wait_until="load")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state("load")

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"main [name='{name}'][value='{value}']").check()

    def main(self) -> str:
        return self.page.locator("main").inner_text()

    def leave(self) -> None:
        self.context.close()
        assert self.problems == []
