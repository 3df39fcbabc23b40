"""Programs of the system that judge what deploy/ has for them."""

import os
import shutil
import subprocess

import pytest

_WHERE = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def run(program: str, *arguments: object, package: str) -> str:
    """What `program` prints, which must end with 0. Without it the test is skipped; where CI runs it has to be there.

    `package`: Debian's, that holds it.
    """
    found = shutil.which(program, path=_WHERE)
    if not found:
        missing = f"not installed: {program} (Debian: apt-get install {package})"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    words = [found, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
