"""WARCs made by hand, record by record, as this project and others write them."""

import gzip
import hashlib
import zipfile
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

PAGE = "https://finance.sina.com.cn/roll/2024-03-04/doc-inaaaaaa0000001.shtml"
OTHER = PAGE.replace("0001", "0002")
MARCH_1, MARCH_2 = "2024-03-01T04:00:00Z", "2024-03-02T04:00:00Z"


def digest(payload: bytes) -> str:
    """As in WARC-Payload-Digest."""
    return f"sha1:{b32encode(hashlib.sha1(payload).digest()).decode()}"


def http(body: bytes, status: str = "HTTP/1.1 200 OK", **headers: str) -> bytes:
    """A response as it goes over the wire; `headers` with _ for -."""
    lines = [status, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """With transfer chunking."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


def record(block: bytes, url: str = PAGE, date: str = MARCH_1, type: str = "response", length: int | None = None,
           **headers: str | None) -> bytes:  # fmt: skip
    """One record, not compressed; a header that is None is left out. Its payload digest is right if none is given."""
    payload = block.partition(b"\r\n\r\n")[2] if block[:5].lower() == b"http/" else block
    mime = "application/http; msgtype=response" if payload is not block else "text/html"
    given: dict[str, str | None] = {
        "WARC-Type": type,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(block + url.encode() + date.encode()).hexdigest()}>",
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": digest(payload),
        "Content-Type": mime,
        "Content-Length": str(len(block) if length is None else length),
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in given.items() if value is not None)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def revisit(payload: bytes, date: str, of: str = MARCH_1, url: str = PAGE, **headers: str | None) -> bytes:
    """A record that says: the same payload as at another time."""
    named = {"WARC_Payload_Digest": digest(payload), "WARC_Refers_To_Target_URI": url, "WARC_Refers_To_Date": of}
    return record(http(b"", ETag="again"), url, date, "revisit", **named | headers)


def save(path: Path, records: Iterable[bytes]) -> Path:
    """A WARC; one record is one gzip member if the name ends in .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pack = gzip.compress if ".gz" in path.suffixes else bytes
    path.write_bytes(b"".join(pack(one) for one in records))
    return path


def save_wacz(path: Path, warc: Path) -> Path:
    """A .wacz that holds a WARC, as browsertrix and scrapy-webarchive lay it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.write(warc, f"archive/{warc.name}", zipfile.ZIP_STORED)
        archive.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n')
    return path


def moment(date: str) -> datetime:
    """The aware time of a WARC-Date."""
    return datetime.fromisoformat(date)
