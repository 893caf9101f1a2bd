"""Who could have spoken: small agencies put together, and what a band would say about everybody.

An agency of one person is that person; it is merged with others before any agency is counted or left
out. A band is not shown when it would mean that everyone said it, whoever is reading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from digests.release.rules import Gathering, band, surely

SMALLEST = 2  # people in an agency that stands for itself


@dataclass(frozen=True)
class Roster:
    """Everybody who may be asked, by agency, as tags; whoever is away is left out.

    An empty roster knows nobody: nothing is merged, and no band is held against it.
    """

    people: Mapping[str, Collection[str]] = field(default_factory=dict)

    @cached_property
    def blocks(self) -> Mapping[str, str]:
        """The block that each merged agency belongs to; an agency that is not listed is its own.

        Agencies below `SMALLEST` are joined, in the order of their tags, until each block has that
        many people; one that is left over joins the smallest block there is.
        """
        small = sorted(a for a, members in self.people.items() if len(set(members)) < SMALLEST)
        found: dict[str, str] = {}
        block: list[str] = []
        for agency in small:
            block.append(agency)
            if len(self._together(block)) >= SMALLEST:
                found |= dict.fromkeys(block, block[0])
                block = []
        others = set(self.people) - set(block)
        if block and others:
            blocks = {found.get(a, a) for a in others}
            smallest = min(blocks, key=lambda b: (len(self._in_block(b, found)), b))
            found |= dict.fromkeys(block, smallest)
        return found

    def block(self, agency: str) -> str:
        return self.blocks.get(agency, agency)

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        named = {self.block(agency) for agency in self.people}
        return {b: frozenset(self._in_block(b, self.blocks)) for b in named}

    @cached_property
    def everyone(self) -> frozenset[str]:
        return frozenset(self._together(self.people))

    def _together(self, agencies: Collection[str]) -> set[str]:
        return {person for agency in agencies for person in self.people[agency]}

    def _in_block(self, block: str, blocks: Mapping[str, str]) -> set[str]:
        return self._together([a for a in self.people if blocks.get(a, a) == block])

    def tells_about_everyone(self, gathered: Gathering) -> bool:
        """Whether the band alone, or less one agency's own, would mean that all others said it."""
        if not self.people:
            return False
        sure = surely(band(len(gathered.people)))
        if sure >= len(self.everyone):
            return True
        return any(
            0 < len(self.everyone - members) <= sure - len(gathered.agencies.get(block, ()))
            for block, members in self._members.items()
        )


NOBODY_KNOWN = Roster()
