"""Whether a registration's secret works and its door can be reached, said in plain words.

The secret is tried at the tenant's own sign-in; the keys are fetched; and the door is knocked at from
outside without a token, which it has to refuse.
"""

from __future__ import annotations

import asyncio

import aiohttp

from bot.clock import wall_clock
from bot.teams.access import AWAY, Access, NoAccess
from bot.teams.apps import CHANNEL, Registration
from bot.teams.keys import Keys, KeysAway

PATIENCE = 10.0  # seconds
WRONG = {
    AWAY: "Microsoft's sign-in cannot be reached from here, so the registration {name} could not be checked.",
    "invalid_client": "The secret of the registration {name} is refused: it is wrong, or its time is over. "
    "Make a new one in Entra.",
    "unauthorized_client": "The tenant of the registration {name} does not know its app_id.",
    "invalid_request": "Microsoft does not know the tenant or the app_id of the registration {name}.",
}


async def problems(registration: Registration, *, public_address: str) -> tuple[str, ...]:
    """Every problem that can be seen from here; empty when it can be used."""
    found = await asyncio.gather(
        _secret(registration), _keys(registration), _door(registration, public_address)
    )
    return tuple(said for said in found if said)


async def _secret(registration: Registration) -> str:
    try:
        await Access(now=wall_clock).token(registration)
    except NoAccess as refused:
        said = WRONG.get(refused.reason, "Microsoft refuses the registration {name}: {reason}.")
        return said.format(name=registration.name, reason=refused.reason)
    return ""


async def _keys(registration: Registration) -> str:
    try:
        await Keys(registration.openid).key("")
    except KeysAway:
        return (
            "The keys of Teams cannot be fetched from here, so nothing from Teams could be let in."
        )
    return ""


async def _door(registration: Registration, public_address: str) -> str:
    """Knock as Teams does, without a token: a door of ours answers 401."""
    address = f"{public_address}/teams/{registration.name}/messages"
    knock = {
        "type": "message",
        "id": "knock",
        "channelId": CHANNEL,
        "serviceUrl": f"{registration.services[0]}/teams/",
        "from": {"id": "29:knock"},
        "conversation": {"id": "knock"},
    }
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=False) as http,
            http.post(address, json=knock, allow_redirects=False) as answer,
        ):
            status = answer.status
    except (TimeoutError, aiohttp.ClientError, OSError):
        return f"{address} cannot be reached. Is heardback serve running, and open to the internet?"
    if status == 401:
        return ""
    return f"{address} answers {status}, as heardback does not: something else stands there."
