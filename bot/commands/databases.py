"""What `check` says about PostgreSQL's addresses: the way there, and whose role opens what."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from bot.config import Settings

HERE = ("", "localhost", "127.0.0.1", "::1")


def faults(settings: Settings) -> list[tuple[str, str]]:
    """Pairs of a setting's name and a sentence; nothing of an address stands in them."""
    said = []
    named = {"database": settings.database_url, "key_database": settings.key_database}
    used = {name: url for name, url in named.items() if url.startswith("postgresql")}
    for name, url in used.items():
        if not _on_this_machine(url) and _asked(url, "sslmode") != "verify-full":
            said.append(
                (
                    name,
                    "It is reached over a network, and its address has no sslmode=verify-full: somebody "
                    "on the way could read what goes there, or be taken for it. Add "
                    "?sslmode=verify-full&sslrootcert=FILE (or sslrootcert=system).",
                )
            )
    if len(used) == 2 and len({_role(url) for url in used.values()}) == 1:
        said.append(
            (
                "key_database",
                "The rows and their data keys are opened by one role: whoever has its password has "
                "both. Give the data keys a role of their own, which may open nothing else.",
            )
        )
    return said


def _asked(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[0]


def _on_this_machine(url: str) -> bool:
    host = _asked(url, "host") or (urlsplit(url).hostname or "")
    return host in HERE or host.startswith("/")


def _role(url: str) -> tuple[str, str]:
    """The role, and on which server: the same name elsewhere is another."""
    parts = urlsplit(url)
    host = _asked(url, "host") or (parts.hostname or "")
    return parts.username or _asked(url, "user"), f"{host}:{parts.port or ''}"
