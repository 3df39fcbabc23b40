"""The sites of deploy/ made from an archive of N posts, and made again when ten posts came.

    python -m bench.publish [10000] [--like PAGES/site]

The section of bench/RESULTS.md that it writes is replaced; the others stay.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.make_posts import make_posts
from bench.make_site import LIKE
from bench.published import Published
from bench.report import publish_table
from bench.sections import put_section
from bench.usage import measure

ROOT = Path(__file__).parents[1]
ARRIVALS = 10  # posts


def hexo(archive: Path, posts: int, like: Path = LIKE) -> Published:
    """deploy/hexo, its packages installed by npm."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        shutil.copytree(ROOT / "deploy/hexo", site, symlinks=True, ignore=_ignored)
        subprocess.run(["npm", "ci"], cwd=site, check=True, capture_output=True)
        (site / "source/_posts").unlink()
        (site / "source/_posts").symlink_to(archive.resolve() / "posts")
        return _twice(["node_modules/.bin/hexo", "generate", "--concurrency", "8"], site, archive, posts, like)


def hugo(archive: Path, posts: int, like: Path = LIKE) -> Published:
    """deploy/hugo."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        shutil.copytree(ROOT / "deploy/hugo", site, ignore=_ignored)
        return _twice(["hugo", "--contentDir", str(archive.resolve() / "posts")], site, archive, posts, like)


_ignored = shutil.ignore_patterns("node_modules", "public", "resources", "db.json")


def _twice(command: list[str], site: Path, archive: Path, posts: int, like: Path) -> Published:
    make_posts(posts, archive, like)
    first = measure(command, site)
    before = _contents(site / "public")
    make_posts(ARRIVALS, archive, like, first=posts)
    again = measure(command, site)
    after = _contents(site / "public")
    size = sum(path.stat().st_size for path in (site / "public").rglob("*") if path.is_file())
    written = len({item for item in after.items() if before.get(item[0]) != item[1]})
    return Published(posts, first, again, len(before), size / 1e6, written)


def _contents(public: Path) -> dict[str, int]:
    return {str(path): hash(path.read_bytes()) for path in public.rglob("*") if path.is_file()}


def section(count: int, like: Path = LIKE) -> str:
    """The chapter of the results, with its heading."""
    load = os.getloadavg()[0]
    sites = {}
    for name, make in (("hugo", hugo), ("hexo generate", hexo)):
        with tempfile.TemporaryDirectory() as archive:
            sites[name] = make(Path(archive), count, like)
        print(name, sites[name], flush=True)
    return f"""## Publishing
The sites of `deploy/` over {count:,} posts, and again when {ARRIVALS} more have come; *changed* is how many files
that made or changed, which is what has to be sent to the server. {_versions()}; {os.cpu_count()} cores whose load
was {load:.1f} before and {os.getloadavg()[0]:.1f} after: with other work beside it, processor seconds are what counts.

{publish_table(sites)}

What to do with more is in [docs/publish.md](../docs/publish.md)."""


def _versions() -> str:
    asked = {"hugo": ["hugo", "version"], "node": ["node", "--version"]}
    said = {
        name: subprocess.run(words, capture_output=True, text=True, check=True).stdout for name, words in asked.items()
    }
    packages = json.loads((ROOT / "deploy/hexo/package-lock.json").read_text(encoding="utf-8"))["packages"]
    return (
        f"Hexo {packages['node_modules/hexo']['version']} on node {said['node'].strip()}, {said['hugo'].split('+')[0]}"
    )


def main() -> None:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int, nargs="?", default=10_000)
    arguments.add_argument("--like", type=Path, default=LIKE, help="the site whose pages are varied")
    given = arguments.parse_args()
    put_section(section(given.count, given.like))


if __name__ == "__main__":
    main()
