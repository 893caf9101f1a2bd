"""What somebody may say to the bot in plain words, and their home as one form for any chat.

Words typed straight into a chat are never kept: the answer says so, and how to do it safely.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.contributions import reflect
from handlers.messages import Actor, Button, Buttons, Form, Incoming, Part, Reply, Text
from handlers.permissions import allowed
from handlers.place import Place
from handlers.place import of as place_of
from handlers.surfaces import answer_buttons, fixed_line, message
from handlers.views import home as values_of
from handlers.wording import say
from storage import Session, commitments, outgoing, releases, rounds, sign_in

CODE_LASTS = timedelta(minutes=15)
OLDEST = 5  # lines waiting for an answer on a home
FIRST_STEPS = (
    Button(say("button_reflect"), "ask_me", style="main"),
    Button(say("what_happened_title"), "what_happened"),
    Button(say("button_help"), "help"),
)


def ask_me(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The question that is open for this person, or a free box where none is."""
    place = place_of(session, actor.partnership)
    opened = rounds.open_for(session, actor.person, place.id, place.today(now))
    fields = {"round": opened.id} if opened else {}
    return reflect.open_form(session, actor, Incoming("prompt", fields), now=now)


def help_words(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    place = place_of(session, actor.partnership)
    parts = (Text(say("help_words")), fixed_line(place))
    return Reply(Form("help", say("help_title"), parts))


def typed(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Free text in the chat itself: nothing is kept, and the safe way is one press away."""
    place = place_of(session, actor.partnership)
    said = say("typed_in_chat", fixed_line=say("fixed_line", **place.words))
    buttons: tuple[Button, ...] = FIRST_STEPS
    if allowed(actor, "relay"):
        buttons = (FIRST_STEPS[0], Button(say("button_relay"), "relay"), *FIRST_STEPS[1:])
    form = message("typed_in_chat", say("typed_in_chat_title"), said, buttons=buttons)
    return Reply(form, outcome={"message": "typed_in_chat"})


def what_happened(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """My loops, and for a champion what there is to bring back."""
    return Reply(Form("what_happened", say("what_happened_title"), (*_loops(session, actor, now),)))


def use_in_chat(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """A code that ties a Slack or Teams account to this person; shown once, kept as a keyed hash."""
    code = sign_in.make_link(
        session,
        person=actor.person,
        partnership=actor.partnership,
        expires_at=now + CODE_LASTS,
        lands_on=sign_in.IN_A_CHAT,
    )
    minutes = str(int(CODE_LASTS.total_seconds() // 60))
    said = say("connect_offer", code=code, minutes=minutes)
    return Reply(message("use_in_chat", say("use_in_chat_title"), said))


def home(session: Session, actor: Actor, *, now: datetime) -> Form:
    """One person's home in one partnership: what is open, what came of it, and what waits for them."""
    place = place_of(session, actor.partnership)
    return Form(
        name="home",
        title=say("home_title", partnership_name=place.name),
        parts=(
            *_asked(session, actor, now),
            *_loops(session, actor, now),
            *_duties(session, actor, place, now),
            Text(say("home_kept")),
            Buttons(
                (
                    Button(say("button_my_words"), "my_words"),
                    Button(say("button_purpose"), "purpose"),
                )
            ),
            fixed_line(place),
        ),
    )


def _asked(session: Session, actor: Actor, now: datetime) -> list[Part]:
    asked = values_of(session, actor, now=now)["prompt"]
    buttons = [Button(say("button_something_else"), "something_else")]
    said = say("home_no_question")
    if asked is not None:
        said = say("home_question_open", date=asked["open_until"], minutes=asked["minutes"])
        buttons = [Button(say("button_answer_now"), "ask_me", style="main")]
    if allowed(actor, "relay"):
        buttons.append(Button(say("button_relay"), "relay"))
    buttons += [
        Button(say("button_im_away"), "away"),
        Button(say("button_pace"), "pace"),
        Button(say("button_stop"), "stop"),
    ]
    return [Text(said), Buttons(tuple(buttons))]


def _loops(session: Session, actor: Actor, now: datetime) -> list[Part]:
    values = values_of(session, actor, now=now)
    parts: list[Part] = [Text(say("home_loops" if values["loops"] else "home_no_loops"))]
    parts += [Text(say("home_loop", **loop)) for loop in values["loops"]]
    champion = values["champion"]
    if champion is None or not champion["returns"]:
        return parts
    parts.append(Text(say("home_returns")))
    for back in champion["returns"]:
        told = Button(
            say("button_told"), "told", tail=say("button_told_tail", title=str(back["title"]))
        )
        parts.append(Text(say("home_return", **{k: str(v) for k, v in back.items()})))
        lost = Button(
            say("button_cannot_reach"),
            "told",
            "cannot_reach",
            tail=say("button_told_tail", title=str(back["title"])),
        )
        parts.append(Buttons((told, lost), {"return_id": str(back["return_id"])}))
    return parts


def _duties(session: Session, actor: Actor, place: Place, now: datetime) -> list[Part]:
    """What waits for the seats that this person holds; counts of messages, never of people."""
    parts: list[Part] = []
    if allowed(actor, "answer.propose"):
        parts += _unanswered(session, place, now)
    proposed = commitments.proposed(session, place.id)
    if allowed(actor, "answer.confirm") and proposed:
        parts.append(Text(say("home_proposals", count_words=_count("answers_are", len(proposed)))))
    made = releases.draft(session, place.id)
    lines = releases.lines_of(session, made.id) if made else ()
    if allowed(actor, "lines.write") and any(line.state == "draft" for line in lines):
        parts.append(Text(say("home_lines")))
    if allowed(actor, "lines.sign") and any(line.state == "ready" for line in lines):
        parts.append(Text(say("home_sign")))
    parked = outgoing.parked(session, place.id)
    if allowed(actor, "desk.people") and parked:
        parts.append(Text(say("home_parked", count_words=_count("messages", len(parked)))))
    return parts


def _count(what: str, count: int) -> str:
    return say(f"one_of_{what}" if count == 1 else f"many_{what}", count=str(count))


def _unanswered(session: Session, place: Place, now: datetime) -> list[Part]:
    """What the group has been asked and has not answered, the oldest first, each with its five buttons."""
    today = place.today(now)
    waiting = [
        line
        for line in releases.shown_lines(session, place.id)
        if commitments.answering(session, line) is None
        and commitments.open_proposal(session, line.id) is None
    ]
    if not waiting:
        return []
    parts: list[Part] = [Text(say("home_waiting_for_group"))]
    for line in waiting[:OLDEST]:
        days = str((today - line.until).days)
        parts.append(
            Text(say("home_waiting_line", title=line.title, days=days, question=line.question))
        )
        parts.append(answer_buttons(line.id, line.title))
    return parts
