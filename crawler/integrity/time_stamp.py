"""Time stamps (RFC 3161): what is asked of an authority, and what its answer proves, judged by OpenSSL's own program.

OpenSSL reads what authorities send; a parser that takes nothing but DER refuses many of their certificate lists.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

_TIMEOUT = 30  # seconds for a step of some milliseconds
_TIME = re.compile(r"^Time stamp: (\w+ +\d+ [\d:]+)(?:\.\d+)?( \d+ GMT)$", re.MULTILINE)
# What OpenSSL says, and the word for it. All else is no time stamp.
_REASONS = (
    ("message imprint mismatch", "other_hash"),
    ("nonce mismatch", "other_nonce"),
    ("certificate verify error", "bad_certificate"),
    ("signature failure", "bad_signature"),
)
_GRANTED = "Status info:\nStatus: Granted"  # or granted with modifications


class NoStamp(Exception):
    """It is no time stamp of what was asked; ``reason`` is one word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def make_query(statement: str) -> bytes:
    """A request with a nonce for a stamp of these bytes, and for the authority's certificate."""
    with _folder() as folder:
        digest = ["-sha256", "-digest", _sha256(statement)]
        _openssl(folder, "ts", "-query", *digest, "-cert", "-out", "query")
        return (folder / "query").read_bytes()


def token_in(answer: bytes, query: bytes, trusted: Path | None) -> bytes:
    """The token in an authority's answer, if that is one to the query. Raises NoStamp.

    `trusted`: certificates that its own must go back to; None: the token's are taken at their word.
    """
    with _folder(answer=answer, query=query) as folder:
        shown = _openssl(folder, "ts", "-reply", "-in", "answer", "-text")
        if not shown.startswith(_GRANTED):
            raise NoStamp("refused", " ".join(shown.partition("\n\n")[0].split()))
        _openssl(folder, "ts", "-reply", "-in", "answer", "-token_out", "-out", "token")
        _verify(folder, ["-queryfile", "query", "-in", "answer"], trusted)
        return (folder / "token").read_bytes()


def check_token(token: bytes, statement: str, trusted: Path | None) -> datetime:
    """When the authority stamped these bytes. Raises NoStamp where the token is none of theirs."""
    with _folder(token=token) as folder:
        return _verify(folder, ["-digest", _sha256(statement), "-in", "token", "-token_in"], trusted)


def _verify(folder: Path, what: list[str], trusted: Path | None) -> datetime:
    """By the time in the token: then its certificates had to be good."""
    shown = _openssl(folder, "ts", "-reply", "-in", "token", "-token_in", "-text")
    if not (time := _TIME.search(shown)):
        raise NoStamp("no_token", "it names no time")
    at = datetime.strptime(time[1] + time[2], "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
    anchors = ["-CAfile", str(trusted.absolute())] if trusted else ["-CAfile", "own", "-partial_chain"]
    if not trusted:
        _openssl(folder, "pkcs7", "-inform", "DER", "-in", "token", "-print_certs", "-out", "own")
    _openssl(folder, "ts", "-verify", *what, *anchors, "-attime", str(int(at.timestamp())))
    return at


def _openssl(folder: Path, *words: str) -> str:
    """What it prints. Raises NoStamp with what it says is wrong."""
    try:
        done = subprocess.run(  # noqa: S603  # our own words; what others sent is in files
            ["openssl", *words],  # noqa: S607  # where the system has it
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace",
            timeout=_TIMEOUT,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NoStamp("no_openssl", "the program openssl is needed, and isn't there") from error
    except subprocess.TimeoutExpired as error:
        raise NoStamp("no_token", f"openssl has not read it in {_TIMEOUT} s") from error
    if done.returncode:
        said = next((word for sign, word in _REASONS if sign in done.stderr), "no_token")
        raise NoStamp(said, _last_error(done.stderr))
    return done.stdout


def _last_error(stderr: str) -> str:
    """Of lines such as ``40…:error:17800064:library:function:reason:file:line:Verify error:detail``, in words."""
    errors = [line.split(":", 8) for line in stderr.splitlines() if ":error:" in line]
    if not errors or len(errors[-1]) < 9:
        return "no time stamp"
    *_, reason, _file, _line, detail = errors[-1]
    return detail.removeprefix("Verify error:") or reason


@contextmanager
def _folder(**files: bytes) -> Iterator[Path]:
    with TemporaryDirectory(prefix="time-stamp-") as name:
        for file, content in files.items():
            Path(name, file).write_bytes(content)
        yield Path(name)


def _sha256(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()
