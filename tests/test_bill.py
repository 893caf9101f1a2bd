"""The bill of materials names every library of the lock file, and no file names where libraries come from."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

PROJECT = Path(__file__).resolve().parents[1]
BILL = PROJECT / "docs" / "assurance" / "sbom.cdx.json"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HOSTS = re.compile(
    r"py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js\.org|crates" + r"\.io"
)


def test_the_bill_of_materials_is_what_the_lock_says() -> None:
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    pinned = {(name.lower().replace("_", "-"), version) for name, version in PINNED.findall(lock)}
    text = BILL.read_text("utf-8")
    parts = json.loads(text)["components"]
    assert {(part["name"], part["version"]) for part in parts} == pinned, (
        "make it anew: .venv/bin/python .ci/bill.py"
    )
    assert len(parts) == len(pinned) > 100
    scopes = {part["name"]: part["scope"] for part in parts}
    assert scopes["cryptography"] == "required"
    assert scopes["psycopg"] == "optional"
    assert scopes["pytest"] == "excluded"
    assert lock.count("--hash=sha256:") > len(pinned)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_no_file_names_where_libraries_come_from() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = PROJECT / name
        if file.is_file() and file.suffix != ".woff2":
            assert not HOSTS.search(file.read_text("utf-8", "replace")), name
