"""What WARC records say of a request and its response."""

from ipaddress import ip_address

from scrapy import Request
from scrapy.http import Response
from warcio.recordloader import ArcWarcRecord

from crawler.warc.dedup import Payload
from crawler.warc.records import RecordPair

URL = "https://finance.sina.com.cn/china/2024-03-04/doc-inaaaaaa0000001.shtml?a=1"
DATE = "2024-03-04T04:00:00Z"


def pair(response: Response, **request: object) -> RecordPair:
    return RecordPair(Request(response.url, **request), response, DATE)  # type: ignore[arg-type]


def block(record: ArcWarcRecord) -> bytes:
    return bytes(record.http_headers.to_bytes() + record.raw_stream.read())


def test_a_response_s_record_has_its_status_headers_and_body() -> None:
    record = pair(Response(URL, 404, {"Set-Cookie": ["a=1", "b=2"]}, b"gone")).response_record()
    assert block(record) == b"HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\ngone"
    assert record.rec_headers.get_header("WARC-Date") == DATE
    assert record.rec_headers.get_header("WARC-Payload-Digest").startswith("sha1:")


def test_it_names_the_address_that_answered_where_that_is_known() -> None:
    known = pair(Response(URL, ip_address=ip_address("192.0.2.7"))).response_record()
    assert known.rec_headers.get_header("WARC-IP-Address") == "192.0.2.7"
    assert pair(Response(URL)).response_record().rec_headers.get_header("WARC-IP-Address") is None


def test_a_request_s_record_has_what_was_sent_and_names_its_response() -> None:
    asked = pair(Response(URL), method="POST", headers={"User-Agent": "ours"}, body="b=2")
    response = asked.response_record()
    (request,) = asked.other_records(response)
    assert block(request) == (
        b"POST /china/2024-03-04/doc-inaaaaaa0000001.shtml?a=1 HTTP/1.1\r\n"
        b"Host: finance.sina.com.cn\r\nUser-Agent: ours\r\n\r\nb=2"
    )
    named = response.rec_headers.get_header("WARC-Record-ID")
    assert request.rec_headers.get_header("WARC-Concurrent-To") == named


def test_a_fragment_and_credentials_are_not_recorded() -> None:
    secret = {"Authorization": "Basic c2VjcmV0", "Proxy-Authorization": "Basic c2VjcmV0", "Cookie": "c2VjcmV0"}
    asked = pair(Response(f"{URL}#top"), headers=secret)
    response = asked.response_record()
    assert response.rec_headers.get_header("WARC-Target-URI") == URL
    (request,) = asked.other_records(response)
    assert b"c2VjcmV0" not in block(request)


def test_the_header_of_a_chunking_that_is_gone_has_another_name() -> None:
    record = pair(Response(URL, headers={"Transfer-Encoding": "chunked"}, body=b"5\r\nno chunks")).response_record()
    assert block(record) == b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n\r\n5\r\nno chunks"


def test_a_revisit_leads_to_the_record_that_has_the_payload() -> None:
    earlier = Payload("page", "sha1:ABC", "http://finance.sina.com.cn/1", "2024-03-01T00:00:00Z", "a.warc.gz")
    record = pair(Response(URL, headers={"ETag": "2"}, body=b"the same")).revisit_record(earlier)
    assert record.rec_type == "revisit"
    assert block(record) == b"HTTP/1.1 200 OK\r\nEtag: 2\r\n\r\n"
    head = record.rec_headers.get_header
    assert head("WARC-Refers-To-Target-URI") == earlier.url
    assert head("WARC-Refers-To-Date") == earlier.date
    assert head("WARC-Payload-Digest") == earlier.digest
