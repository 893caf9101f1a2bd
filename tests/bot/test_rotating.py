"""`heardback keys rotate`, with the key in a file and from a command, finished and broken off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot import apart, config
from bot.clock import wall_clock
from bot.commands import keys
from bot.commands.start import open_database
from storage import Keyring, SealingError, backup, key_sources, restoring
from tests.bot.test_commands import file, say, seated

__all__ = ["file", "seated"]


def people_of(file: Path) -> str:
    return say("people", "list", "--settings", file).output


def test_a_rotation_exchanges_the_key_and_everybody_is_still_there(seated: Path) -> None:
    key, before = seated.with_name("heardback.keys"), people_of(seated)
    old = key.read_text()
    result = say("keys", "rotate", "--settings", seated)
    assert result.exit_code == 0, result.output
    assert "data keys are wrapped by the new master key" in result.output
    assert key.read_text() != old
    assert people_of(seated) == before
    assert "Ada Field" in before
    assert not key_sources.before(key).exists()
    verified = say("audit", "verify", "--settings", seated)
    assert verified.exit_code == 0, verified.output
    key.write_text(old)
    refused = say("people", "list", "--settings", seated)
    assert (refused.exit_code, "does not belong to this key store" in refused.output) == (1, True)


def test_the_key_before_can_be_kept_for_the_backups_that_it_opens(seated: Path) -> None:
    old = seated.with_name("heardback.keys").read_text()
    kept = seated.with_name("until-june.key")
    assert say("keys", "rotate", "--settings", seated, "--keep-old", kept).exit_code == 0
    assert kept.read_text() == old
    assert kept.stat().st_mode & 0o777 == 0o600
    assert say("keys", "rotate", "--settings", seated, "--keep-old", kept).exit_code == 1


def test_a_rotation_that_was_broken_off_goes_on_when_it_is_said_again(
    seated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people_of(seated)

    def broken(*_: object) -> int:
        raise SealingError("The disk went away.")

    with monkeypatch.context() as at:
        at.setattr(keys, "_rewrap", broken)
        result = say("keys", "rotate", "--settings", seated)
    assert (result.exit_code, "say it again" in result.output) == (1, True)
    key = seated.with_name("heardback.keys")
    exchanged = key.read_text()
    assert people_of(seated) == before
    assert say("keys", "rotate", "--settings", seated).exit_code == 0
    assert key.read_text() == exchanged
    assert people_of(seated) == before


def test_a_key_from_a_command_is_rotated_by_naming_both(seated: Path) -> None:
    before, text = people_of(seated), seated.read_text(encoding="utf-8")
    vault = seated.with_name("vault")
    vault.mkdir()
    for name, key in (("old", seated.with_name("heardback.keys").read_text()), ("new", "cd" * 32)):
        (vault / name).write_text(key)

    def named(**commands: str) -> None:
        changed = text
        for key, which in commands.items():
            command = f"{sys.executable} -c 'print(open(\\\"{vault / which}\\\").read())'"
            changed = changed.replace(f'{key} = ""', f'{key} = "{command}"')
        seated.write_text(changed, encoding="utf-8")
        assert config.problems(seated) == ()

    named(keys_command="old")
    assert people_of(seated) == before
    assert say("keys", "rotate", "--settings", seated).exit_code == 1
    named(keys_command="new", keys_before_command="old")
    result = say("keys", "rotate", "--settings", seated)
    assert result.exit_code == 0, result.output
    named(keys_command="new")
    assert people_of(seated) == before
    named(keys_command="old")
    assert say("people", "list", "--settings", seated).exit_code == 1


def test_a_service_that_ran_through_a_rotation_seals_its_copies_with_the_new_key(
    seated: Path,
) -> None:
    """Sealed with the key before, the copy of the data keys could never be opened again."""
    running = open_database(config.read(seated))
    outside = seated.with_name("apart")
    assert say("keys", "rotate", "--settings", seated).exit_code == 0
    apart.settle(running, outside, now=wall_clock())
    running.close()
    now = Keyring.load(seated.with_name("heardback.keys"))
    assert restoring.look_through(outside / backup.KEYS_FILE, now, "keys") <= wall_clock()


def test_a_service_that_cannot_see_the_new_key_leaves_the_copies_as_they_are(
    seated: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stale = seated.with_name("stale.key")
    key_sources.write(stale, key_sources.read(seated.with_name("heardback.keys")))
    running = open_database(config.read(seated))
    running.keyring = Keyring.load(stale)
    assert say("keys", "rotate", "--settings", seated).exit_code == 0
    outside = seated.with_name("apart")
    apart.settle(running, outside, now=wall_clock())
    running.close()
    assert not (outside / backup.KEYS_FILE).exists()
    assert "SealingError" in caplog.text
