"""`heardback init` and `serve`: settings, keys, an honest forecast, and the running service.

Nothing starts on settings with a problem, and nothing that exists is overwritten. The forecast never
advises a lower bar: where few words would clear, it advises another way of listening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import tomlkit
import typer

from bot import config, own_files
from bot.clock import wall_clock
from bot.commands.forecast import forecast
from bot.commands.refusal import refuse
from digests import codebook
from handlers import place
from handlers.own_texts.documents import KINDS
from storage import (
    Database,
    DatabaseError,
    Keyring,
    Session,
    audit,
    key_store,
    own_texts,
    partnerships,
)
from storage.models import Partnership
from storage.sealing import SealingError

LONGEST_REASON = 120

QUESTIONS = {
    "id": "A short id for the partnership (small letters, figures, hyphens)",
    "name": "The partnership's name",
    "public_address": "The address people will open, beginning with https://",
    "front_door_name": "Who takes referrals about a child, as said in a sentence",
    "front_door_number": "Their number",
    "front_door_hours": "Their hours",
    "out_of_hours_number": "The number out of hours",
    "lado_contact": "Who hears a worry about someone who works with children (LADO)",
    "intelligence_route": "Where names, cars and addresses belong",
    "whistleblowing_route": "Where staff say that something is wrong inside an organisation",
    "lead_role": "The role that reads what is set aside",
    "deputy_role": "The role that covers for them",
    "second_lead_role": "The role that reads whatever is about the lead",
}


def parse_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """`key=value`, several times; raises typer.Exit with a sentence."""
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise refuse(f'"{pair}" is not of the form key=value.')
        found[key.strip()] = value.strip()
    return found


def init(
    file: Path, given: Sequence[str], *, ask: bool, roster_size: int, reply_rate: float
) -> None:
    """Write the settings and the key file, say what is still missing, and what to expect."""
    if file.exists():
        raise refuse(f"{file} is there already, and is left as it is.")
    answers = parse_pairs(given)
    for key, question in QUESTIONS.items():
        if ask and key not in answers:
            answers[key] = typer.prompt(question)
    try:
        text = config.write_template(answers)
    except ValueError as error:
        raise refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        keys = file.parent / answers.get("keys", "heardback.keys")
        if keys.exists():
            typer.echo(f"The key file {keys} was there already, and is left as it is.")
        else:
            Keyring.create(keys)
            typer.echo(f"The key file {keys} is made. Keep a copy somewhere safe, apart.")
    except OSError as error:
        raise refuse(f"{error.filename or file} cannot be written to.") from None
    typer.echo(f"The settings are in {file}.")
    problems = config.problems(file)
    for problem in problems:
        typer.echo(f"{file}:{problem.line}: {problem.sentence}")
    if problems:
        typer.echo("Put these right, then say: heardback check")
    k = max(config.K_AT_LEAST, int(answers.get("k", config.K_AT_LEAST)))
    interval = max(1, int(answers.get("interval_weeks", 2)))
    for sentence in forecast(roster_size, reply_rate, k=k, interval_weeks=interval):
        typer.echo(sentence)


def read(file: Path) -> config.Settings:
    """The settings, or every problem with its line and the end of the command."""
    try:
        return config.read(file)
    except config.RefusedSettings as refused:
        raise refuse(*(f"{file}:{p.line}: {p.sentence}" for p in refused.problems)) from None


def open_database(settings: config.Settings) -> Database:
    """The database of these settings, at the newest schema, with every partnership in it.

    A partnership's own codebook or prompt bank may be the file `codebook-ID.toml` or `prompts-ID.toml` in the
    data folder, and holds when it is new or has changed. Else what the database has stays, as it was changed
    at the desk; a new partnership has the starter.
    """
    try:
        own_files.folder(settings.data)
        database = _opened(settings)
    except OSError as error:
        raise refuse(f"{error.filename} cannot be written to.") from None
    try:
        database.is_newest()  # the first look: whether it is there at all
    except DatabaseError as error:
        database.close()
        raise _away(error) from None
    database.migrate()
    try:
        database.recognise()
    except SealingError as error:
        database.close()
        raise refuse(str(error)) from None
    with database.alone("start") as session:
        there = {row.id: row for row in partnerships.every(session)}
        for own in settings.partnerships:
            _put(session, settings, own, there.get(own.id))
            _read_back(session, own.id)
    return database


def _put(
    session: Session,
    settings: config.Settings,
    own: config.PartnershipSettings,
    row: Partnership | None,
) -> None:
    """Bring one partnership up to date; that its own texts or settings are others now is in the record."""
    kept = own.kept() | {"address": settings.public_address}
    codebook_text = _text(session, settings, own.id, "codebook", row)
    prompts = _text(session, settings, own.id, "prompts", row)
    changed = []
    if row is None:
        codebook_text, prompts = (
            codebook_text or _starter("codebook"),
            prompts or _starter("prompts"),
        )
    else:
        before = dict(row.settings)
        changed = sorted(n for n in before.keys() | kept if before.get(n) != kept.get(n))
        changed += ["codebook"] * (codebook_text is not None)
        changed += ["prompts"] * (prompts is not None)
        _newest_holds(session, row, kept)
        _keep(session, row, "codebook", codebook_text)
        _keep(session, row, "prompts", prompts)
        codebook_text, prompts = row.codebook, row.prompts
    partnerships.put(
        session, id=own.id, name=own.name, settings=kept, codebook=codebook_text, prompts=prompts
    )
    if changed:
        audit.record(
            session,
            partnership=own.id,
            actor="command_line",
            action="settings.changed",
            about=own.id,
            reason=", ".join(changed)[:LONGEST_REASON],
            at=wall_clock(),
        )


def database_of(settings: config.Settings) -> Database | None:
    """The database of these settings as it is, without changing anything; None while there is none."""
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        return None
    database = _opened(settings)
    try:
        if database.is_newest():
            key_store.belongs(database.key_engine, database.keyring)
    except SealingError as error:
        database.close()
        raise refuse(str(error)) from None
    except DatabaseError as error:
        database.close()
        raise _away(error) from None
    return database


def _away(error: DatabaseError) -> Exception:
    """The database does not answer. Neither its address nor what its driver said is repeated."""
    return refuse(
        f"The database cannot be reached ({type(error).__name__}). Look at its address in the settings, "
        "and whether it runs."
    )


def closed_database(settings: config.Settings) -> Database:
    """The database of these settings, without bringing it up to date or putting anything into it."""
    return _opened(settings)


def record_keys(settings: config.Settings) -> Path:
    """The file of the data keys, where the settings name no database for them."""
    return settings.keys.with_name("heardback-record-keys.db")


def _opened(settings: config.Settings) -> Database:
    try:
        keyring = settings.keyring()
    except SealingError as error:
        raise refuse(str(error)) from None
    key_url = settings.key_database
    if not key_url:
        key_url = f"sqlite:///{record_keys(settings)}"
    for url in (settings.database_url, key_url):
        own_files.database(url)
    return Database(settings.database_url, key_url, keyring)


def _text(
    session: Session,
    settings: config.Settings,
    id: str,
    what: own_texts.Document,
    row: Partnership | None,
) -> str | None:
    """The text of a partnership's own file, where there is one that is new or has changed."""
    own = settings.data / f"{what}-{id}.toml"
    if not own.is_file():
        return None
    try:
        text = own.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise refuse(f"{own} cannot be read as text.") from None
    before = own_texts.from_settings(session, id, what)
    if before is None and row is not None:
        before = getattr(row, what)
    return None if text == before else text


