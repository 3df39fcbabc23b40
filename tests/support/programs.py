"""Programs of the system that judge what deploy/ has for them."""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest

_WHERE = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def run(program: str, *arguments: object, package: str) -> str:
    """What `program` prints, which must end with 0."""
    words = [needed(program, package), *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def needed(program: str, package: str) -> str:
    """Where `program` is; `package` is Debian's, that holds it."""
    return shutil.which(program, path=_WHERE) or missing(f"{program} (Debian: apt-get install {package})")


def missing(what: str) -> NoReturn:
    """Skips the test; where CI runs it fails, for there everything has to be."""
    if os.environ.get("CI"):
        pytest.fail(f"not installed: {what}")
    pytest.skip(f"not installed: {what}")
