"""Programs that are no Python packages: a test that needs one is skipped without it, and fails on CI."""

import os
import re
import shutil
import subprocess
from typing import NoReturn

import pytest


def needed(*names: str) -> str:
    """The path of the first of `names` that is installed."""
    return next(filter(None, map(shutil.which, names)), None) or missing(f"{' or '.join(names)} is not installed")


def needed_node(least: tuple[int, int]) -> str:
    """The path of npm, with a node of at least this version."""
    said = subprocess.run([needed("node"), "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    if tuple(map(int, re.findall(r"\d+", said)[:2])) < least:
        missing(f"node {said.strip()} is too old")
    return needed("npm")


def missing(what: str) -> NoReturn:
    """Ends the test."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
