"""What the theme editor and the approver see: protected words for the one, lines only for the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digests import protect
from digests.themes import teaches_most
from handlers import questions, weekly
from handlers.curation import PROVENANCES
from handlers.digest_message import band_words
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import Place
from handlers.place import of as place_of
from handlers.views import review
from handlers.wording import say
from storage import Session, codings, contributions, releases
from storage.models import Line

Values = dict[str, Any]


PROVENANCE_IDS = {label: id for id, label in PROVENANCES.items()}
LINE_STATES = {
    state: say(f"line_state_{state}") for state in ("draft", "ready", "signed", "kept_back")
}


def lines(session: Session, actor: Actor, *, open_id: str = "") -> Values:
    """The editor's queue, and one line beside its protected words. No names, no tags."""
    require(actor, "lines.write")
    place = place_of(session, actor.partnership)
    made = releases.draft(session, place.id)
    drafts: Sequence[Line] = releases.lines_of(session, made.id) if made else []
    current = next((line for line in drafts if line.id == open_id), drafts[0] if drafts else None)
    differing = review.differing_words(session, place)
    return {
        "lines": [
            {
                "line_id": line.id,
                "number": number,
                "title": line.title,
                "sentence": line.sentence,
                "meta": say("line_meta", bands=_bands(line), provenance=line.provenance),
                "state": line.state,
                "state_label": LINE_STATES[line.state],
                "current": current is not None and line.id == current.id,
                "href": f"/lines?line={line.id}",
            }
            for number, line in enumerate(drafts, 1)
        ],
        "open": _open_line(session, place, current, differing) if current else None,
        "minutes": review.minutes(session, place, drafts),
        "themes": review.themes(place),
        "quotes": review.to_read(session, place, actor),
        "log": review.log(session, place),
        "emerging": [
            {"name": one.name, "examples": list(one.examples)}
            for one in weekly.proposals(session, place)
        ],
        "differing": differing,
    }


def _bands(line: Line) -> str:
    return band_words(line.practitioners_band, line.voices_band)


def _open_line(
    session: Session, place: Place, line: Line, differing: Sequence[dict[str, str]]
) -> Values:
    ids = _most_doubtful_first(session, releases.behind(session, line.id))
    rows = contributions.those(session, place.id, ids)
    codes = [review.source(session, place, row) for row in rows]
    allowed = questions.may_be_asked(questions.grounds(session, line), place.group_of(line.subject))
    of_words = review.questions_of_words(place, line.subject, differing)
    forms = list(dict.fromkeys((line.question, *of_words, *allowed)))
    details = protect.find(line.sentence)
    return {
        "line_id": line.id,
        "title": line.title,
        "note": line.reason if line.state == "draft" else "",
        "sentence": line.sentence,
        "other_side": line.other_side,
        "leaning": line.leaning,
        "questions": [{"value": form, "text": form} for form in forms],
        "question": line.question,
        "provenance": PROVENANCE_IDS.get(line.provenance, "paraphrase"),
        "checks": [
            {"ok": not details, "sentence": say("line_check_details")},
            {"ok": True, "sentence": say("line_check_release")},
        ],
        "codes": codes,
    }


def _most_doubtful_first(session: Session, behind: Sequence[str]) -> list[str]:
    """The words on which a person's look would teach the coder most come first."""
    labels = {id: codings.of(session, id) for id in behind}
    scores = {id: [x.score for x in rows if x.by == "machine"] for id, rows in labels.items()}
    coded = [id for id, rows in labels.items() if any(x.by == "person" for x in rows)]
    return teaches_most(scores, coded)


def sign(session: Session, actor: Actor) -> Values:
    """The approver's page: lines only, never their sources."""
    require(actor, "lines.sign")
    place = place_of(session, actor.partnership)
    made = releases.draft(session, place.id)
    drafts: Sequence[Line] = releases.lines_of(session, made.id) if made else []
    return {
        "lines": [
            {
                "line_id": line.id,
                "title": line.title,
                "sentence": line.sentence,
                "other_side": line.other_side,
                "question": line.question,
                "meta": _bands(line),
                "can_sign": line.state == "ready" and line.editor != actor.person,
                "why_not": say(
                    "line_yours" if line.editor == actor.person else "line_not_ready_title"
                ),
                "signed": line.state == "signed",
            }
            for line in drafts
            if line.state in ("ready", "signed")
        ],
        "quotes": review.to_read(session, place, actor),
        "log": review.log(session, place),
    }
