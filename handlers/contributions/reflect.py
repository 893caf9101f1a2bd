"""A practitioner's own words: the form, the checks in their order, and the receipt.

Danger first, then identifying details, and only then is anything kept: words, counting tag and return
address, each in its own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import danger
from handlers.contributions import checks
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import fixed_line, message, other_routes
from handlers.wording import say
from storage import Session, contributions, counting, retention, return_addresses, rounds

LEVELS = (
    Choice("primary", "Before any worry"),
    Choice("secondary", "At early worry"),
    Choice("tertiary", "Only after harm"),
    Choice("", "Not sure"),
)
STANCES = (
    Choice("strength", "Something that helps"),
    Choice("worry", "A worry"),
    Choice("mixed", "Both"),
    Choice("", "Not sure"),
)
TAGS = ("prevention_level", "stance")


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The open prompt with its cost, readers and purpose, or a free box when nothing was asked."""
    place = place_of(session, actor.partnership)
    state = {"round": event.fields.get("round", "")} if event.fields.get("round") else {}
    asked = rounds.get(session, state["round"]) if state else None
    if asked is not None and asked.closes_on < place.today(now):
        return Reply(message("expired", "That question has closed", say("error_expired")))
    return Reply(form(place, asked.prompt_id if asked else "", state, event.fields))


def form(
    place: Place,
    prompt_id: str,
    state: Mapping[str, str],
    typed: Mapping[str, str],
    error: str = "",
) -> Form:
    """The reflection form; whatever was typed before is still in it."""
    prompt = place.prompt(prompt_id)
    questions = prompt.questions if prompt else ("What would you like the group to know?",)
    cost = f"About {prompt.minutes:g} minutes. {prompt.what_for}" if prompt else ""
    readers = "A theme editor reads it after details are replaced, with no name on it. Others see only themes."
    return Form(
        name="reflect",
        title="Your answer",
        parts=(
            *(Text(question, style="voice") for question in questions),
            Text(f"{cost} {readers}".strip(), style="hint"),
            Field(
                name="words",
                label="Your words",
                hint="Please leave out names, schools and streets. We check before anything is kept.",
                value=typed.get("words", ""),
                error=error,
            ),
            Field(
                name="prevention_level",
                label="Where in the story is this?",
                kind="one_of",
                choices=LEVELS,
                value=typed.get("prevention_level", ""),
            ),
            Field(
                name="stance",
                label="What is it?",
                kind="one_of",
                choices=STANCES,
                value=typed.get("stance", ""),
            ),
            fixed_line(place),
            other_routes(place),
        ),
        buttons=(
            Button("Check and send", "reflect", style="main"),
            Button("Nothing to add", "nothing_to_add"),
            Button("This is too much right now", "too_much", style="quiet"),
        ),
        state=state,
    )


def reflect(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Look for danger, then for details; keep the words when neither needs the person."""
    place = place_of(session, actor.partnership)
    asked = rounds.get(session, event.fields.get("round", ""))
    prompt_id = asked.prompt_id if asked else ""
    state = {"round": asked.id} if asked else {}
    words = checks.clean(event.fields.get("words", ""))
    fault = checks.fault(words)
    if fault:
        return Reply(form(place, prompt_id, state, event.fields, fault))
    carried = {
        **state,
        "words": words,
        **{t: event.fields.get(t, "") for t in TAGS},
        **danger.carried(event.fields),
    }
    way = danger.Way("reflect", "reflect_edit", carried)
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    details = checks.detail_form(
        place, words, kind="reflect_checked", edit="reflect_edit", state=carried
    )
    if details is not None:
        return Reply(details)
    return _keep(session, actor, place, carried, checks.Checked(words, ()), now)


def checked(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The person has chosen what to replace. Danger is looked for again: the state came back to us."""
    place = place_of(session, actor.partnership)
    words = checks.clean(event.fields.get("words", ""))
    if checks.fault(words):
        return edit(session, actor, event, now=now)
    way = danger.Way("reflect", "reflect_edit", event.fields)
    stopped = danger.stops(session, actor, words, event.fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    return _keep(session, actor, place, event.fields, checks.protected(words, event.fields), now)


def edit(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Back to the form, with every typed word still in it."""
    place = place_of(session, actor.partnership)
    asked = rounds.get(session, event.fields.get("round", ""))
    state = {"round": asked.id} if asked else {}
    return Reply(form(place, asked.prompt_id if asked else "", state, event.fields))


def throw_away(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(
        message(
            "thrown_away", "Nothing was kept", "What you typed is gone. Thank you all the same."
        )
    )


def _keep(
    session: Session,
    actor: Actor,
    place: Place,
    fields: Mapping[str, str],
    found: checks.Checked,
    now: datetime,
) -> Reply:
    today = place.today(now)
    asked = rounds.get(session, fields.get("round", ""))
    id = contributions.keep(
        session,
        partnership=place.id,
        words=found.words,
        kept=contributions.Kept(
            kind="reflection",
            voice="practitioner",
            prompt_id=asked.prompt_id if asked else "",
            prevention_level=_one_of(fields.get("prevention_level", ""), LEVELS),
            stance=_one_of(fields.get("stance", ""), STANCES),
        ),
        on=today,
    )
    counting.tag(
        session,
        partnership=place.id,
        contribution=id,
        person=actor.person,
        agency=actor.agency,
        voices=1,
    )
    return_addresses.keep(
        session,
        partnership=place.id,
        contribution=id,
        address=return_addresses.Address(actor.person),
    )
    danger.mark_unread(session, place.id, id, found.words)
    for kind in found.kept_kinds:
        contributions.log_kept_detail(session, id, kind)
    if asked:
        rounds.replied(session, asked.id, actor.person)
    return Reply(receipt(place, found.words, id, now), outcome={"receipt": id})


def _one_of(value: str, choices: tuple[Choice, ...]) -> str:
    return value if any(choice.value == value for choice in choices) else ""


def receipt(place: Place, words: str, id: str, now: datetime) -> Form:
    """What was kept, shown once in the same reply, with the date by which its author hears."""
    by = place.today(now) + timedelta(days=place.answer_within_days)
    return Form(
        name="receipt",
        title="Thank you. It is in.",
        parts=(
            Text(
                "**This is what was kept.** It is shown now, on this page only, and never posted."
            ),
            Text(words, style="voice"),
            Text(
                "When enough people have said something like it, it goes to "
                f"{place.words['group_name']} as a theme. The group has promised an answer to what it "
                f"is shown; if that were today, by **{day_words(by)}**. You hear what came of yours, "
                "even if the answer is no."
            ),
            Text(say("receipt_gathering", waiting_weeks=_waiting_weeks()), style="hint"),
            fixed_line(place),
        ),
        buttons=(
            Button("Change my words", "change"),
            Button("Take them back", "withdraw"),
        ),
        state={"contribution": id},
    )


def _waiting_weeks() -> str:
    return str(retention.length("waiting_words").days // 7)
