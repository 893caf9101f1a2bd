"""A page as an A4 file, printed by Chromium where it is installed: what the browser's own print would give.

The page is ours and has no script left in it; styles and fonts are read from the package, no name is looked up,
and the folder that it is made in is readable to nobody else and gone afterwards. One page at a time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

STATIC = Path(__file__).parent / "web" / "static"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60  # a page takes two or three
_one_at_a_time = threading.Lock()


class NoPdfError(Exception):
    """There is no Chromium here, or it did not print; the page itself can still be printed."""


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
    page, made = folder / "page.html", folder / "page.pdf"
    page.write_text(still(html), "utf-8")
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
        *(("--no-sandbox",) if os.geteuid() == 0 else ()),  # Chromium refuses to start otherwise
        page.as_uri(),
    ]
    try:
        subprocess.run(said, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own words
        return made.read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPdfError(type(error).__name__) from None


def still(html: str) -> str:
    """The page as a file of its own: no script, and its styles from the package."""
    before, *scripts = html.split("<script")
    without = before + "".join(one.partition("</script>")[2] for one in scripts)
    return without.replace('="/static/', f'="{STATIC.as_uri()}/')
