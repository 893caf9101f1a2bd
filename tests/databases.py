"""Both databases for every storage test: SQLite files, and a PostgreSQL of our own where it is found."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

from storage import Database, Keyring


def postgres_tools() -> Path | None:
    """The folder of initdb and pg_ctl, if PostgreSQL is installed here."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def postgres_server(more: str = "") -> Iterator[str]:
    """A server in a temp folder on a socket of its own; yields the folder of that socket.

    It makes no commit sure against loss of power, unless `more` settings say so.
    """
    tools = postgres_tools()
    assert tools is not None
    folder = Path(tempfile.mkdtemp(prefix="hb-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd=folder)

    run(
        str(tools / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
    )
    settings = (
        f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n"
        "autovacuum = off\nwal_level = minimal\nmax_wal_senders = 0\nfull_page_writes = off\n"
        f"{more}\n"
    )
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(settings)
    run(
        str(tools / "pg_ctl"),
        "-D",
        str(data),
        "-l",
        str(folder / "log"),
        "-w",
        "start",
    )
    try:
        yield str(folder)
    finally:
        run(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def restart(socket: str) -> None:
    """Stop the server of this socket as if it had crashed, and start it again."""
    tools = postgres_tools()
    assert tools is not None
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [str(tools / "pg_ctl"), "-D", f"{socket}/data", "-l", f"{socket}/log", "-w"]
    for how in (("-m", "immediate", "stop"), ("start",)):
        subprocess.run([*as_user, *command, *how], check=True, capture_output=True, cwd=socket)


def _in(folder: Path, keyring: Keyring) -> Database:
    rows, keys = f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys/record-keys.db"
    return Database(rows, keys, keyring, replaying=True)


@cache
def _migrated() -> Path:
    """A folder with empty, migrated SQLite files, made once in a process; every test gets a copy."""
    folder = Path(tempfile.mkdtemp(prefix="hb-lite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = _in(folder, Keyring.create(folder / "keys" / "master.key"))
    made.migrate()
    made.empty_logs()
    made.close()
    return folder


FILES = ("rows.db", "keys/record-keys.db")
KEY = "keys/master.key"


def sqlite(folder: Path) -> Database:
    """Empty files with a master key of their own."""
    keyring = Keyring.create(folder / KEY)
    for name in FILES:
        shutil.copyfile(_migrated() / name, folder / name)
    return _in(folder, keyring)


def copied(source: Path, folder: Path) -> Database:
    """The files of another folder as they stand, with their master key."""
    (folder / KEY).parent.mkdir(mode=0o700)
    for name in (*FILES, KEY):
        shutil.copy(source / name, folder / name)
    return _in(folder, Keyring.load(folder / KEY))


def _at(socket: str, name: str, keyring: Keyring) -> Database:
    url = f"postgresql+psycopg://postgres@/{name}?host={socket}"
    return Database(url, url.replace(f"/{name}?", f"/{name}_keys?"), keyring)


def _say(socket: str, *statements: str) -> None:
    """Statements to the server itself, outside any transaction."""
    admin = create_engine(
        f"postgresql+psycopg://postgres@/postgres?host={socket}", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@cache
def _migrated_on(socket: str) -> str:
    """The name of an empty, migrated pair of databases on this server; every test gets a copy."""
    with tempfile.TemporaryDirectory() as folder:
        made = postgres(Path(folder), socket, migrate=False)
        made.migrate()
        made.close()
    name = made.engine.url.database
    assert name is not None
    return name


def postgres(folder: Path, socket: str, *, migrate: bool = True) -> Database:
    of = _migrated_on(socket) if migrate else ""
    return _at(socket, _made_on(socket, of), Keyring.create(folder / "master.key"))


def copied_on(socket: str, source: Database, key: Path) -> Database:
    """The databases of a closed one as they stand, with their master key."""
    of = source.engine.url.database
    assert of is not None
    return _at(socket, _made_on(socket, of), Keyring.load(key))


def _made_on(socket: str, of: str = "") -> str:
    """The name of a new pair of databases, copied from another pair when one is named."""
    name = f"t{uuid.uuid4().hex[:16]}"
    _say(
        socket,
        f"CREATE DATABASE {name}" + (f" TEMPLATE {of}" if of else ""),
        f"CREATE DATABASE {name}_keys" + (f" TEMPLATE {of}_keys" if of else ""),
    )
    return name


def drop(database: Database, socket: str) -> None:
    """Take a test's PostgreSQL databases away, so that a thousand tests do not fill a disk."""
    name = database.engine.url.database
    _say(socket, *(f"DROP DATABASE {each} WITH (FORCE)" for each in (name, f"{name}_keys")))
