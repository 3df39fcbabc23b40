"""The images of an archive that keeps them: each is there, is what its name says, and is known."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.archive.files import sha256_of
from crawler.archive.images import FOLDER
from crawler.integrity.problem import Problem


def check_images(root: Path, paths: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    """`paths`: the files of the archive, relative to it; `known`: what the catalog knows, relative to ``images/``."""
    present = {path for path in paths if path.startswith(f"{FOLDER}/") and not _is_hidden(path)}
    known_paths = {f"{FOLDER}/{file}" for file in known}
    for path in sorted(known_paths - present):
        yield Problem("missing", path, "an image that posts show")
    for path in sorted(present - known_paths):
        yield Problem("unknown", path, "not in the catalog")
    for path in sorted(present & known_paths):
        try:
            digest = sha256_of(root / path)
        except OSError as error:
            yield Problem("unreadable", path, str(error))
            continue
        if digest != Path(path).stem:
            yield Problem("changed", path, "its content is not what its name says")


def _is_hidden(path: str) -> bool:
    return path.rpartition("/")[2].startswith(".")
