"""A practitioner's own words: the form, the checks in their order, and the receipt.

Danger first, then identifying details, and only then is anything kept: words, counting tag and return
address, each in its own place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from handlers import danger
from handlers.contributions import checks
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Reply, Text
from handlers.place import Place, day_words, minutes_words
from handlers.place import of as place_of
from handlers.surfaces import choices, fixed_line, message, other_routes
from handlers.wording import say
from storage import (
    Session,
    contributions,
    counting,
    partnerships,
    people,
    return_addresses,
    rounds,
)

LEVELS = choices("tag_level", "primary", "secondary", "tertiary", "")
STANCES = choices("tag_stance", "strength", "worry", "mixed", "")
FIRST_CONTACTS = choices("tag_first_contact", "help", "justice", "")
FIRST_CONTACT = "first_contact"  # in what a prompt listens for
TAGS = ("prevention_level", "stance", "first_contact", "whose")


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The open prompt with its cost, readers and purpose, or a free box when nothing was asked."""
    place = place_of(session, actor.partnership)
    state = {"round": event.fields.get("round", "")} if event.fields.get("round") else {}
    asked = rounds.get(session, state["round"]) if state else None
    if asked is not None and asked.closes_on < place.today(now):
        return Reply(message("expired", say("error_expired_title"), say("error_expired")))
    prompt_id = asked.prompt_id if asked else ""
    return Reply(form(place, prompt_id, state, event.fields, whose=_whose(session, actor)))


def _whose(session: Session, actor: Actor) -> tuple[Choice, ...]:
    """The partnerships an answer may be for; nothing to choose for whoever serves one."""
    served = people.practises_in(session, actor.person)
    if len(served) < 2:
        return ()
    return tuple(Choice(id, partnerships.get(session, id).name) for id in served)


def form(
    place: Place,
    prompt_id: str,
    state: Mapping[str, str],
    typed: Mapping[str, str],
    error: str = "",
    *,
    whose: tuple[Choice, ...] = (),
) -> Form:
    """The reflection form; whatever was typed before is still in it."""
    prompt = place.prompt(prompt_id)
    questions = prompt.questions if prompt else (say("reflect_unasked"),)
    cost = (
        say("reflect_cost", minutes=minutes_words(prompt.minutes), what_for=prompt.what_for)
        if prompt
        else ""
    )
    readers = say("reflect_readers")
    return Form(
        name="reflect",
        title=say("reflect_title"),
        parts=(
            *(Text(question, style="voice") for question in questions),
            Text(f"{cost} {readers}".strip(), style="hint"),
            Field(
                name="words",
                label=say("your_words"),
                hint=say("reflect_hint"),
                value=typed.get("words", ""),
                error=error,
            ),
            Field(
                name="prevention_level",
                label=say("tag_level"),
                kind="one_of",
                choices=LEVELS,
                value=typed.get("prevention_level", ""),
            ),
            Field(
                name="stance",
                label=say("tag_stance"),
                kind="one_of",
                choices=STANCES,
                value=typed.get("stance", ""),
            ),
            *([first_contact_field(typed)] if not prompt or FIRST_CONTACT in prompt.lens else ()),
            *_whose_field(place, whose, typed),
            fixed_line(place),
            other_routes(place),
        ),
        needs=("words",),
        buttons=(
            Button(say("button_check_send"), "reflect", style="main"),
            Button(say("button_nothing_to_add"), "nothing_to_add"),
            Button(say("button_too_much_now"), "too_much", style="quiet"),
        ),
        state=state,
    )


def first_contact_field(typed: Mapping[str, str]) -> Field:
    """How the system first met a young person, for whoever likes to say."""
    return Field(
        name="first_contact",
        label=say("tag_first_contact"),
        kind="one_of",
        choices=FIRST_CONTACTS,
        value=typed.get("first_contact", ""),
    )


