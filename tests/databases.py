"""Both databases for every storage test: SQLite files, and a PostgreSQL of our own where it is found."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
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
def postgres_server() -> Iterator[str]:
    """A server in a temp folder on a socket of its own; yields the folder of that socket."""
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
    settings = f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n"
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


def sqlite(folder: Path) -> Database:
    keyring = Keyring.create(folder / "keys" / "master.key")
    rows, keys = f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys/record-keys.db"
    database = Database(rows, keys, keyring, replaying=True)
    database.migrate()
    return database


def postgres(folder: Path, socket: str, *, migrate: bool = True) -> Database:
    name = f"t{uuid.uuid4().hex[:16]}"
    admin = create_engine(
        f"postgresql+psycopg://postgres@/postgres?host={socket}", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"CREATE DATABASE {name}_keys"))
    admin.dispose()
    keyring = Keyring.create(folder / "master.key")
    url = f"postgresql+psycopg://postgres@/{name}?host={socket}"
    database = Database(url, url.replace(f"/{name}?", f"/{name}_keys?"), keyring)
    if migrate:
        database.migrate()
    return database