def _starter(what: str) -> str:
    return resources.files("handlers").joinpath(f"starter/{what}.toml").read_text("utf-8")


def _keep(session: Session, row: Partnership, what: own_texts.Document, text: str | None) -> None:
    if text is not None:
        _version(session, row, what, text)


def _newest_holds(session: Session, row: Partnership, kept: Mapping[str, Any]) -> None:
    """A sentence that was worded at the desk gives way to the settings when these say it another way now."""
    before, after = row.settings.get("words", {}), kept["words"]
    own = place.read_wording(row.wording)
    stays = {n: said for n, said in own.items() if before.get(n) == after.get(n)}
    if stays != own:
        _version(session, row, "wording", tomlkit.dumps({"sentences": stays}))


def _version(session: Session, row: Partnership, what: own_texts.Document, text: str) -> None:
    on = place.of(session, row.id).today(wall_clock())
    by, first = own_texts.FROM_SETTINGS, KINDS[what].first_number(getattr(row, what))
    own_texts.keep(session, row.id, what, text, by=by, on=on, why="", first=first)


def _read_back(session: Any, id: str) -> None:
    try:
        place.of(session, id)
    except (codebook.CodebookError, ValueError, KeyError) as error:
        raise refuse(f"The codebook or prompt bank of {id} cannot be used: {error}") from None


def choose(settings: config.Settings, wanted: str) -> config.PartnershipSettings:
    """The partnership of this id; the only one when none is named."""
    known: Mapping[str, config.PartnershipSettings] = {p.id: p for p in settings.partnerships}
    if wanted in known:
        return known[wanted]
    if not wanted and len(known) == 1:
        return next(iter(known.values()))
    raise refuse(f"Say which partnership: --partnership with one of {', '.join(known)}.")
