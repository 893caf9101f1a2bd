"""Where signing in may lead: pages of ours that are named here, and nowhere else."""

from __future__ import annotations

LANDINGS = (
    "/home",
    "/chat",
    "/reflect",
    "/lines",
    "/sign",
    "/aside",
    "/digest",
    "/proposals",
    "/desk",
    "/texts",
    "/privacy",
    "/account",
)


def landing(to: str) -> str:
    """The page, where it is one of ours; else empty. What stands after its question mark is kept."""
    return to if to.partition("?")[0] in LANDINGS and len(to) <= 120 and to.isprintable() else ""
