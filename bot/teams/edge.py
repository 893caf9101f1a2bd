"""Teams as this deployment has it: the doors of its registrations, and what sends for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.settings_teams import TeamsSettings
from bot.teams.apps import LOGIN, OPENID, SERVICES, Registration


def registrations_of(settings: Sequence[TeamsSettings]) -> list[Registration]:
    """Each registration with its secret, read from the file that the settings name."""
    return [
        Registration(
            name=one.name,
            app_id=one.app_id,
            tenant=one.tenant,
            secret=_secret(one.secret_file),
            catalog_id=one.catalog_id,
            login=one.stand_in or LOGIN,
            openid=f"{one.stand_in}/v1/.well-known/openidconfiguration" if one.stand_in else OPENID,
            services=(one.stand_in,) if one.stand_in else SERVICES,
        )
        for one in settings
    ]


def _secret(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()
