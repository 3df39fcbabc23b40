"""``scrapy export`` as a person calls it."""

from pathlib import Path
from subprocess import CompletedProcess

from tests.support.forked_scrapy import scrapy


def export(archive: Path, *arguments: str, **changes: str) -> CompletedProcess[str]:
    """Of an archive, with settings as variables of the environment; its output is text."""
    return scrapy("export", "-s", f"ARCHIVE_DIR={archive}", *arguments, **changes)
