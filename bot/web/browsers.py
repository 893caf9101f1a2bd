"""What kind of browser a session is in, so that its owner knows it again. Nothing finer is kept."""

from __future__ import annotations

from starlette.requests import Request

from handlers.wording import say

KINDS = (  # the first that is named: most browsers also name those that they descend from
    ("teams/", "teams"),
    ("slack", "slack"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("samsungbrowser", "samsung"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("crios", "chrome"),
    ("chrome", "chrome"),
    ("safari", "safari"),
)


def kind_of(request: Request) -> str:
    """The kind of browser that asks; empty for one that is not known."""
    said = request.headers.get("user-agent", "")[:1000].lower()
    return next((kind for sign, kind in KINDS if sign in said), "")


def shown(kind: str) -> str:
    """A kind as it is read."""
    return say(f"browser_{kind or 'unknown'}")
