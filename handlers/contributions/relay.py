"""Words that a champion carries from someone else, with the agreement to them.

What was said stays apart from who said it: no name, age or care status is asked for. Under 13 opens one
more step. A 'no' is a no, and nothing is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import danger
from handlers.contributions import checks
from handlers.contributions.phrase_words import WORDS
from handlers.contributions.reflect import (
    FIRST_CONTACTS,
    STANCES,
    first_contact_field,
    one_of,
)
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import choices, fixed_line, message
from handlers.wording import buttons, say
from storage import Session, contributions, counting, people, receipts, return_addresses

RENDERINGS = choices("relay_rendering", "own_words", "paraphrase", "observation")
VOICES = choices(
    "relay_voice", "young_person", "parent_carer", "family_member", "community_member", "group"
)
AGREED = choices("relay_agreement", "yes", "not_asked", "no")
AGE_BANDS = choices(
    "relay_age_band", "under_13", "13_to_15", "16_to_17", "adult", "mix", "not_sure"
)
HOW_MANY = choices("relay_voices", "1", "2", "5", "10", "20")
USES = choices("relay_covers", "theme", "quote", "board", "neighbour")
BACK = choices("relay_back", "i_tell", "phrase", "rather_not")
QUESTIONS: tuple[tuple[str, str, str, tuple[Choice, ...], str], ...] = (
    ("rendering", say("relay_rendering"), "", RENDERINGS, "own_words"),
    ("voice", say("relay_voice"), say("relay_voice_hint"), VOICES, ""),
    ("agreement", say("relay_agreement"), "", AGREED, ""),
    ("age_band", say("relay_age_band"), "", AGE_BANDS, ""),
    ("voices", say("relay_voices_short"), say("relay_voices_hint"), HOW_MANY, "1"),
)
FIELDS = (
    *(name for name, *_ in QUESTIONS),
    "stance",
    "first_contact",
    "agreed_to",
    "back",
    "under_13",
)


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(form(place_of(session, actor.partnership), event.fields, {}))


def form(
    place: Place, typed: Mapping[str, str], errors: Mapping[str, str], *, opening: str = ""
) -> Form:
    """The relay form; whatever was typed before is still in it, with an error beside what is missing."""
    parts: list[Part] = [
        Text(opening or say("relay_opening", **place.words)),
        Text(
            say("relay_say_first"),
            style="tell",
            heading=say("relay_say_first_title"),
        ),
    ]
    for name, label, hint, offered, preset in QUESTIONS:
        parts.append(
            Field(
                name=name,
                label=label,
                kind="one_of",
                hint=hint,
                choices=offered,
                value=typed.get(name, preset),
                error=errors.get(name, ""),
            )
        )
        if name == "rendering":
            parts.append(
                Field(
                    name="words",
                    label=say("relay_words"),
                    hint=say("relay_words_hint"),
                    value=typed.get("words", ""),
                    error=errors.get("words", ""),
                )
            )
    parts += [
        Field(
            name="stance",
            label=say("relay_stance"),
            kind="one_of",
            choices=STANCES,
            value=typed.get("stance", ""),
        ),
        first_contact_field(typed),
        Field(
            name="agreed_to",
            label=say("relay_covers"),
            kind="any_of",
            choices=USES,
            value=typed.get("agreed_to", "theme"),
        ),
        Field(
            name="back",
            label=say("relay_back"),
            kind="one_of",
            hint=say("relay_back_hint"),
            choices=BACK,
            value=typed.get("back", "i_tell"),
        ),
        fixed_line(place),
    ]
    return Form(
        name="relay",
        title=say("relay_title"),
        parts=tuple(parts),
        needs=("rendering", "words", "voice", "agreement", "age_band"),
        buttons=(Button(say("button_check_pass_on"), "relay_send", style="main"),),
    )


def relay(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Every check in its order: what is missing, danger, agreement, under 13, details."""
    place = place_of(session, actor.partnership)
    fields = dict(event.fields)
    fields["words"] = words = checks.clean(fields.get("words", ""))
    errors = _errors(fields)
    if errors:
        return Reply(form(place, fields, errors))
    carried = {"words": words, **{name: fields.get(name, "") for name in FIELDS}}
    carried |= danger.carried(fields)
    way = danger.Way("relay_send", "relay", carried)
    stopped = danger.stops(session, actor, words, fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    if fields["agreement"] == "no":
        return Reply(
            message(
                "relay_said_no", say("nothing_kept_title"), say("relay_said_no", **_said(place))
            )
        )
    if fields["agreement"] == "not_asked" and fields["rendering"] != "observation":
        return Reply(
            message(
                "relay_not_asked",
                say("relay_not_asked_title"),
                say("relay_not_asked", **place.words),
            )
        )
    if fields["age_band"] in ("under_13", "not_sure") and not fields.get("under_13"):
        return Reply(_under_13_form(place, carried))
    details = checks.detail_form(place, words, kind="relay_checked", edit="relay", state=carried)
    if details is not None:
        return Reply(details)
    return _keep(session, actor, place, carried, checks.Checked(words, ()), now)


def under_13(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A parent or someone with parental responsibility said yes, or only what was noticed is kept."""
    fields = dict(event.fields)
    if fields.get("choice") == "nothing":
        return Reply(message("relay_nothing", say("nothing_kept_title"), say("relay_nothing")))
    if fields.get("choice") == "observation":
        fields |= {"rendering": "observation", "agreed_to": "theme"}
    elif fields.get("choice") != "parent_agreed":
        return Reply(_under_13_form(place_of(session, actor.partnership), fields))
    fields |= {"under_13": fields["choice"], "choice": ""}
    return relay(session, actor, Incoming("relay_send", fields), now=now)


def checked(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The champion has chosen what to replace; the state is checked again, for it came back to us."""
    place = place_of(session, actor.partnership)
    fields = {**event.fields, "words": checks.clean(event.fields.get("words", ""))}
    way = danger.Way("relay_send", "relay", fields)
    words = fields["words"]
    stopped = danger.stops(session, actor, words, fields, way=way, place=place, now=now)
    if stopped is not None:
        return stopped
    refused = fields.get("agreement") != "yes" and fields.get("rendering") != "observation"
    young = fields.get("age_band") in ("under_13", "not_sure") and not fields.get("under_13")
    if _errors(fields) or refused or young:
        return relay(session, actor, Incoming("relay_send", fields), now=now)
    return _keep(session, actor, place, fields, checks.protected(fields["words"], fields), now)


def _errors(fields: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if fault := checks.fault(fields.get("words", "")):
        errors["words"] = fault
    for name, _, _, offered, _ in QUESTIONS:
        if fields.get(name, "") not in {choice.value for choice in offered}:
            errors[name] = say("error_choose_one")
    return errors


def _said(place: Place) -> dict[str, str]:
    return {**place.words, "fixed_line": say("fixed_line", **place.words)}


def _under_13_form(place: Place, carried: Mapping[str, str]) -> Form:
    yes, noticed, nothing = buttons("relay_under_13")
    return Form(
        name="under_13",
        title=say("relay_under_13_title"),
        parts=(
            Text(say("relay_under_13", **place.words)),
            Text(say("relay_under_13_harm"), style="tell"),
            fixed_line(place),
        ),
        buttons=(
            Button(yes, "relay_under_13", "parent_agreed"),
            Button(noticed, "relay_under_13", "observation"),
            Button(nothing, "relay_under_13", "nothing"),
        ),
        state={k: v for k, v in carried.items() if k not in ("choice", "under_13")},
    )


def _keep(
    session: Session,
    actor: Actor,
    place: Place,
    fields: Mapping[str, str],
    found: checks.Checked,
    now: datetime,
) -> Reply:
    observed = fields["rendering"] == "observation"
    uses = {use.value for use in USES} & set(fields.get("agreed_to", "").split(",")) | {"theme"}
    id = contributions.keep(
        session,
        partnership=place.id,
        words=found.words,
        kept=contributions.Kept(
            kind="relay",
            voice=fields["voice"],
            rendering=fields["rendering"],
            age_band=fields["age_band"],
            stance=one_of(fields.get("stance", ""), STANCES),
            first_contact=one_of(fields.get("first_contact", ""), FIRST_CONTACTS),
            agreed_to="theme" if observed else ",".join(sorted(uses)),
            agreement_by="parent" if fields.get("under_13") == "parent_agreed" else "self",
        ),
        on=place.today(now),
    )
    counting.tag(
        session,
        partnership=place.id,
        contribution=id,
        person=actor.person,
        agency=actor.agency,
        voices=int(fields["voices"]),
    )
    seat = next(
        s.id for s in people.seats_of(session, actor.person, place.id) if s.role == "champion"
    )
    return_addresses.keep(
        session,
        partnership=place.id,
        contribution=id,
        address=return_addresses.Address(actor.person, seat),
    )
    danger.mark_unread(session, place.id, id, found.words)
    for kind in found.kept_kinds:
        contributions.log_kept_detail(session, id, kind)
    phrase = _phrase(session, place.id, id) if fields.get("back") == "phrase" else ""
    return Reply(receipt(place, found.words, id, phrase, now), outcome={"receipt": id})


def _phrase(session: Session, partnership: str, contribution: str) -> str:
    while True:
        phrase = " ".join(secrets.choice(WORDS) for _ in range(3))
        if receipts.keep(session, partnership, phrase, contribution):
            return phrase


def receipt(place: Place, words: str, id: str, phrase: str, now: datetime) -> Form:
    """What was kept and, when they want one, the three words on the tear-off: shown this once."""
    by = place.today(now) + timedelta(days=place.answer_within_days)
    parts: list[Part] = [
        Text(say("receipt_kept")),
        Text(words, style="voice"),
    ]
    if phrase:
        parts += [
            Text(say("relay_phrase_explained")),
            Text(phrase, style="phrase"),
        ]
    parts += [
        Text(say("relay_promise", date=day_words(by))),
        fixed_line(place),
    ]
    buttons: tuple[Button, ...] = (Button(say("button_take_it_back"), "withdraw"),)
    if phrase:
        buttons = (Button(say("button_tear_off"), "tear_off", style="main"), *buttons)
    return Form(
        name="relay_receipt",
        title=say("relay_receipt_title"),
        parts=tuple(parts),
        buttons=buttons,
        state={"contribution": id, **({"phrase": phrase, "by": by.isoformat()} if phrase else {})},
    )
