"""A page as an A4 file, printed by Chromium where it is installed: what the browser's own print would give.

The page is ours and has no script left in it; styles and fonts are read from the package, no name is looked up,
and the folder that it is made in is readable to nobody else and gone afterwards. One page at a time. Chromium
keeps its sandbox, is given nothing of our environment, and where we run as root it runs under a number
that no account has.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

STATIC = Path(__file__).parent / "web" / "static"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60  # a page takes two or three
STRANGER = 65_432  # a number that no account has, for Chromium where we are root
NO_SANDBOX = (
    "Chromium may use no sandbox on this machine, and without one it prints nothing: "
    "allow unprivileged user namespaces, or print the page in a browser"
)
_one_at_a_time = threading.Lock()


class NoPdfError(Exception):
    """There is no Chromium here, or no sandbox for it, or it did not print; the page itself can be."""


def browser() -> str | None:
    """The Chromium of this machine; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def printed(html: str) -> bytes:
    """The PDF of one whole page.

    Raises:
        NoPdfError: see there.
    """
    command = browser()
    if command is None:
        raise NoPdfError("no Chromium")
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise NoPdfError("busy")
    try:
        with TemporaryDirectory(prefix="heardback-") as folder:  # mode 0700
            return _print(command, Path(folder), html)
    finally:
        _one_at_a_time.release()


def _print(command: str, folder: Path, html: str) -> bytes:
    page, made, styles = folder / "page.html", folder / "page.pdf", folder / "static"
    shutil.copytree(STATIC, styles)  # where we are installed may be closed to others
    page.write_text(still(html, styles), "utf-8")
    as_whom = _stranger(folder) if os.geteuid() == 0 else {}
    said = [
        command,
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--no-first-run",
        "--no-pdf-header-footer",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={folder / 'browser'}",
        f"--print-to-pdf={made}",
        page.as_uri(),
    ]
    known = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        subprocess.run(  # noqa: S603 - our own words
            said, capture_output=True, timeout=SECONDS, check=True, env=known, cwd=folder, **as_whom
        )
        return made.read_bytes()
    except subprocess.CalledProcessError as error:
        raise NoPdfError(NO_SANDBOX if b"sandbox" in error.stderr else "it failed") from None
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPdfError(type(error).__name__) from None


def _stranger(folder: Path) -> dict[str, Any]:
    """As whom Chromium runs where we are root; the folder with the page is theirs alone meanwhile."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    return {"user": STRANGER, "group": STRANGER, "extra_groups": ()}


def still(html: str, styles: Path = STATIC) -> str:
    """The page as a file of its own: no script, and its styles from this folder."""
    before, *scripts = html.split("<script")
    without = before + "".join(one.partition("</script>")[2] for one in scripts)
    return without.replace('="/static/', f'="{styles.as_uri()}/')
