"""What an organisation is given and told: settings, the package to upload, and what is wrong in plain words."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest
import uvicorn
from starlette.applications import Starlette
from typer.testing import CliRunner

from bot import config, settings_teams
from bot.__main__ import cli
from bot.app import edges
from bot.teams.apps import LOGIN, OPENID, SERVICES, Registration
from bot.teams.checking import problems
from bot.teams.edge import registrations_of
from bot.teams.package import manifest, package
from tests.bot.teams.conftest import COUNCIL, COUNCIL_APP, POLICE, POLICE_APP
from tests.bot.teams.connector import SECRET, Connector
from tests.bot.teams.test_tokens import Door
from tests.bot.test_commands import say
from tests.bot.test_config import ANSWERS
from tests.loops import aside, run
from tests.story import Story

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "schema/MicrosoftTeams-1.19.schema.json").read_text("utf-8"))


def part(name: str = "northport", **changed: str) -> str:
    """A [[teams]] part; a value as it stands in the file, or nothing to leave it out."""
    values = {
        "name": f'"{name}"',
        "app_id": f'"{COUNCIL_APP}"',
        "tenant": f'"{COUNCIL}"',
        "secret_file": '"t.secret"',
        **changed,
    }
    lines = [f"{key} = {value}" for key, value in values.items() if value]
    return "\n".join(["[[teams]]", *lines, ""])


def settings(folder: Path, *parts: str) -> Path:
    """A settings file with these parts, and the secrets beside it."""
    for name, secret in (("t.secret", SECRET), ("heardback.keys", "0" * 64)):
        (folder / name).write_text(secret + "\n", encoding="ascii")
        (folder / name).chmod(0o600)
    file = folder / "heardback.toml"
    written = config.write_template(ANSWERS) + "\n" + "\n".join(parts or (part(),))
    file.write_text(written, encoding="utf-8")
    return file


def told(file: Path) -> str:
    return " ".join(problem.sentence for problem in config.problems(file))


def test_several_registrations_live_in_one_deployment_each_with_its_own_tenant(
    tmp_path: Path,
) -> None:
    police = part("police", app_id=f'"{POLICE_APP.upper()}"', tenant=f'"{POLICE}"')
    read = config.read(settings(tmp_path, part(), police))
    council, other = registrations_of(read.teams)
    assert (council.name, council.app_id, council.tenant) == ("northport", COUNCIL_APP, COUNCIL)
    assert (other.name, other.app_id, other.tenant) == ("police", POLICE_APP, POLICE)
    assert (council.login, council.openid, council.services) == (LOGIN, OPENID, SERVICES)
    assert council.secret == SECRET
    assert SECRET not in repr(council)
    assert read.teams[0].per_thread == ((1, 7), (2, 8), (30, 60), (3600, 1800))
    assert read.teams[0].per_second == 50


def test_teams_is_an_edge_of_a_deployment_with_a_door_and_a_tab_for_each_registration(
    story: Story, tmp_path: Path
) -> None:
    police = part("police", app_id=f'"{POLICE_APP}"', tenant=f'"{POLICE}"')
    edge = edges(story.database, config.read(settings(tmp_path, part(), police)))["teams"]
    paths = {getattr(route, "path", "") for route in edge.routes}
    for name in ("northport", "police"):
        assert {f"/teams/{name}/messages", f"/teams/{name}/home"} <= paths
    assert edge.sender is not None
    assert edge.sender.can_read_back is False


@pytest.mark.parametrize(
    "tenant", ["common", "organizations", "consumers", "botframework.com", "*"]
)
def test_a_registration_of_any_tenant_is_refused(tmp_path: Path, tenant: str) -> None:
    assert "never any tenant" in told(settings(tmp_path, part(tenant=f'"{tenant}"')))


def test_a_registration_without_a_tenant_is_refused(tmp_path: Path) -> None:
    assert "tenant is missing" in told(settings(tmp_path, part(tenant="")))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"app_id": ""}, "app_id is missing"),
        ({"app_id": '"northport"'}, "app_id must be an id"),
        ({"name": "North Port"}, "small letters"),
        ({"secret_file": '"gone"'}, "is missing"),
        ({"catalog_id": '"x"'}, "catalog_id must be an id"),
        ({"privacy_url": '"http://n.example"'}, "must begin with https://"),
        ({"stand_in": '"https://attacker.example"'}, "only an address of this machine"),
        ({"per_thread": '["many in 2"]'}, "is not a number of messages"),
        ({"per_thread": '["0 in 2"]'}, "is not a number of messages"),
        ({"per_thread": "[7]"}, "list of words"),
        ({"per_second": "0"}, "it can be from 1"),
        ({"skip_auth": "true"}, 'no setting called "skip_auth"'),
        ({"token_file": '"x"'}, 'no setting called "token_file"'),
    ],
)
def test_each_wrong_setting_is_told_in_a_sentence(
    tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    assert sentence in told(settings(tmp_path, part(**changed)))


def test_two_registrations_may_not_share_a_name_or_an_app(tmp_path: Path) -> None:
    said = told(settings(tmp_path, part(), part()))
    assert "The name northport is used by more than one registration" in said
    assert f"The app_id {COUNCIL_APP} is used by more than one registration" in said


@pytest.mark.parametrize("value", ["1", "true", "YES", " on ", "anything"])
def test_nothing_starts_with_the_switch_that_lets_everybody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(settings_teams.OPEN_DOOR, value)
    file = settings(tmp_path)
    assert "anybody could speak for anybody" in told(file)
    shown = say("serve", "--settings", file)
    assert shown.exit_code == 1
    assert "Take it out" in shown.output


@pytest.mark.parametrize("value", ["", "0", "false", "off", "No"])
def test_the_switch_that_is_off_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(settings_teams.OPEN_DOOR, value)
    assert told(settings(tmp_path)) == ""


def test_the_switch_is_the_one_that_the_sdk_reads() -> None:
    source = Path(sys.prefix).glob("lib/python*/site-packages/microsoft_teams/apps/options.py")
    assert settings_teams.OPEN_DOOR in next(source).read_text(encoding="utf-8")


WITHOUT = (
    "import sys\n"
    "for name in ('microsoft_teams', 'jwt', 'msal'): sys.modules[name] = None\n"
    "from bot.__main__ import main\n"
    "main()\n"
)


def without_the_extra(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody has it who installed heardback without [teams]."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments], capture_output=True, text=True, check=False
    )


def test_without_the_extra_one_plain_line_says_so_and_only_where_teams_is_set_up(
    tmp_path: Path,
) -> None:
    file = settings(tmp_path)
    for command in (["check", str(file)], ["serve", "--settings", str(file)]):
        shown = without_the_extra(*command)
        assert shown.returncode == 1
        (line,) = [one for one in shown.stderr.splitlines() if "extra" in one]
        assert line.endswith("Microsoft Teams needs its extra: pip install 'heardback[teams]'.")
        assert "Traceback" not in shown.stderr
    plain = tmp_path / "plain.toml"
    plain.write_text(config.write_template(ANSWERS), encoding="utf-8")
    assert without_the_extra("check", str(plain)).returncode == 0


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def made(**changed: str) -> dict[str, Any]:
    values = {
        "name": "northport",
        "app_id": COUNCIL_APP,
        "partnership": "Northport",
        "address": "https://heardback.northport.example",
        **changed,
    }
    return manifest(**values)


@pytest.mark.parametrize(
    "changed", [{}, {"partnership": "N" * 300}, {"privacy": "https://n.example/privacy"}]
)
def test_the_manifest_is_as_microsofts_schema_says(changed: dict[str, str]) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(made(**changed))


def test_the_schema_would_say_if_it_were_not() -> None:
    wrong = made()
    wrong["composeExtensions"][0]["commands"][0]["context"] = ["everywhere"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate(wrong)


def test_the_app_asks_for_no_permission_to_read_anything() -> None:
    found = made()
    for key in (
        "permissions",
        "devicePermissions",
        "authorization",
        "connectors",
        "meetingExtensionDefinition",
    ):
        assert key not in found
    (bot,) = found["bots"]
    assert bot["scopes"] == ["personal", "team"]
    assert not any(bot[f"supports{what}"] for what in ("Files", "Calling", "Video"))
    assert found["validDomains"] == ["heardback.northport.example"]


def test_the_package_holds_the_manifest_and_two_icons_of_the_sizes_that_teams_asks_for() -> None:
    with ZipFile(BytesIO(package(made()))) as archive:
        assert sorted(archive.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == made()
        assert size_of(archive.read("color.png")) == (192, 192)
        assert size_of(archive.read("outline.png")) == (32, 32)
        assert white_or_nothing(archive.read("outline.png"))
    assert package(made()) == package(made())


def white_or_nothing(png: bytes) -> bool:
    """Whether every pixel that can be seen is white: rows of RGBA, each under its filter."""
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            assert png[at + 16 : at + 18] == bytes([8, 6])
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, width, before = zlib.decompress(data), 32 * 4, bytes(32 * 4)
    for row in range(32):
        kind, line = raw[row * (width + 1)], bytearray(raw[row * (width + 1) + 1 :][:width])
        for n in range(width):
            left = line[n - 4] if n >= 4 else 0
            corner = before[n - 4] if n >= 4 else 0
            up = before[n]
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(guess - v))
            line[n] = (line[n] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        for n in range(0, width, 4):
            if line[n + 3] and bytes(line[n : n + 3]) != b"\xff\xff\xff":
                return False
        before = bytes(line)
    return True


def test_a_package_is_written_for_each_registration_before_any_secret_is_there(
    tmp_path: Path,
) -> None:
    police = part("police", app_id=f'"{POLICE_APP}"', tenant=f'"{POLICE}"')
    file = settings(tmp_path, part(), police)
    (tmp_path / "t.secret").unlink()
    out = tmp_path / "packages"
    shown = CliRunner().invoke(
        cli, ["teams", "package", "--out", str(out), "--settings", str(file)]
    )
    assert shown.exit_code == 0, shown.output
    assert sorted(f.name for f in out.iterdir()) == [
        "heardback-northport.zip",
        "heardback-police.zip",
    ]
    with ZipFile(out / "heardback-police.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["id"] == POLICE_APP


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((part(), ""), "there is no [[teams]] part"),
        (("https://heardback.northport.example", "http://localhost:8000"), "https:// only"),
        ((f'"{COUNCIL_APP}"', '"northport"'), "needs a name and an app_id"),
    ],
)
def test_a_package_that_teams_would_not_take_is_not_made(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    file = settings(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    shown = CliRunner().invoke(
        cli, ["teams", "package", "--out", str(tmp_path / "out"), "--settings", str(file)]
    )
    assert shown.exit_code == 1
    assert sentence in shown.output
    assert not (tmp_path / "out").exists()


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The app on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


def test_a_registration_that_works_has_no_problem(
    connector: Connector, council: Registration
) -> None:
    with served(Door(council).app) as address:
        assert run(problems(council, public_address=address)) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"secret": "an old one"}, "The secret of the registration northport is refused"),
        ({"tenant": POLICE}, "does not know its app_id"),
        ({"login": "http://127.0.0.1:9"}, "sign-in cannot be reached"),
        ({"openid": "http://127.0.0.1:9/openid"}, "The keys of Teams cannot be fetched"),
    ],
)
def test_each_thing_that_is_wrong_is_said_without_the_secret(
    connector: Connector, council: Registration, changed: dict[str, str], said: str
) -> None:
    with served(Door(council).app) as address:
        (found,) = run(
            problems(Registration(**{**vars(council), **changed}), public_address=address)
        )
    assert said in found
    assert "an old one" not in found
    connector.refused.clear()


def test_a_door_that_is_shut_or_somebody_elses_is_named(
    connector: Connector, council: Registration
) -> None:
    (shut,) = run(problems(council, public_address="http://127.0.0.1:9"))
    assert "cannot be reached" in shut
    with served(Starlette()) as address:
        (other,) = run(problems(council, public_address=address))
    assert "something else stands there" in other


def test_check_online_asks_and_tells(
    tmp_path: Path, connector: Connector, council: Registration
) -> None:
    with served(Door(council).app) as address:
        file = settings(tmp_path, part(stand_in=f'"{connector.base}"'))
        text = file.read_text(encoding="utf-8").replace(ANSWERS["public_address"], address)
        file.write_text(text, encoding="utf-8")
        shown = aside(lambda: CliRunner().invoke(cli, ["check", str(file), "--online"]))
    assert shown.exit_code == 0, shown.output
    assert "Teams takes the registration northport, and its door can be reached." in shown.output
    assert "it is for tests and reaches nobody" in shown.output
    shown = aside(lambda: CliRunner().invoke(cli, ["check", str(file), "--online"]))
    assert shown.exit_code == 1
    assert "cannot be reached" in shown.output
