"""Every regular expression of the rooms, how each is used, and strings made to make it slow."""

from __future__ import annotations

import ast
import importlib
import math
import pkgutil
import re
import re._constants as sre
import re._parser as parser
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from digests.danger import cues

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "storage", "digests")
USES = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
AT_ONCE = {"match", "fullmatch"}  # looked for at the beginning alone
MOST_ATOMS = 14
SUFFIXES = ("", "\x00", "!\n")
TOO_SHORT = 0.001  # seconds; what takes less at the greater length cannot be told from nothing


@dataclass(frozen=True)
class Used:
    """A pattern, where it was found, and whether it is looked for at the beginning alone."""

    where: str
    pattern: re.Pattern[str]
    method: str = field(default="finditer")

    def run(self, text: str) -> None:
        found = getattr(self.pattern, self.method)(text)
        if self.method == "finditer":
            for _ in found:
                pass


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(
        (file, ast.parse(file.read_text("utf-8")))
        for room in ROOMS
        for file in sorted((PROJECT / room).rglob("*.py"))
    )


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not one.name.endswith("__main__") and ".migrations." not in one.name:
                yield importlib.import_module(one.name)


@cache
def everything() -> tuple[Used, ...]:
    """Compiled ones as they lie in modules and in what modules made; written ones where they are used."""
    methods = _methods()
    found: dict[tuple[str, int, str], Used] = {}
    for module in modules():
        for name, value in vars(module).items():
            if getattr(value, "__module__", module.__name__) != module.__name__ and callable(value):
                continue
            for pattern in _inside(_made(value)):
                if isinstance(pattern.pattern, bytes):
                    continue
                last = module.__name__.rpartition(".")[2]
                asked = methods.get((module.__name__, name), set()) | methods.get(
                    (last, name), set()
                )
                method = "finditer"
                if asked and asked <= AT_ONCE:
                    method = "match" if "match" in asked else "fullmatch"
                key = (pattern.pattern, pattern.flags, method)
                found.setdefault(key, Used(f"{module.__name__}.{name}", pattern, method))
    for used in _danger():
        found.setdefault((used.pattern.pattern, used.pattern.flags, used.method), used)
    for where, call, text in written():
        method = call if call in AT_ONCE else "finditer"
        if call != "compile":
            pattern = re.compile(text)
            found.setdefault((text, pattern.flags, method), Used(where, pattern, method))
    return tuple(found.values())


def _danger() -> Iterator[Used]:
    """The cues of danger, which are data."""
    for heading, parts in cues._table().items():
        if heading == "words":
            continue
        for name, patterns in parts.items():
            if isinstance(patterns, list):
                for pattern in cues._compiled(patterns):
                    yield Used(f"cues.toml {heading}.{name}", pattern)


def _made(value: Any) -> Any:
    """What a function without arguments keeps, where it keeps lists of patterns."""
    inner = getattr(value, "__wrapped__", None)
    if inner is not None and "Pattern" in str(inner.__annotations__.get("return", "")):
        return value() if not inner.__code__.co_argcount else None
    return value


def _inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, str | bytes) or depth > 4:
        return
    elif isinstance(value, Mapping):
        for one in [*value.keys(), *value.values()]:
            yield from _inside(one, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        if len(value) < 5_000:
            for one in value:
                yield from _inside(one, depth + 1)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from _inside(getattr(value, name, None), depth + 1)


def _methods() -> dict[tuple[str, str], set[str]]:
    """By module and name of a pattern, the methods called on it: there, or elsewhere through its module."""
    found: dict[tuple[str, str], set[str]] = {}
    for file, tree in sources():
        own = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in USES:
                owner = node.value
                if isinstance(owner, ast.Name):
                    found.setdefault((own, owner.id), set()).add(node.attr)
                elif isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
                    found.setdefault((owner.value.id, owner.attr), set()).add(node.attr)
    return found


def written() -> Iterator[tuple[str, str, str]]:
    """Place, method and text of every pattern that is written where it is used."""
    for where, call, node in calls():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield where, call, node.value


def calls() -> Iterator[tuple[str, str, ast.expr]]:
    """Every call of the module `re` that takes a pattern: place, method, and what it is given."""
    for file, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in USES
            ):
                place = f"{file.relative_to(PROJECT)}:{node.lineno}"
                yield place, node.func.attr, node.args[0]


