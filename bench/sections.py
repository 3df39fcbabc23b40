"""A chapter of a file of results, written over the one of the same heading."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
SEARCH = RESULTS.with_name("SEARCH.md")


def put_section(section: str, results: Path = RESULTS) -> None:
    """Writes a section over the one of the same heading, its first line, or behind the last one.

    Under the heading it says of which day and commit it is: chapters are measured at different times.
    """
    heading, _, body = section.partition("\n")
    text = results.read_text(encoding="utf-8")
    old = re.search(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", text, re.M | re.S)
    start, end = old.span() if old else (len(text), len(text))
    new = f"{heading}\n\n{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}.\n\n{body.strip()}"
    parts = (text[:start].rstrip(), new, text[end:].strip())
    results.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def _commit() -> str:
    try:
        return subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
