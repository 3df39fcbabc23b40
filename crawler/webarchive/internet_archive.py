"""The Internet Archive: the addresses of its index and its mementos, and what the index answers.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server describes the index.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from crawler.items import INTERNET_ARCHIVE
from crawler.webarchive.index_line import answer_of, memento_of
from crawler.webarchive.memento import BadIndex, BadIndexLine, IndexAnswer, Memento, digits

BASE = "https://web.archive.org"
MOST_ROWS = 150_000  # the server's own maximum
_FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
_SAFE = "/:?&=%~+,;@!$'()*[]"  # what an address holds stays as the index has it


def search_url(
    base: str, prefix: str, since: datetime | None, until: datetime | None, limit: int, resume_key: str = ""
) -> str:
    """Asks for captures made from `since` until before `until`, of addresses that begin with `prefix`; in their order.

    Redirects and errors are left out. What might lose a capture is not asked for: no collapsing, since where one of
    two equal payloads can't be had the other may; no filter of types, since a revisit's is ``warc/revisit``; revisits
    have the status ``-``. A resume key is sent as it came, though it is encoded already: the server decodes it twice.
    """
    query = {"url": prefix, "matchType": "prefix", "output": "json", "fl": ",".join(_FIELDS)}
    query |= {"filter": "statuscode:(200|-)", "limit": str(min(limit, MOST_ROWS)), "showResumeKey": "true"}
    query |= {"from": digits(since)} if since else {}
    query |= {"to": digits(until - timedelta(seconds=1))} if until else {}
    query |= {"resumeKey": resume_key} if resume_key else {}
    return f"{base}/cdx/search/cdx?{urlencode(query)}"


def memento_url(base: str, memento: Memento) -> str:
    """Where the capture is as it was received, without the archive's frame and with its own links (``id_``)."""
    return f"{base}/web/{digits(memento.at)}id_/{quote(memento.url, safe=_SAFE)}"


def read_index(body: bytes, seen_at: datetime) -> IndexAnswer:
    """The captures of an answer in JSON or plain text that came at `seen_at`; none is an answer, too.

    Raises BadIndex for an error page and for an answer that was cut off.
    """
    text = body.decode("utf-8", "replace")
    if "AccessControlException" in text:
        raise BadIndex("blocked", text[:300])
    rows = _rows_of_json(text) if text.lstrip().startswith("[") else _rows_of_text(text)
    resume_key = rows.pop()[0] if len(rows) > 1 and not rows[-2] and len(rows[-1]) == 1 else ""
    return answer_of(_lines([row for row in rows if row], seen_at), resume_key)


def _rows_of_json(text: str) -> list[list[str]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadIndex("cut", f"{error}: …{text[-200:]}") from error
    if not all(isinstance(row, list) for row in rows):
        raise BadIndex("no_rows", text[:300])
    return [[str(value) for value in row] for row in rows]


def _rows_of_text(text: str) -> list[list[str]]:
    """As in JSON, with the names of the fields first."""
    rows = [line.split(" ") if line.strip() else [] for line in text.splitlines()]
    is_page = text.lstrip().startswith(("<", "{"))
    if is_page or (any(rows) and len(rows[0]) not in (0, len(_FIELDS))):
        raise BadIndex("error_page", text[:300])
    if rows and rows[-1] and not text.endswith("\n") and len(rows[-1]) not in (1, len(_FIELDS)):
        raise BadIndex("cut", f"…{text[-200:]}")
    return [_FIELDS, *rows] if rows else []


def _lines(rows: list[list[str]], seen_at: datetime) -> Iterator[Memento | BadIndexLine]:
    names = rows[0] if rows else []
    if names and not set(names) >= set(_FIELDS):
        raise BadIndex("no_fields", " ".join(names)[:300])
    for row in rows[1:]:
        line = " ".join(row)
        try:
            if len(row) != len(names):
                raise BadIndexLine("missing_field", line)
            yield memento_of(dict(zip(names, row, strict=True)), line, INTERNET_ARCHIVE, seen_at)
        except BadIndexLine as bad:
            yield bad