def atoms(pattern: re.Pattern[str]) -> list[str]:
    """A few characters and words that this pattern is made of, as small pieces to repeat."""
    found: dict[str, None] = {}
    run: list[str] = []

    def flush() -> None:
        if len(run) > 1:
            found.setdefault("".join(run))
        run.clear()

    def walk(items: Iterable[Any]) -> None:
        for op, value in items:
            if op is sre.LITERAL:
                run.append(chr(value))
                found.setdefault(chr(value))
                continue
            flush()
            if op is sre.IN:
                for kind, inner in value:
                    if kind is sre.RANGE:
                        found.setdefault(chr(inner[0]))
                    elif kind is sre.LITERAL:
                        found.setdefault(chr(inner))
                    elif kind is sre.CATEGORY:
                        found.setdefault(_of(inner))
                    elif kind is sre.NEGATE:
                        found.setdefault("a")
            elif op is sre.ANY or op is sre.NOT_LITERAL:
                found.setdefault("a")
            elif op is sre.CATEGORY:
                found.setdefault(_of(value))
            elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                walk(value[2])
            elif op is sre.SUBPATTERN:
                walk(value[3])
            elif op is sre.BRANCH:
                for branch in value[1]:
                    walk(branch)
                    flush()
            elif op in (sre.ASSERT, sre.ASSERT_NOT):
                walk(value[1])
            elif op is sre.ATOMIC_GROUP:
                walk(value)
        flush()

    walk(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    return list(found)


def _of(category: Any) -> str:
    name = str(category)
    return "1" if "DIGIT" in name else " " if "SPACE" in name and "NOT" not in name else "a"


def units(pattern: re.Pattern[str], *, pairs: bool) -> list[str]:
    """Pieces to repeat: each atom, each with what may follow it, and all of them together."""
    own = atoms(pattern)
    single = [one for one in own if len(one) == 1][:MOST_ATOMS]
    words = sorted((one for one in own if len(one) > 1), key=len)[:MOST_ATOMS]
    usual = ["a", "A", "1", " ", "\n", "a ", "A ", "Aa ", "1 ", "a.", "a-", "a@", "é"]
    both = [a + b for a in single for b in single if a != b] if pairs else []
    return list(dict.fromkeys([*usual, *single, *words, *(w + " " for w in words), *both]))


@dataclass(frozen=True)
class Pumped:
    """A piece, how it begins and ends, at any length."""

    before: str
    unit: str
    after: str

    def at(self, length: int) -> str:
        return self.before + self.unit * max(1, length // len(self.unit)) + self.after


def pumped(pattern: re.Pattern[str], *, pairs: bool) -> Iterator[Pumped]:
    """Many ways of making this pattern slow; with `pairs` every two of its pieces too."""
    words = [one for one in atoms(pattern) if len(one) > 1][:6]
    for unit in units(pattern, pairs=pairs):
        for after in SUFFIXES if pairs else SUFFIXES[1:2]:
            yield Pumped("", unit, after)
        for word in words if pairs else ():
            yield Pumped(f"{word} ", unit, "\x00")


def worst(used: Used, *, length: int, pairs: bool, how_many: int) -> list[Pumped]:
    """Those that take longest at this length."""
    taken = [
        (took(used, one, length, runs=1), place, one)
        for place, one in enumerate(pumped(used.pattern, pairs=pairs))
    ]
    return [one for _, _, one in sorted(taken, reverse=True)[:how_many]]


def took(used: Used, one: Pumped, length: int, *, runs: int) -> float:
    """Seconds for one string."""
    text = one.at(length)
    return seconds(lambda: used.run(text), runs=runs)


def growth(used: Used, one: Pumped, *, lengths: tuple[int, int], runs: int) -> float:
    """The exponent by which time grows between two lengths; nought where it is too short to tell."""
    few, many = lengths
    small, large = one.at(few), one.at(many)
    longer = seconds(lambda: used.run(large), runs=runs)
    if longer < TOO_SHORT:
        return 0.0
    shorter = seconds(lambda: used.run(small), runs=runs)
    return math.log(longer / max(shorter, 1e-7)) / math.log(len(large) / len(small))


def seconds(run: Callable[[], object], *, runs: int) -> float:
    """The best of some runs, in processor time, so that a busy machine does not count."""
    best = math.inf
    for _ in range(runs):
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return best
