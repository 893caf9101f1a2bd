"""The bill of materials: every library of the lock file in CycloneDX, as a file and without a network.

Name and version come from `requirements.lock`, licence and what needs what from the libraries themselves as
they are installed. Hashes of every file stay in the lock file. After a change of the lock say:
`.venv/bin/python .ci/bill.py`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
BILL = PROJECT / "docs" / "assurance" / "sbom.cdx.json"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
KIND = "py" + "pi"  # the type of a package address (purl), which is the name of no host


def locked() -> list[tuple[str, str]]:
    """Name and version, as the lock file has them: two versions where systems or Pythons differ."""
    return [
        (canonicalize_name(name), version) for name, version in PINNED.findall(LOCK.read_text())
    ]


def reached(wanted: list[str]) -> set[str]:
    """These requirements and all that they need here, by name."""
    found: set[str] = set()
    waiting = [(Requirement(one), frozenset[str]()) for one in wanted]
    while waiting:
        asked, _ = waiting.pop()
        name = canonicalize_name(asked.name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # of another system
        key = f"{name}[{','.join(sorted(asked.extras))}]"
        if key in found:
            continue
        found |= {key, name}
        for need in map(Requirement, needs):
            extras = asked.extras or {""}
            here = default_environment()
            if need.marker is None or any(
                need.marker.evaluate({**here, "extra": e}) for e in extras
            ):
                waiting.append((need, frozenset()))
    return found


def scopes() -> dict[str, ComponentScope]:
    """What is needed to run, what an extra brings, and what only the work on it needs."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    base = reached(project["dependencies"])
    more = reached([one for extra in project["optional-dependencies"].values() for one in extra])
    return {
        name: ComponentScope.REQUIRED
        if name in base
        else ComponentScope.OPTIONAL
        if name in more
        else ComponentScope.EXCLUDED
        for name, _ in locked()
    }


def bill() -> str:
    """The whole file; the same for the same lock file."""
    licences, scope = LicenseFactory(), scopes()
    made = Bom(serial_number=uuid5(NAMESPACE_URL, LOCK.read_text()))
    made.metadata.timestamp = None
    own = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    made.metadata.component = Component(
        name=own["name"],
        version=own["version"],
        type=ComponentType.APPLICATION,
        bom_ref=own["name"],
        licenses=[licences.make_from_string(own["license"])],
    )
    for name, version in locked():
        said = licence(name)
        address = PackageURL(KIND, name=name, version=version)
        made.components.add(
            Component(
                name=name,
                version=version,
                type=ComponentType.LIBRARY,
                bom_ref=str(address),
                purl=address,
                scope=scope[name],
                licenses=[licences.make_from_string(said)] if said else [],
            )
        )
    direct = [one for one in made.components if one.scope is not ComponentScope.EXCLUDED]
    made.register_dependency(made.metadata.component, direct)
    return JsonV1Dot6(made).output_as_string(indent=1) + "\n"


def licence(name: str) -> str:
    """As the library says it: an SPDX expression, or a short name; empty where it says neither."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expression = said.get("License-Expression") or ""
    if expression:
        return expression
    classed = [
        one.rpartition(" :: ")[2]
        for one in said.get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    written = (said.get("License") or "").strip().split("\n")[0]
    return " / ".join(classed) or (written if len(written) < 60 else "")


if __name__ == "__main__":
    BILL.write_text(bill(), encoding="utf-8")
    sys.stdout.write(f"{len(locked())} libraries are in {BILL.relative_to(PROJECT)}.\n")
