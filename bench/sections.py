"""A chapter of a file of results, written over the one of the same heading."""

import re
from pathlib import Path


def put_section(results: Path, heading: str, section: str) -> None:
    """Writes a section over the one of the same heading, or behind the last one."""
    text = results.read_text(encoding="utf-8")
    old = re.search(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", text, re.M | re.S)
    start, end = old.span() if old else (len(text), len(text))
    parts = (text[:start].rstrip(), section, text[end:].strip())
    results.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
