"""`heardback leave` and `come-back`: a whole partnership's data out into a folder, and in again from one.

The folder opens to nobody else on this machine. The key to what joins people to words is written elsewhere, and
a folder that was changed, is not whole or is another partnership's brings nothing in.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from bot.clock import wall_clock
from bot.commands.acting import actor_with
from bot.commands.refusal import refuse
from bot.commands.seating import Desk
from handlers.permissions import NotAllowedError
from handlers.privacy import parting
from storage import Keyring, SealingError, audit, key_sources, schema, sealed_files
from storage.parting import coming, ending, going, shape

AGREE_FIRST = (
    "Nobody else has agreed to this within 30 days. Ask for it on the page of requests, holds and "
    "erasures, or with heardback privacy ask-leave; a second person agrees."
)


def go(file: Path, partnership: str, by: str, *, out: Path, key_to: Path) -> None:
    """Write the folder, once for each agreement, and the key elsewhere."""
    empty_folder(out)
    if key_to.resolve().is_relative_to(out.resolve()):
        raise refuse("The key must not lie in the folder that it opens.")
    if key_to.exists():
        raise refuse(f"{key_to} is there already, and is left as it is.")
    with Desk(file, partnership) as desk:
        actor = actor_with(desk, by)
        try:
            with desk.database.writing() as session:
                revision = schema.newest()
                found = parting.leave(session, actor, revision=revision, now=wall_clock())
                key = secrets.token_bytes(32)
                files = dict(found.files)
                write(out, files)
                sealed_files.write(
                    out / parting.LINKS_FILE, Keyring(key), {"holds": "links"}, found.links
                )
                files[parting.LINKS_FILE] = (out / parting.LINKS_FILE).read_bytes()
                write(out, {"SHA256SUMS": parting.sums(files)})
                key_sources.write(key_to, key)
        except NotAllowedError:
            raise refuse("This person's seats do not allow it.") from None
        except parting.NotAgreedError:
            raise refuse(AGREE_FIRST) from None
        except OSError as error:
            raise refuse(f"{error.filename or out} cannot be written to.") from None
    typer.echo(f"Everything of {desk.partnership} is in {out}: schema.json says what it holds.")
    typer.echo(f"The key to what joins people to words is {key_to}. Keep the two apart.")
    typer.echo("Nothing here was deleted: heardback close does that.")


def empty_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise refuse(f"{out} is not an empty folder; nothing was written.")


def write(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files that nobody else on this machine can read."""
    for name, held in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(held)
    out.chmod(0o700)


def come_back(file: Path, partnership: str, folder: Path, *, links_key: Path) -> None:
    """Put a folder's data into a partnership that has nothing here yet, and check every table."""
    described = _described(folder)
    with Desk(file, partnership) as desk:
        if described["partnership"] != desk.partnership:
            raise refuse(
                f"The folder is of {described['partnership']}, and this is {desk.partnership}. Give the "
                "partnership the same id in the settings."
            )
        came, tags = _read(folder, described, links_key)
        try:
            with desk.database.writing() as session:
                coming.unbury(session, came)
                ending.begin_again(session, desk.partnership)
                found = coming.put(session, desk.partnership, came, tags)
                audit.record(
                    session,
                    partnership=desk.partnership,
                    actor="command_line",
                    action="partnership.come_back",
                    about=hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()[:32],
                    at=wall_clock(),
                )
        except coming.NotEmptyError as there:
            raise refuse(
                f"{desk.partnership} has data here already ({there}). Nothing was changed."
            ) from None
        except coming.NotKnownError as unknown:
            raise refuse(
                f"The folder was made by another version: {unknown}. Nothing was changed."
            ) from None
        except coming.NotTheSameError as table:
            raise refuse(
                f"What was read back is not what came ({table}). Nothing was kept."
            ) from None
    _tell(found)


def _tell(found: coming.Arrived) -> None:
    for table, number in found.rows.items():
        if number:
            typer.echo(f"{number:,} of {table.replace('_', ' ')}")
    typer.echo("Every table was read back and is what came.")
    if found.known_already:
        typer.echo(f"People known here already, and left as they are: {found.known_already:,}.")
    if not found.same_deployment:
        typer.echo(
            "This is another deployment than the one it left: receipt phrases do not open here, and a "
            "reminder may come once more."
        )
    typer.echo("Everybody signs in again, and ties their accounts and chats again.")


def _described(folder: Path) -> dict[str, Any]:
    """The folder's own description, after every file was checked against its hash."""
    try:
        listed = (folder / "SHA256SUMS").read_text("ascii").splitlines()
        named = {line[66:]: line[:64] for line in listed}
        for name, wanted in named.items():
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                raise refuse(f"{name} is not in the folder.")
            if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
                raise refuse(f"{name} was changed since it was written. Nothing was kept.")
        described: dict[str, Any] = json.loads((folder / "schema.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise refuse(f"{folder} is not a whole folder of heardback leave.") from None
    wanted_files = {f"tables/{name}.jsonl" for name in shape.OPEN} | {parting.LINKS_FILE}
    missing = sorted((wanted_files | {"schema.json"}) - named.keys())
    if described.get("format") != "heardback partnership" or missing:
        raise refuse(f"{folder} is not a whole folder of heardback leave.")
    if described.get("version") != going.VERSION:
        raise refuse(f"{folder} was made by a newer heardback. Upgrade first.")
    return described


def _read(
    folder: Path, described: Mapping[str, Any], links_key: Path
) -> tuple[list[going.Taken], Mapping[str, list[str]]]:
    """Every table, each as many rows as the description says, with the hash that it says."""
    rows: dict[str, list[going.Row]] = {name: [] for name in (*shape.OPEN, *shape.LINKS)}
    tags: Mapping[str, list[str]] = {}
    for name in shape.OPEN:
        with (folder / f"tables/{name}.jsonl").open(encoding="utf-8") as lines:
            rows[name] = [json.loads(line) for line in lines]
    try:
        keyring = Keyring(key_sources.read(links_key))
        for line in sealed_files.read(folder / parting.LINKS_FILE, keyring):
            said = json.loads(line)
            if "tags" in said:
                tags = said["tags"]
            elif said["table"] in rows:
                rows[said["table"]].append(said["row"])
    except (SealingError, sealed_files.NotReadableError) as error:
        raise refuse(str(error)) from None
    came = [going.Taken(name, found) for name, found in rows.items()]
    by_name = {one.table: one for one in came}
    for one in (*described["tables"], *described["links"]):
        found = by_name.get(one["table"])
        if found is None or len(found.rows) != one["rows"] or found.hash != one["hash"]:
            raise refuse(f"{one['table']} is not as it left. Nothing was kept.")
    return came, tags
