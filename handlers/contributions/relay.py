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
from handlers.messages import Actor, Button, Choice, Field, Form, Incoming, Part, Reply, Text
from handlers.place import Place, day_words
from handlers.place import of as place_of
from handlers.surfaces import fixed_line, message
from handlers.wording import say
from storage import Session, contributions, counting, people, receipts, return_addresses

RENDERINGS = (
    Choice("own_words", "Their own words"),
    Choice("paraphrase", "My words for what they said"),
    Choice("observation", "Something I noticed; nobody said it"),
)
VOICES = (
    Choice("young_person", "Young person"),
    Choice("parent_carer", "Parent or carer"),
    Choice("family_member", "Family"),
    Choice("community_member", "Community"),
    Choice("group", "A group"),
)
AGREED = (
    Choice("yes", "Yes"),
    Choice("not_asked", "Not asked yet"),
    Choice("no", "They said no"),
)
AGE_BANDS = (
    Choice("under_13", "Under 13"),
    Choice("13_to_15", "13 to 15"),
    Choice("16_to_17", "16 or 17"),
    Choice("adult", "Adult"),
    Choice("mix", "A mix, nobody under 13"),
    Choice("not_sure", "Not sure"),
)
HOW_MANY = (
    Choice("1", "One"),
    Choice("2", "2 to 4"),
    Choice("5", "5 to 9"),
    Choice("10", "10 to 19"),
    Choice("20", "20 or more"),
)
USES = (
    Choice("theme", "Being part of a theme"),
    Choice("quote", "These words as a quote"),
    Choice("board", "A short line on the public board"),
    Choice("neighbour", "Our neighbour’s digest"),
)
BACK = (
    Choice("i_tell", "I’ll tell them"),
    Choice("phrase", "A receipt phrase they can keep"),
    Choice("rather_not", "They’d rather not"),
)
QUESTIONS: tuple[tuple[str, str, str, tuple[Choice, ...], str], ...] = (
    ("rendering", "Whose words are these?", "", RENDERINGS, "own_words"),
    ("voice", "Who spoke?", "Only ever used to see whose voice is missing.", VOICES, ""),
    (
        "agreement",
        "Do they know that you’re passing this on, and did they say yes?",
        "",
        AGREED,
        "",
    ),
    ("age_band", "Roughly how old are they? I keep only this band.", "", AGE_BANDS, ""),
    (
        "voices",
        "How many different people said this and agreed?",
        "Leave out anyone whose words on this you have passed on before.",
        HOW_MANY,
        "1",
    ),
)
FIELDS = (*(name for name, *_ in QUESTIONS), "agreed_to", "back", "under_13")


def open_form(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    return Reply(form(place_of(session, actor.partnership), event.fields, {}))


def form(place: Place, typed: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """The relay form; whatever was typed before is still in it, with an error beside what is missing."""
    parts: list[Part] = [
        Text(say("relay_opening", **place.words)),
        Text(
            "“I’d like to pass on what you said. I won’t give your name. If I think someone is not "
            "safe, I can’t keep that secret.”",
            style="tell",
            heading="Say this first",
        ),
    ]
    for name, label, hint, choices, preset in QUESTIONS:
        parts.append(
            Field(
                name=name,
                label=label,
                kind="one_of",
                hint=hint,
                choices=choices,
                value=typed.get(name, preset),
                error=errors.get(name, ""),
            )
        )
        if name == "rendering":
            parts.append(
                Field(
                    name="words",
                    label="What they said",
                    hint="No names, schools or streets. Care status is never asked and never kept.",
                    value=typed.get("words", ""),
                    error=errors.get("words", ""),
                )
            )
    parts += [
        Field(
            name="agreed_to",
            label="Their agreement covers",
            kind="any_of",
            choices=USES,
            value=typed.get("agreed_to", "theme"),
        ),
        Field(
            name="back",
            label="Do they want to hear what happens? How would you get word to them?",
            kind="one_of",
            hint="I keep only your way back. I don’t keep who they are.",
            choices=BACK,
            value=typed.get("back", "i_tell"),
        ),
        fixed_line(place),
    ]
    return Form(
        name="relay",
        title="Pass on what someone told you",
        parts=tuple(parts),
        buttons=(Button("Check and pass on", "relay_send", style="main"),),
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
            message("relay_said_no", "Nothing was kept", say("relay_said_no", **_said(place)))
        )
    if fields["agreement"] == "not_asked" and fields["rendering"] != "observation":
        return Reply(message("relay_not_asked", "Not yet", say("relay_not_asked", **place.words)))
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
        return Reply(
            message("relay_nothing", "Nothing was kept", "Thank you for thinking of them first.")
        )
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
    for name, _, _, choices, _ in QUESTIONS:
        if fields.get(name, "") not in {choice.value for choice in choices}:
            errors[name] = "Please choose one."
    return errors


def _said(place: Place) -> dict[str, str]:
    return {**place.words, "fixed_line": say("fixed_line", **place.words)}


def _under_13_form(place: Place, carried: Mapping[str, str]) -> Form:
    way = place.words["parent_agreement_way"]
    return Form(
        name="under_13",
        title="Who said yes for this child?",
        parts=(
            Text(
                "For a child under 13, a parent or someone with parental responsibility says yes too. "
                f"Here that works like this: {way}. Has that been done?"
            ),
            Text(
                "Could asking at home make things worse for the child? Then don’t ask. Pass on only "
                "what you noticed, or talk to the safeguarding lead.",
                style="tell",
            ),
            fixed_line(place),
        ),
        buttons=(
            Button("Yes, it has", "relay_under_13", "parent_agreed"),
            Button("No: keep it as something I noticed", "relay_under_13", "observation"),
            Button("No: keep nothing", "relay_under_13", "nothing"),
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
        Text("**This is what was kept.** It is shown now, on this page only, and never posted."),
        Text(words, style="voice"),
    ]
    if phrase:
        parts += [
            Text(
                "Give them these three words. With them they can ask what happened or take it back, "
                "through you or any champion. Nobody can look them up later."
            ),
            Text(phrase, style="phrase"),
        ]
    parts += [
        Text(
            "It is shown once enough voices, carried by several champions, say something like it. "
            f"If that were today, you would hear by **{day_words(by)}**."
        ),
        fixed_line(place),
    ]
    buttons: tuple[Button, ...] = (Button("Take it back", "withdraw"),)
    if phrase:
        buttons = (Button("Print a tear-off", "tear_off", style="main"), *buttons)
    return Form(
        name="relay_receipt",
        title="Thank you. It is passed on.",
        parts=tuple(parts),
        buttons=buttons,
        state={"contribution": id, **({"phrase": phrase, "by": by.isoformat()} if phrase else {})},
    )
