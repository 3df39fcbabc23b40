"""Stands in for what a registry would give, where none can be reached: Debian's packages under the images' names."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.container_engine import Engine
from tests.support.programs import needed

_DEBIAN = "debian:bookworm-slim"
_PACKAGES = Path(__file__).with_name("stand_ins.Dockerfile")
_OWN = Path("/etc/ssl/certs/ca-certificates.crt")  # whom this machine trusts, as behind a proxy of its network


@contextmanager
def stand_ins(engine: Engine, names: set[str], folder: Path) -> Iterator[None]:
    """With `names` in the engine; those that were made go with the block. `folder` keeps a Debian for the next time."""
    lacking = {name for name in names if not engine.has(name)}
    try:
        if _DEBIAN in lacking:
            _import_debian(engine, folder)
        for name in lacking - {_DEBIAN}:
            engine.build(name.partition(":")[0], name, _PACKAGES)
        yield
    finally:  # or later builds would take them for the registry's
        for name in lacking:
            engine.docker("image", "rm", "--force", name)


def _import_debian(engine: Engine, folder: Path) -> None:
    root = folder / "debian"
    if not root.exists():
        options = ["--variant=minbase", "--include=ca-certificates", "bookworm"]
        part = folder / "unfinished"
        shutil.rmtree(part, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([needed("debootstrap", "debootstrap"), *options, part], check=True, capture_output=True)
        shutil.copyfile(_OWN, part / str(_OWN)[1:])
        (part / "etc/pip.conf").write_text(f"[global]\ncert = {_OWN}\n")
        part.rename(root)
    archive = folder / "debian.tar"
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    engine.docker("import", archive, _DEBIAN)
    archive.unlink()
