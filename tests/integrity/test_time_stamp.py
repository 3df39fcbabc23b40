"""An answer is kept only if it is a time stamp of what was asked, by whom it was asked for."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.integrity.time_stamp import NoStamp, check_token, make_query, token_in
from tests.support.authority import Authority

LINE = f"2024-03-05 {'a' * 64}\n"
OTHER = f"2024-03-05 {'b' * 64}\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another one, of the same names."""
    return Authority(tmp_path_factory.mktemp("authority") / "stranger")


def expired(authority: Authority, query: bytes) -> bytes:
    authority.signer = "expired"
    try:
        return authority.answer(query)
    finally:
        authority.signer = "good"


def refused(authority: Authority, _query: bytes) -> bytes:
    """The answer to a request by SHA-512, which this authority does not take."""
    words = ["openssl", "ts", "-query", "-sha512", "-digest", "a" * 128]
    asked = subprocess.run(words, capture_output=True, check=True, timeout=60).stdout
    return authority.answer(asked)


def with_other_byte(answer: bytes, at: int) -> bytes:
    return answer[:at] + bytes([answer[at] ^ 1]) + answer[at:][1:]


BAD: dict[str, tuple[Callable[[Authority, bytes], bytes], str]] = {
    "for another hash": (lambda authority, _: authority.answer(make_query(OTHER)), "other_hash"),
    "with another nonce": (lambda authority, _: authority.answer(make_query(LINE)), "other_nonce"),
    "a refusal": (refused, "refused"),
    "by an expired certificate": (expired, "bad_certificate"),
    "with another signature": (lambda authority, query: with_other_byte(authority.answer(query), -1), "bad_signature"),
    "garbage": (lambda _authority, _query: b"<html>no</html>", "no_token"),
    "nothing": (lambda _authority, _query: b"", "no_token"),
    "cut off": (lambda authority, query: authority.answer(query)[:-40], "no_token"),
}


@pytest.mark.parametrize("is_trusting", [True, False], ids=["roots named", "no roots named"])
@pytest.mark.parametrize(("answer", "reason"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_named(
    authority: Authority, answer: Callable[[Authority, bytes], bytes], reason: str, is_trusting: bool
) -> None:
    query = make_query(LINE)
    with pytest.raises(NoStamp) as caught:
        token_in(answer(authority, query), query, authority.roots if is_trusting else None)
    assert caught.value.reason == reason
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("is_trusting", [True, False], ids=["roots named", "no roots named"])
def test_a_good_one_gives_a_token_that_holds_without_the_query(authority: Authority, is_trusting: bool) -> None:
    trusted = authority.roots if is_trusting else None
    query = make_query(LINE)
    before = datetime.now(UTC) - timedelta(seconds=1)  # a token's times are whole seconds
    token = token_in(authority.answer(query), query, trusted)
    assert before <= check_token(token, LINE, trusted) <= datetime.now(UTC)
    with pytest.raises(NoStamp) as caught:
        check_token(token, OTHER, trusted)
    assert caught.value.reason == "other_hash"


def test_another_authority_of_that_name_is_believed_only_where_no_roots_are_named(
    authority: Authority, stranger: Authority
) -> None:
    query = make_query(LINE)
    token = token_in(stranger.answer(query), query, None)
    with pytest.raises(NoStamp) as caught:
        check_token(token, LINE, authority.roots)
    assert caught.value.reason == "bad_certificate"


def test_two_requests_for_a_line_differ_in_their_nonces() -> None:
    assert make_query(LINE) != make_query(LINE)


def test_without_the_program_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoStamp) as caught:
        check_token(b"", LINE, None)
    assert caught.value.reason == "no_openssl"
