"""A memento is one only if its time, address, status and digest prove it; over sockets."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest

from crawler.webarchive.internet_archive import memento_url, read_index, search_url
from crawler.webarchive.memento import Memento, NotTheMemento, Original
from crawler.webarchive.replayed_memento import read_memento
from tests.support.webarchive import fake_internet_archive as quirks
from tests.support.webarchive.fake_internet_archive import FakeInternetArchive
from tests.support.webarchive.holdings import HTML, Holding
from tests.support.webarchive.loopback import Reply, ask, served
from tests.support.webarchive.pywb_server import Pywb

NOW = datetime(2026, 11, 26, tzinfo=UTC)
NOON = datetime(2010, 3, 12, 12, tzinfo=UTC)
URL = "http://finance.sina.com.cn/china/20100312/1.shtml"
PAGE = '<html><body><a href="http://finance.sina.com.cn/">临江港</a></body></html>'.encode("gb18030")
PLAIN = Holding(URL, NOON, PAGE)
GZIPPED = replace(PLAIN, body=gzip.compress(PAGE, mtime=0), headers=(*HTML, ("Content-Encoding", "gzip")))
BROTLI = replace(PLAIN, body=brotli.compress(PAGE), headers=(*HTML, ("Content-Encoding", "br")))


def fetch(archive: FakeInternetArchive, memento: Memento | None = None, **changes: Any) -> Original:
    """The first capture that its index shows, or `memento`."""
    listed = read_index(ask(search_url(archive.url, "finance.sina.com.cn/", None, None, 10))[2], NOW).mementos
    asked = replace(memento or listed[0], **changes)
    url = memento_url(archive.url, asked)
    return read_memento(asked, url, *ask(url))


def refused(quirk: Callable[..., Reply], holding: Holding = PLAIN, *others: Holding, **changes: Any) -> NotTheMemento:
    archive = FakeInternetArchive(holdings=[*others, holding], quirks={holding.url: quirk})
    with served(archive), pytest.raises(NotTheMemento) as caught:
        fetch(archive, **changes)
    assert archive.url in str(caught.value), "the sentence names the address"
    return caught.value


@pytest.mark.parametrize("holding", [PLAIN, GZIPPED, BROTLI], ids=["plain", "gzip", "br"])
@pytest.mark.parametrize("quirk", [quirks.memento, quirks.doubled])
def test_the_original_is_what_the_server_gave(holding: Holding, quirk: Callable[..., Reply]) -> None:
    with served(FakeInternetArchive(holdings=[holding], quirks={URL: quirk})) as archive:
        original = fetch(archive)
    assert (original.url, original.at, original.status, original.body) == (URL, NOON, 200, holding.body)
    assert sorted(original.headers) == sorted(holding.headers)
    assert original.source_uri == f"{archive.url}/web/20100312120000id_/{URL}"


def test_a_revisit_is_proved_by_the_payload_it_shares() -> None:
    with served(FakeInternetArchive(holdings=[PLAIN], revisits=[PLAIN])) as archive:
        assert fetch(archive).body == PAGE


def test_an_archived_redirect_leads_where_it_led() -> None:
    moved = replace(PLAIN, status=302, headers=(("Location", "http://finance.sina.com.cn/"),), body=b"moved")
    archive = FakeInternetArchive(holdings=[moved], revisits=[moved])  # whose line does not say its status
    with served(archive):
        original = fetch(archive)
    assert (original.status, original.headers) == (302, (("Location", "http://finance.sina.com.cn/"),))


def test_a_capture_of_another_time_is_named_with_its_time() -> None:
    later = replace(PLAIN, at=NOON + timedelta(days=3), body=b"later")
    error = refused(quirks.other_time, PLAIN, later, at=later.at)
    assert (error.reason, error.at) == ("other_time", NOON)


def test_a_redirection_to_another_time_is_named_with_its_time() -> None:
    error = refused(quirks.memento, at=NOON + timedelta(days=3))
    assert (error.reason, error.at) == ("other_time", NOON)


@pytest.mark.parametrize(
    ("reason", "quirk"),
    [
        ("blocked", quirks.blocked),
        ("no_memento", quirks.own_page),
        ("no_memento", quirks.not_held),
        ("rewritten", quirks.framed),
    ],
)
def test_what_the_archive_made_is_no_memento(reason: str, quirk: Callable[..., Reply]) -> None:
    assert refused(quirk).reason == reason


def test_a_body_that_was_recoded_is_not_proved() -> None:
    assert refused(quirks.recoded, GZIPPED).reason == "recoded"


@pytest.mark.parametrize("holding", [replace(PLAIN, headers=(*HTML, ("Content-Length", str(len(PAGE))))), GZIPPED])
def test_a_body_that_was_cut_says_so(holding: Holding) -> None:
    assert refused(quirks.cut, holding).reason == "cut"


def test_a_payload_with_another_digest_is_refused() -> None:
    assert refused(quirks.memento, digest="A" * 32).reason == "wrong_digest"


def test_another_status_than_the_index_says_is_refused() -> None:
    assert refused(quirks.memento, status=404).reason == "other_status"


def test_a_capture_of_another_address_is_refused() -> None:
    other = replace(PLAIN, url=URL.replace("1.shtml", "2.shtml"))
    assert refused(lambda archive, _: quirks.memento(archive, other)).reason == "other_url"


@pytest.mark.parametrize("address", [URL.replace("http:", "https:"), URL.replace(".cn/", ".cn:80/")])
def test_an_address_under_the_same_key_is_the_same(address: str) -> None:
    with served(FakeInternetArchive(holdings=[PLAIN])) as archive:
        assert fetch(archive, url=address).url == URL


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_a_pywb_gives_mementos_too(pywb: Pywb, accepted: str) -> None:
    collection = f"web-{accepted}"
    pywb.collect(collection, [PLAIN, replace(GZIPPED, at=NOON + timedelta(days=1))])
    with served(FakeInternetArchive(holdings=[PLAIN])) as archive:
        memento = read_index(ask(search_url(archive.url, "finance.sina.com.cn/", None, None, 10))[2], NOW).mementos[0]
    zipped = replace(memento, at=NOON + timedelta(days=1), digest=GZIPPED.digest)
    for asked, holding in ((memento, PLAIN), (zipped, GZIPPED)):
        url = memento_url(pywb.url, asked).replace("/web/", f"/{collection}/")
        answer = ask(url, Accept_Encoding=accepted)
        if holding is GZIPPED and accepted == "identity":  # which it takes for a wish to have it decoded
            with pytest.raises(NotTheMemento, match="took gzip off"):
                read_memento(asked, url, *answer)
        else:
            original = read_memento(asked, url, *answer)
            assert original.body == holding.body
            assert dict(holding.headers).items() <= dict(original.headers).items()
