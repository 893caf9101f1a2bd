"""Every secret of a deployment, looked for in logs, errors, metrics and the list of processes."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import config, metrics
from bot.__main__ import cli
from bot.commands.start import open_database
from bot.slack.edge import apps_of
from bot.teams.edge import registrations_of
from tests.bot.test_config import ANSWERS
from tests.loops import aside

CANARY = "quillwort-marzipan"
KEY = "5ec2e7" + "0" * 58
GUID = "00000000-0000-4000-8000-00000000000{}"
LOOKING = """
import os, pathlib, sys
seen = pathlib.Path({seen!r})
with seen.open("ab") as out:
    for process in (os.getpid(), os.getppid()):
        for part in ("cmdline", "environ"):
            out.write(pathlib.Path(f"/proc/{{process}}/{{part}}").read_bytes() + b"\\n")
print({key!r})
"""
MORE = """
[mail]
host = "127.0.0.1"
port = 1
sender = "heardback@northport.example"
username = "heardback"
password_file = "mail.secret"

[[slack]]
name = "northport"
signing_secret_file = "slack.secret"
token_file = "slack-token.secret"

[[teams]]
name = "northport"
app_id = "{one}"
tenant = "{two}"
secret_file = "teams.secret"

[[openid]]
name = "northport"
label = "Council"
issuer = "https://login.council.example"
client_id = "heardback"
client_secret_file = "openid.secret"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A deployment with a secret of every kind; each holds the canary."""
    text = config.write_template(ANSWERS | {"keys_command": f"{sys.executable} looking.py"})
    looking = tmp_path / "looking.py"
    looking.write_text(LOOKING.format(seen=str(tmp_path / "seen"), key=KEY))
    text = text.replace("looking.py", str(looking))
    head, _, tail = text.partition("[[partnerships]]")
    more = MORE.format(one=GUID.format(1), two=GUID.format(2))
    place = tmp_path / "heardback.toml"
    place.write_text(f"{head}{more}\n[[partnerships]]{tail}", encoding="utf-8")
    for name in ("mail", "slack", "slack-token", "teams", "openid"):
        secret = tmp_path / f"{name}.secret"
        secret.write_text(CANARY)
        secret.chmod(0o600)
    return place


def nothing_of_it(said: str) -> None:
    assert CANARY not in said
    assert KEY not in said.lower()


def test_no_secret_of_a_deployment_is_told(file: Path, heard: io.StringIO) -> None:
    settings = config.read(file)
    told = [repr(settings), str(settings)]
    told += [repr(apps_of(settings.slack)), repr(registrations_of(settings.teams))]
    database = open_database(settings)
    told += [repr(database), repr(database.keyring), metrics.text(database).decode()]
    try:
        raise RuntimeError(repr(vars(database)))
    except RuntimeError:
        told.append(traceback.format_exc())
        logging.getLogger("heardback.web").exception("a fault")
    database.close()
    ran = aside(lambda: CliRunner().invoke(cli, ["check", str(file), "--online"]))
    told += [ran.output, "".join(traceback.format_exception(ran.exception))]
    seen = (file.parent / "seen").read_bytes()
    assert seen.count(b"looking.py") >= 1, "the command saw itself in the list"
    told += [seen.decode("utf-8", "replace"), heard.getvalue()]
    assert "Mail cannot go out" in ran.output
    for said in told:
        nothing_of_it(said)


def test_a_database_that_cannot_be_reached_is_said_without_its_password(
    file: Path, heard: io.StringIO
) -> None:
    text = file.read_text("utf-8")
    address = f"postgresql://hb:{CANARY}@127.0.0.1:1/heardback"
    file.write_text(text.replace('database = ""', f'database = "{address}"', 1), "utf-8")
    nothing_of_it(repr(config.read(file)))
    for command in (["check", str(file)], ["work", "--settings", str(file)]):
        ran = aside(partial(CliRunner().invoke, cli, command))
        assert ran.exit_code == 1
        assert "The database cannot be reached" in ran.output
        nothing_of_it(ran.output)
        nothing_of_it("".join(traceback.format_exception(ran.exception)))
    nothing_of_it(heard.getvalue())
