"""The history, made by really running every week through the same handlers under a moved clock.

Nothing is written past the handlers: prompts are asked, words go through every check, lines are written
and signed by different people, answers are proposed and confirmed, and contributors are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo import cast
from bot.outbox import deliver_in, run
from handlers import board, permissions, place
from handlers.loop_words import returns_of
from handlers.messages import Actor, Field, Form, Incoming, Reply
from handlers.wording import say
from storage import Database, Session, commitments, people, releases, rounds, set_aside
from storage.models import Line

WEEK_1 = date(2026, 9, 7)
LAST_WEEK = 16
HISTORY = 12
LONDON = ZoneInfo("Europe/London")


def at(week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the story; Monday is 0."""
    day = WEEK_1 + timedelta(weeks=week - 1, days=weekday)
    return datetime.combine(day, time(hour, minute), LONDON)


def end_of(week: int) -> datetime:
    """Where the clock stands once a week has been played: Friday at four."""
    return at(week, 4, 16)


def play(database: Database, week: int) -> None:
    """One week of both partnerships, in one transaction."""
    with database.writing() as session:
        for side in cast.NAMES:
            _Week(session, side, week).play()


class _Week:
    def __init__(self, session: Session, side: str, week: int) -> None:
        self.session = session
        self.side = side
        self.week = week
        self.step = 0
        self.codebook = place.of(session, side).codebook

    def play(self) -> None:
        clock = permissions.clock(self.side)
        if self.week % 2:
            self._run(clock, "tick_ask", {}, at(self.week, 0, 9))
            self._deliver(at(self.week, 0, 9, 1))
        for row in cast.corpus():
            if row["week"] == self.week and row["partnership"] == self.side:
                self._say(row)
        if self.week == 1:
            self._agree_with_neighbours(at(1, 2, 10))
        self._run(clock, "tick_draft", {}, at(self.week, 2, 12))
        self._write_and_sign(at(self.week, 2, 14))
        self._run(self._at_table(permissions.APPROVER), "issue", {}, at(self.week, 2, 16))
        self._deliver(at(self.week, 2, 16, 5))
        self._read_set_aside(at(self.week, 3, 9, 30))
        self._answer(at(self.week, 3, 11))
        self._deliver(at(self.week, 3, 12))
        for kind in ("tick_nudge", "tick_ask_again", "tick_promises", "tick_aside"):
            self._run(clock, kind, {}, at(self.week, 4, 10))
        self._carry_home(at(self.week, 4, 14))
        self._deliver(end_of(self.week))

    def _run(self, actor: Actor, kind: str, fields: Mapping[str, str], now: datetime) -> Reply:
        self.step += 1
        key = f"demo:{self.side}:{self.week}:{self.step}"
        return run(self.session, key, actor, Incoming(kind, fields), now=now)

    def _deliver(self, now: datetime) -> None:
        while deliver_in(self.session, now=now, limit=500) == 500:
            pass

    def _at_table(self, role: str) -> Actor:
        return Actor(cast.table_person(self.side, role), self.side, frozenset({role}))

    def _seated(self, person: str) -> Actor:
        seats = people.seats_of(self.session, person, self.side)
        return Actor(person, self.side, frozenset(s.role for s in seats), seats[0].agency)

    def _agree_with_neighbours(self, now: datetime) -> None:
        """Each side for itself: from now on what both release alone is a pattern across the boundary."""
        for other in cast.NAMES:
            if other != self.side:
                self._run(
                    self._at_table(permissions.CHAIR), "neighbour_agree", {"choice": other}, now
                )

    # heard

    def _say(self, row: Mapping[str, Any]) -> None:
        """One contribution, typed into the form and sent through whatever the form answers."""
        actor = self._seated(row["contributor"])
        now = at(self.week, self.step % 3, 9 + self.step % 3, self.step % 60)
        stance = row["stance"] if row["stance"] in ("strength", "worry", "mixed") else ""
        if row["kind"] == "reflection":
            asked = rounds.open_for(self.session, actor.person, self.side, now.date())
            fields = {
                "round": asked.id if asked else "",
                "words": row["text"],
                "prevention_level": row["prevention_level"],
                "stance": stance,
            }
            reply = self._run(actor, "reflect", fields, now)
        else:
            fields = {
                "words": row["text"],
                "rendering": row["kind"].removeprefix("relay_"),
                "voice": row["speaker"],
                "agreement": "yes",
                "age_band": "13_to_15" if row["speaker"] == "young_person" else "adult",
                "stance": stance,
                "voices": _band(row.get("voices", 1)),
                "agreed_to": "theme",
                "back": "i_tell",
            }
            reply = self._run(actor, "relay_send", fields, now)
        for _ in range(3):
            pressed = answer_to(reply.now)
            if pressed is None:
                return
            reply = self._run(actor, *pressed, now)

    # released

    def _write_and_sign(self, now: datetime) -> None:
        made = releases.draft(self.session, self.side)
        if made is None:
            return
        for line in releases.lines_of(self.session, made.id):
            fields = {"line_id": line.id, "sentence": line.sentence, "question": line.question}
            fields |= self._written(line)
            self._run(self._at_table(permissions.THEME_EDITOR), "line_ready", fields, now)
            self._run(self._at_table(permissions.APPROVER), "line_sign", {"line_id": line.id}, now)

    def _written(self, line: Line) -> dict[str, str]:
        """The paraphrase and the question that a person wrote about this theme, nearest in time."""
        story = cast.answers(self.side)
        found = {}
        for name, kind in (("sentence", "paraphrases"), ("question", "questions_to_sit_with")):
            about = [row for row in story.get(kind, ()) if row.get("theme") == line.subject]
            near = [row for row in about if abs(row["week"] - self.week) <= 2]
            if near:
                found[name] = min(near, key=lambda row: abs(row["week"] - self.week))["text"]
        usual = {t.id: t.stance for t in self.codebook.themes}.get(line.subject, "")
        if usual in ("strength", "worry") and usual != line.leaning:
            found.pop("sentence", None)  # the story's paraphrase tells of the other side
        if "sentence" in found:
            found["provenance"] = "paraphrase"
        return found

    # answered

    def _answer(self, now: datetime) -> None:
        """Give each answer of the story once its theme is before the group and it has none yet."""
        shown = releases.shown_lines(self.session, self.side)
        given = {c.answer for c in commitments.ever_confirmed(self.session, self.side)}
        for row in cast.answers(self.side)["answers"]:
            if row["week"] > self.week or _answer_words(row) in given:
                continue
            lines = [line for line in shown if line.subject in self._subjects(row)]
            unanswered = [ln for ln in lines if commitments.answering(self.session, ln) is None]
            if unanswered or (lines and row.get("supersedes")):
                self._give((unanswered or lines[-1:])[0], row, now)

    def _subjects(self, row: Mapping[str, Any]) -> set[str]:
        """The theme that was answered, or the group under which it was shown."""
        theme = row.get("theme", "")
        groups = {t.group for t in self.codebook.themes if t.id == theme}
        return {theme, row.get("group", ""), *groups} - {""}

    def _give(self, line: Line, row: Mapping[str, Any], now: datetime) -> None:
        promised = row.get("next_look") or row.get("meeting_date") or row["review_date"]
        due = promised if promised > now.date() else now.date() + timedelta(days=14)
        fields = {
            "line_id": line.id,
            "button": row["button"],
            "status": row["status"],
            "answer": row["answer"],
            "not_done": row.get("not_done_reason", ""),
            "child_words": row["answer_child_words"],
            "owner_role": row.get("owner_role", ""),
            "receiver": row.get("passed_to", ""),
            "due_on": due.isoformat(),
            "sign": row.get("how_would_we_know", ""),
        }
        self._run(self._at_table(permissions.MEMBER), "answer_propose", fields, now)
        proposal = commitments.open_proposal(self.session, line.id)
        if proposal is not None:
            chair = self._at_table(permissions.CHAIR)
            self._run(chair, "answer_confirm", {"commitment": proposal.id}, now)
            self._put_up(proposal.id, now)

    def _put_up(self, commitment: str, now: datetime) -> None:
        """The editor writes it for the public board as it stands, and the approver finds it safe."""
        editor, approver = (
            self._at_table(permissions.THEME_EDITOR),
            self._at_table(permissions.APPROVER),
        )
        for form in board.desk(self.session, editor):
            if form.state.get("commitment") == commitment:
                typed = {part.name: part.value for part in form.parts if isinstance(part, Field)}
                self._run(editor, "board_write", {**typed, **form.state}, now)
        for form in board.desk(self.session, approver):
            if form.name == "board_check":
                self._run(approver, "board_check", {**form.state, "choice": "up"}, now)

    def _carry_home(self, now: datetime) -> None:
        """Champions tell the people whose words they carried, all but the latest of each."""
        for person in people.holders(self.session, self.side, permissions.CHAMPION):
            actor = self._seated(person)
            for back in returns_of(self.session, actor)[1:]:
                self._run(actor, "told", {"return_id": str(back["return_id"])}, now)

    # set aside

    def _read_set_aside(self, now: datetime) -> None:
        lead = self._at_table(permissions.LEAD)
        for item in set_aside.for_reader(self.session, self.side, "safeguarding_lead"):
            if item.state != "waiting" or self.week >= HISTORY:
                continue
            self._run(lead, "aside_open", {"item": item.id, "reason": "planned"}, now)
            handed = {
                "item": item.id,
                "receiver": say("demo_receiver"),
                "reference": say("demo_reference", number=f"{self.week}-{self.step}"),
                "confirmed": "yes",
            }
            self._run(lead, "aside_hand_off", handed, now)


def _answer_words(row: Mapping[str, Any]) -> str:
    """Both halves of an answer, as the form puts them together."""
    return " ".join(part for part in (row["answer"], row.get("not_done_reason", "")) if part)


def _band(voices: int) -> str:
    """The lower end of the band that a champion would tick."""
    return str(max(lower for lower in (1, 2, 5, 10, 20) if lower <= voices))


def answer_to(form: Form) -> tuple[str, dict[str, str]] | None:
    """What a person presses next: the first button that goes on, with the form as it stands."""
    onward = {
        "identifying_check": 0,
        "danger_unsure": 1,
        "danger_signpost": 0,
        "danger_signpost_staff": 1,
        "danger_signpost_about_self": 1,
        "other_route_whistleblowing": 0,
        "under_13": 0,
    }
    if form.name not in onward or not form.buttons:
        return None
    button = form.buttons[onward[form.name]]
    typed = {part.name: part.value for part in form.parts if isinstance(part, Field)}
    return button.kind, {**typed, **form.state, "choice": button.value}