def _whose_field(
    place: Place, whose: tuple[Choice, ...], typed: Mapping[str, str]
) -> tuple[Field, ...]:
    """For whoever serves several partnerships: one, the other, or both."""
    if not whose:
        return ()
    return (
        Field(
            name="whose",
            label=say("reflect_whose"),
            kind="any_of",
            hint=say("reflect_whose_hint"),
            choices=whose,
            value=typed.get("whose", "") or place.id,
        ),
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
        whose = _whose(session, actor)
        return Reply(form(place, prompt_id, state, event.fields, fault, whose=whose))
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
    prompt_id = asked.prompt_id if asked else ""
    return Reply(form(place, prompt_id, state, event.fields, whose=_whose(session, actor)))


def throw_away(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(message("thrown_away", say("nothing_kept_title"), say("thrown_away")))


def _keep(
    session: Session,
    actor: Actor,
    place: Place,
    fields: Mapping[str, str],
    found: checks.Checked,
    now: datetime,
) -> Reply:
    asked = rounds.get(session, fields.get("round", ""))
    prompt_id = asked.prompt_id if asked else ""
    went = {
        agent.partnership: _keep_for(session, agent, place.today(now), fields, found, prompt_id)
        for agent in _agents(session, actor, fields.get("whose", ""))
    }
    if asked:
        rounds.replied(session, asked.id, actor.person)
    kept = [(place_of(session, partnership), id) for partnership, id in went.items()]
    shown = receipt(place, found.words, kept, now)
    return Reply(shown, outcome={"receipt": ",".join(went.values())})


def _agents(session: Session, actor: Actor, whose: str) -> list[Actor]:
    """The same person in each partnership that they chose, with the agency they have there."""
    chosen = [id for id in people.practises_in(session, actor.person) if id in whose.split(",")]
    found = [
        Actor(actor.person, id, actor.roles, people.seats_of(session, actor.person, id)[0].agency)
        for id in chosen
        if id != actor.partnership
    ]
    own = actor.partnership in chosen or not found
    return [actor, *found] if own else found


def _keep_for(
    session: Session,
    actor: Actor,
    today: date,
    fields: Mapping[str, str],
    found: checks.Checked,
    prompt_id: str,
) -> str:
    """Keep the words in one partnership, apart from every other: own id, own tags, own way back."""
    id = contributions.keep(
        session,
        partnership=actor.partnership,
        words=found.words,
        kept=contributions.Kept(
            kind="reflection",
            voice="practitioner",
            prompt_id=prompt_id,
            prevention_level=one_of(fields.get("prevention_level", ""), LEVELS),
            stance=one_of(fields.get("stance", ""), STANCES),
            first_contact=one_of(fields.get("first_contact", ""), FIRST_CONTACTS),
        ),
        on=today,
    )
    counting.tag(
        session,
        partnership=actor.partnership,
        contribution=id,
        person=actor.person,
        agency=actor.agency,
        voices=1,
    )
    return_addresses.keep(
        session,
        partnership=actor.partnership,
        contribution=id,
        address=return_addresses.Address(actor.person),
    )
    danger.mark_unread(session, actor.partnership, id, found.words)
    for kind in found.kept_kinds:
        contributions.log_kept_detail(session, id, kind)
    return id


def one_of(value: str, choices: tuple[Choice, ...]) -> str:
    return value if any(choice.value == value for choice in choices) else ""


def receipt(place: Place, words: str, kept: Sequence[tuple[Place, str]], now: datetime) -> Form:
    """What was kept, shown once in the same reply, with the date by which its author hears.

    `kept` are the partnerships that it is for, each with the id of its own copy; each promises for itself.
    """
    return Form(
        name="receipt",
        title=say("receipt_title"),
        parts=(
            Text(say("receipt_kept")),
            Text(words, style="voice"),
            *_promised(place, [own for own, _ in kept], now),
            fixed_line(place),
        ),
        buttons=(
            Button(say("button_change_mine"), "change"),
            Button(say("button_take_back"), "withdraw"),
        ),
        state={"contribution": ",".join(id for _, id in kept)},
    )


def _promised(place: Place, kept: Sequence[Place], now: datetime) -> list[Text]:
    """Who answers by when, and how long it waits: of each partnership that it is for, in its own words."""
    parts = []
    apart = [own.id for own in kept] != [place.id]
    if apart:
        names = f" {say('and')} ".join(own.name for own in kept)
        parts.append(Text(say("receipt_for", partnerships=names)))
    for own in kept:
        by = day_words(own.today(now) + timedelta(days=own.answer_within_days))
        heading = own.name if apart else ""
        parts.append(Text(say("receipt_promise", **own.words, date=by), heading=heading))
    for weeks in dict.fromkeys(str(own.waiting_weeks) for own in kept):
        parts.append(Text(say("receipt_gathering", waiting_weeks=weeks), style="hint"))
    return parts
