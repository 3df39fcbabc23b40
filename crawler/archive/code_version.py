"""What code a worker runs: workers of one archive have to run the same."""

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

_PACKAGES = ("crawler", "pipelines")
_LIBRARIES = ("Scrapy", "trafilatura", "lxml", "numpy")


@cache
def code_version() -> str:
    """12 digits of a hash of the project's source, in a checkout or an egg, and of the libraries that read pages."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for package in _PACKAGES:
        for path, content in _sources(files(package), package):
            digest.update(f"{path} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_dir():
            yield from _sources(file, f"{path}/{file.name}")
        elif file.name.endswith(".py"):
            yield f"{path}/{file.name}", file.read_bytes()
