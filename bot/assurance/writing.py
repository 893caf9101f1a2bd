"""The papers themselves: templates in `papers/`, in the order in which somebody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bot.assurance.facts import Facts

NAMES = (
    "data-map",
    "retention",
    "roles",
    "sight",
    "connections",
    "dpia",
    "joint-controllers",
    "article-10",
    "childrens-code",
    "dtac",
)


def papers(facts: Facts) -> Mapping[str, str]:
    """Each paper's text by its file name."""
    values = facts.values()
    return {
        f"{name}.md": _templates().get_template(name).render(values).strip() + "\n"
        for name in NAMES
    }


@cache
def _templates() -> Environment:
    made = Environment(  # noqa: S701  it makes Markdown for people to edit, and no page
        loader=FunctionLoader(_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["cell"] = _cell
    return made


def _text(name: str) -> str:
    return resources.files("bot.assurance").joinpath("papers", f"{name}.md").read_text("utf-8")


def _cell(text: object) -> str:
    """Text that stays in its own cell of a table."""
    return " ".join(str(text).replace("|", "\\|").split())
