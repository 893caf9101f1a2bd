"""What Microsoft runs, on this machine, and two organisations' registrations in tenants of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.teams.apps import Registration
from tests.bot.teams.connector import Connector, running

COUNCIL = "11111111-1111-4111-8111-111111111111"
POLICE = "22222222-2222-4222-8222-222222222222"
COUNCIL_APP = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
POLICE_APP = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"


@pytest.fixture
def connector(tmp_path: Path) -> Iterator[Connector]:
    with running(Connector(tmp_path / "connector.jsonl")) as made:
        yield made
        assert made.refused == [], "the real connector would have refused these"


@pytest.fixture
def council(connector: Connector) -> Registration:
    return connector.registers("northport", COUNCIL, COUNCIL_APP)


@pytest.fixture
def police(connector: Connector) -> Registration:
    return connector.registers("police", POLICE, POLICE_APP)
