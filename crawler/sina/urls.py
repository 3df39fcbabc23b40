"""Which article a Sina URL leads to: its doc id, its canonical URL, and why a URL leads to none.

The doc id is the identity: the same article stands under http and https, on the desktop and the
mobile host, in several sections, and with tracking parameters behind it.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

# Parameters that say where a reader came from; all others may select content and stay.
TRACKING = frozenset(
    {"cre", "mod", "loc", "r", "doct", "rfunc", "tj", "tr", "from", "vt", "cid", "node_id", "subch"}
    | {"autocallup", "isfromsina", "wm", "clicktime"}
)

# .../2021-07-09/doc-ikqcfnc6894791.shtml, detail-i….d.html, details-i….shtml, zl-i….shtml, …_2.shtml
_DOC = re.compile(r"/(?:doc|details?|zl)-i([a-z0-9]{6,24})(?:_(\d{1,3}))?(?:\.d)?\.s?html?$")
# .../20140301/024218372262.shtml and .../2005-03-21/244339.shtml, before 2015
_NUMBERED = re.compile(r"/(\d{4})-?(\d\d)-?(\d\d)/(\d{4,16}[a-z]?)(?:_(\d{1,3}))?\.s?html?$")
_COLUMN = re.compile(r"^/article_(\d{5,12})_([a-z0-9]{8,32})\.html?$")
_COLUMN_VIEW = re.compile(r"^/articles?/view/(\d{5,12})/([a-z0-9]{8,32})/?$")
_GALLERY = re.compile(r"^/(slide_\d{1,4}_\d{1,8}_\d{1,10})\.html$")
_DAY = re.compile(r"/(\d{4})-?(\d\d)-?(\d\d)/")

_COLUMN_HOSTS = {"k.sina.com.cn": "k.sina.com.cn", "k.sina.cn": "k.sina.com.cn"}
_COLUMN_VIEW_HOSTS = {
    "cj.sina.com.cn": "t.cj.sina.com.cn",
    "t.cj.sina.com.cn": "t.cj.sina.com.cn",
    "cj.sina.cn": "t.cj.sina.com.cn",
    "t.cj.sina.cn": "t.cj.sina.com.cn",
}
# First label of a host, or a piece of its path -> why its pages are no articles.
_NOT_ARTICLES = (
    (re.compile(r"^(?:[\w-]+\.)*video\."), "video"),
    (re.compile(r"^blog\."), "blog"),
    (re.compile(r"^(?:[\w-]+\.)*live\."), "live"),
    (re.compile(r"^(?:app|vip|zhibo|search|login|passport|quotes|hq)\."), "service"),
    (re.compile(r"^[^/]*/(?:[^?]*/)?zt_d/"), "special"),
    (re.compile(r"^[^/]*/(?:[^?]*/)?(?:realstock|quotes)/"), "quotes"),
)


class NotAnArticle(ValueError):
    """The URL or page holds no article; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """Where an article is. ``day`` is the day in the URL, ``page`` counts from 1."""

    doc_id: str
    url: str
    day: date | None
    page: int


def identify(url: str) -> Address:
    """The article that `url` leads to, whichever of Sina's forms it has.

    Raises NotAnArticle, with the reason, for URLs outside Sina and pages of another kind.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https"):
        raise NotAnArticle("no_http_url", url)
    if not is_sina(host):
        raise NotAnArticle("other_site", url)
    if host == "dp.sina.cn" and (target := parse_qs(parts.query).get("url")):
        return identify(target[0])
    if host == "doc.sina.cn":
        return _selected_by_query(parts.query, url)
    for pattern, reason in _NOT_ARTICLES:
        if pattern.search(host + parts.path):
            raise NotAnArticle(reason, url)
    return _from_path(host, parts.path, parts.query, url)


def is_sina(host: str) -> bool:
    """True for Sina's page hosts: sina.com.cn, sina.cn and their subdomains."""
    return host in ("sina.com.cn", "sina.cn") or host.endswith((".sina.com.cn", ".sina.cn"))


def without_tracking(url: str) -> str:
    """`url` without fragment and tracking parameters; the others keep their order."""
    parts = urlsplit(url.strip())
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if key not in TRACKING and not key.startswith("utm_")
    ]
    query = parts.query if len(kept) == parts.query.count("&") + 1 else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _from_path(host: str, path: str, query: str, url: str) -> Address:
    if host in _COLUMN_HOSTS and (found := _COLUMN.search(path)):
        canonical = f"https://{_COLUMN_HOSTS[host]}/article_{found[1]}_{found[2]}.html"
        return Address(f"{found[1]}_{found[2]}", canonical, None, 1)
    if host in _COLUMN_VIEW_HOSTS and (found := _COLUMN_VIEW.search(path)):
        canonical = f"https://{_COLUMN_VIEW_HOSTS[host]}/articles/view/{found[1]}/{found[2]}"
        return Address(f"{found[1]}_{found[2]}", canonical, None, 1)
    if host.startswith("slide.") and (found := _GALLERY.search(path)):
        return Address(found[1], f"https://{host}{path}", None, 1)
    if found := _DOC.search(path):
        return Address(found[1], _canonical(host, path, query, found[2]), _day(path), int(found[2] or 1))
    if (found := _NUMBERED.search(path)) and (day := _day(path)):
        doc_id = f"{day:%Y%m%d}-{found[4]}"
        return Address(doc_id, _canonical(host, path, query, found[5]), day, int(found[5] or 1))
    raise NotAnArticle("no_article_url", url)


def _canonical(host: str, path: str, query: str, page: str | None) -> str:
    """https, the first page, no tracking."""
    if page:
        path = re.sub(rf"_{page}(?=(?:\.d)?\.s?html?$)", "", path)
    return without_tracking(urlunsplit(("https", host, path, query, "")))


def _selected_by_query(query: str, url: str) -> Address:
    """doc.sina.cn/?id=comos:kqcfnca5774437: here the query names the article."""
    doc_id = unquote((parse_qs(query).get("id") or [""])[0]).removeprefix("comos:")
    if not re.fullmatch(r"[a-z0-9]{6,24}", doc_id):
        raise NotAnArticle("no_article_url", url)
    return Address(doc_id, f"https://doc.sina.cn/?id=comos:{doc_id}", None, 1)


def _day(path: str) -> date | None:
    found = _DAY.search(path)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
