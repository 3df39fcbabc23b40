"""The proof of an article is checked by a script, Python and OpenSSL alone, and by no other archive's lines."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.integrity.proof import NoProof, make_proof
from crawler.integrity.roots import ROOTS
from tests.support.archived import ONE, TWO
from tests.support.authority import Authority
from tests.support.crawling import ROOT
from tests.support.sites import story
from tests.support.stamped import Stamped, rewrite

SCRIPT = (ROOT / "docs/check_proof.py").read_bytes()
Proof = dict[str, Any]


def prove(stamped: Stamped, post: str) -> Proof:
    with stamped.catalog() as catalog:
        return make_proof(stamped.folder, catalog.engine, Path(post).stem)


@pytest.fixture(scope="module")
def proof(whole_stamped: Stamped) -> Proof:
    """Of an article with a revision: its captures are of the first and of the third day. To be copied."""
    return prove(whole_stamped, ONE)


def check(folder: Path, proof: Proof, roots: Path, **files: bytes) -> subprocess.CompletedProcess[str]:
    """As a stranger does it: in a folder with nothing else, in an empty environment, without any package."""
    for name, content in {"check_proof.py": SCRIPT, "roots.pem": roots.read_bytes(), **files}.items():
        (folder / name).write_bytes(content)
    (folder / "proof.json").write_text(json.dumps(proof), "utf-8")
    words = [sys.executable, "-I", "-S", "check_proof.py", "proof.json", "roots.pem", *files]
    return subprocess.run(words, cwd=folder, env={}, capture_output=True, text=True, timeout=60)


def test_a_stranger_checks_the_post_and_its_captures(whole_stamped: Stamped, proof: Proof, tmp_path: Path) -> None:
    done = check(tmp_path, proof, whole_stamped.authority.roots, post=(whole_stamped.folder / ONE).read_bytes())
    assert (done.returncode, done.stderr) == (0, "")
    *lines, last = done.stdout.splitlines()
    assert last == f"post is {ONE}"
    captures = sorted(path.name for path in (whole_stamped.folder / "captures").glob("*.warc.gz"))
    shown = [line.partition("  ")[2].partition(": since ")[0] for line in lines]
    assert shown == [ONE, f"captures/{captures[0]}", f"captures/{captures[-1]}"]
    assert all(line.partition(": since 20")[2].endswith("+00:00") for line in lines)


def test_each_file_is_proved_by_the_first_stamp_over_it(proof: Proof) -> None:
    assert [file["day"] for file in proof["files"]] == ["2024-03-07", "2024-03-05", "2024-03-07"]
    assert [stamp["day"] for stamp in proof["stamps"]] == ["2024-03-05", "2024-03-07"]
    assert [day["day"] for day in proof["days"]] == ["2024-03-05", "2024-03-06", "2024-03-07"]
    assert proof["unproved"] == []


def test_a_day_without_a_stamp_is_proved_by_a_later_one(stamped: Stamped, tmp_path: Path) -> None:
    for day in ("2024-03-05", "2024-03-06"):
        (stamped.folder / f"manifests/{day}.tst").unlink()
    proof = prove(stamped, TWO)
    assert [file["day"] for file in proof["files"]] == ["2024-03-05"] * 2
    assert [day["day"] for day in proof["days"]] == ["2024-03-05", "2024-03-06", "2024-03-07"]
    assert check(tmp_path, proof, stamped.authority.roots).returncode == 0


def test_a_post_that_was_changed_is_none_of_the_proof(whole_stamped: Stamped, proof: Proof, tmp_path: Path) -> None:
    done = check(tmp_path, proof, whole_stamped.authority.roots, post=b"---\ntitle: another\n---\n")
    assert done.returncode != 0
    assert done.stderr.startswith("NOT PROVED: KeyError: ")


def flip(text: str) -> str:
    """Another hash."""
    return ("1" if text[0] == "0" else "0") + text[1:]


def no_leaf(proof: Proof) -> None:
    """A line that never was, with a path that begins nowhere."""
    proof["files"][0].update(line=f"{'a' * 64}  posts/never.md", index=proof["files"][0]["size"])


def head_as_line(proof: Proof) -> None:
    last = proof["days"][-1]
    proof["files"][0].update(last, line=last["head"], index=0)


def unstamped_day_moved_before_a_stamped_one(proof: Proof) -> None:
    proof["days"].reverse()


FORGED: dict[str, Callable[[Proof], object]] = {
    "another line": lambda proof: proof["files"][0].update(line=flip(proof["files"][0]["line"])),
    "another path": lambda proof: proof["files"][0]["path"].__setitem__(0, flip(proof["files"][0]["path"][0])),
    "a path too short": lambda proof: proof["files"][0]["path"].pop(),
    "a path too long": lambda proof: proof["files"][0]["path"].append("0" * 64),
    "another place": lambda proof: proof["files"][0].update(index=proof["files"][0]["index"] - 1),
    "a head as a line": head_as_line,
    "no such leaf": no_leaf,
    "another day's line": lambda proof: proof["files"][0].update(day="2024-03-05"),
    "another head": lambda proof: proof["days"][1].update(head=flip(proof["days"][1]["head"])),
    "a day left out": lambda proof: proof["days"].pop(1),
    "the first day left out": lambda proof: proof["days"].pop(0),
    "days in another order": unstamped_day_moved_before_a_stamped_one,
    "a day twice": lambda proof: proof["days"].insert(0, copy.deepcopy(proof["days"][-1])),
    "no stamp over the last": lambda proof: proof["stamps"].pop(),
    "no stamp": lambda proof: proof.update(stamps=[]),
    "another day's stamp": lambda proof: proof["stamps"][0].update(token=proof["stamps"][1]["token"]),
    "a stamp that is none": lambda proof: proof["stamps"][0].update(token="AAAA"),
    "nothing": lambda proof: proof.clear(),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_one_is_not_believed(
    whole_stamped: Stamped, proof: Proof, tmp_path: Path, forge: Callable[[Proof], object]
) -> None:
    forged = copy.deepcopy(proof)
    forge(forged)
    done = check(tmp_path, forged, whole_stamped.authority.roots)
    assert done.returncode != 0
    assert done.stderr.startswith("NOT PROVED: ")


def test_nor_one_that_was_rewritten_with_the_archive(stamped: Stamped, proof: Proof, tmp_path: Path) -> None:
    sha256 = proof["files"][0]["line"][:64]
    rewrite(stamped.folder, "2024-03-07", sha256, "a" * 64)
    with stamped.catalog() as catalog:
        stamped.archive.rows("update revisions set capture_file = null")
        with pytest.raises(NoProof, match="it isn't what it was in manifest 2024-03-07"):
            make_proof(stamped.folder, catalog.engine, Path(ONE).stem)
    (stamped.folder / ONE).write_bytes(b"another text")
    rewrite(stamped.folder, "2024-03-07", "a" * 64, _sha256(stamped.folder / ONE))
    done = check(tmp_path, prove(stamped, ONE), stamped.authority.roots)
    assert done.returncode != 0
    assert "message imprint mismatch" in done.stderr


def _sha256(path: Path) -> str:
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True, timeout=60).stdout[:64]


def test_nor_one_of_another_authority(whole_stamped: Stamped, proof: Proof, tmp_path: Path) -> None:
    done = check(tmp_path, proof, Authority(tmp_path / "stranger").roots)
    assert done.returncode != 0
    assert "certificate verify error" in done.stderr


def test_an_article_without_a_capture_has_a_proof_of_its_post(stamped: Stamped, tmp_path: Path) -> None:
    stamped.archive.rows("update revisions set capture_file = null")
    proof = prove(stamped, ONE)
    assert [file["line"][66:] for file in proof["files"]] == [ONE]
    assert check(tmp_path, proof, stamped.authority.roots).returncode == 0


def test_what_is_not_proved_is_named_beside_what_is(stamped: Stamped) -> None:
    post, first, last = [file["line"][66:] for file in prove(stamped, ONE)["files"]]
    (stamped.folder / "manifests/2024-03-07.tst").unlink()
    (stamped.folder / first).rename(stamped.folder / "elsewhere")
    unstamped = "manifest 2024-03-07 is not time-stamped yet, nor is a later one"
    with pytest.raises(NoProof, match=f"nothing of {Path(ONE).stem} can be proved: {first}: No such file"):
        prove(stamped, ONE)
    (stamped.folder / "elsewhere").rename(stamped.folder / first)
    proof = prove(stamped, ONE)
    assert proof["unproved"] == [{"path": post, "why": unstamped}, {"path": last, "why": unstamped}]
    assert [file["line"][66:] for file in proof["files"]] == [first]


@pytest.mark.parametrize("doc_id", ["nothere1234567", "", "../../etc/passwd", story(9).doc_id])
def test_there_is_none_of_an_article_that_is_not_there(whole_stamped: Stamped, doc_id: str) -> None:
    with whole_stamped.catalog() as catalog, pytest.raises(NoProof, match="there is no article"):
        make_proof(whole_stamped.folder, catalog.engine, doc_id)


def test_roots_that_are_missing_or_do_not_fit_give_none(stamped: Stamped) -> None:
    roots = (stamped.folder / ROOTS).read_text("utf-8").splitlines(keepends=True)
    (stamped.folder / ROOTS).write_text(roots[0] + roots[2], "utf-8")
    with pytest.raises(NoProof, match="has no root of 2024-03-06"):
        prove(stamped, ONE)
    (stamped.folder / ROOTS).write_text(roots[0] + roots[1].replace(roots[1][11:], f"{'a' * 64}\n") + roots[2], "utf-8")
    with pytest.raises(NoProof, match="manifest 2024-03-07 isn't what its root was made of"):
        prove(stamped, ONE)
