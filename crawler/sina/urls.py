"""Which article a Sina URL leads to: its doc id, its canonical URL, and why a URL leads to none.

The doc id is the identity: the same article stands under http and https, on the desktop and the
mobile host, in several sections, and with tracking parameters behind it.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit, urlunsplit

from crawler.sina.web_address import BadAddress, web_address
from crawler.times import EARLIEST

# Parameters that say where a reader came from; all others may select content and stay.
TRACKING = frozenset(
    {"cre", "mod", "loc", "r", "doct", "rfunc", "tj", "tr", "from", "vt", "cid", "node_id", "subch"}
    | {"autocallup", "isfromsina", "wm", "clicktime"}
)

# .../2021-07-09/doc-ikqcfnc6894791.shtml, detail-i….d.html, details-i….shtml, zl-i….shtml, zldoc-i….shtml,
# coverstory-i….shtml, …_2.shtml
_DOC = re.compile(r"/(?:doc|details?|zl|zldoc|coverstory)-i([a-z0-9]{6,24})(?:_(\d{1,3}))?(?:\.d)?\.s?html?$", re.A)
# .../20140301/024218372262.shtml and .../2005-03-21/244339.shtml, before 2015
_NUMBERED = re.compile(r"/(\d{4})-?(\d\d)-?(\d\d)/(\d{4,16}[a-z]?)(?:_(\d{1,3}))?\.s?html?$", re.A)
_COLUMN = re.compile(r"^/article_(\d{5,12})_([a-z0-9]{8,32})\.html?$", re.A)
_COLUMN_VIEW = re.compile(r"^/articles?/view/(\d{5,12})/([a-z0-9]{8,32})/?$", re.A)
_GALLERY = re.compile(r"^/(?:[a-z0-9_-]{1,40}/){0,4}(slide_\d{1,4}_\d{1,8}_\d{1,10})\.html$", re.A)
_DAY = re.compile(r"/(\d{4})-?(\d\d)-?(\d\d)(?=/)", re.A)

# Host, or host and path -> the parameter in which a redirector names its target.
_REDIRECTORS = {
    "dp.sina.cn": "url",
    "cj.sina.com.cn/article/norm_detail": "url",
    "go.rss.sina.com.cn/redirect.php": "url",
}
_MOST_REDIRECTORS = 3
_SAFE = "/%:@!$&*+,;=~-._?"
_HOST = re.compile(r"[a-z0-9.-]{1,253}")
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

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(reason, url)  # as given, so that it can be raised in one process and caught in another
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.args[1]}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an article is. ``day`` is the day in the URL, ``page`` counts from 1.

    ``is_by_place``: its form is unknown, and the doc id made of the address alone (crawler/sina/page_address.py).
    """

    doc_id: str
    url: str
    day: date | None
    page: int
    is_by_place: bool = False


def identify(url: str) -> Address:
    """The article that `url` leads to, whichever of Sina's forms it has.

    Raises NotAnArticle, with the reason, for URLs outside Sina and pages of another kind.
    """
    parts = page_parts(url)
    host = _host(parts)
    if host == "doc.sina.cn":
        return _selected_by_query(parts.query, url)
    for pattern, reason in _NOT_ARTICLES:
        if pattern.search(host + parts.path):
            raise NotAnArticle(reason, url)
    return _from_path(host, parts.path, parts.query, url)


def page_parts(url: str) -> SplitResult:
    """The parts of the address on Sina's hosts that `url` is, or leads to as a redirector's. Raises NotAnArticle."""
    address = url
    for _ in range(_MOST_REDIRECTORS + 1):
        parts = _parts(address)
        host = _host(parts)
        if not is_sina(host) or not _HOST.fullmatch(host):
            raise NotAnArticle("other_site", url)
        target = _target(parts)
        if not target:
            return parts
        address = target
    raise NotAnArticle("redirects_to_itself", url)


def is_redirector(url: str) -> bool:
    """True for an address that only leads to another one, which stands in its query."""
    return bool(_target(_parts(url)))


def _target(parts: SplitResult) -> str:
    host = _host(parts)
    name = _REDIRECTORS.get(host) or _REDIRECTORS.get(host + parts.path.rstrip("/"))
    return (parse_qs(parts.query).get(name) or [""])[0] if name else ""


def doc_id_of(url: str) -> str:
    """The doc id of the article that `url` leads to; empty where it leads to none."""
    try:
        return identify(url).doc_id
    except NotAnArticle:
        return ""


def section_of(url: str) -> str:
    """Where an article stands: ``china/gncj`` on finance.sina.com.cn and its mobile host, elsewhere the host.

    Empty on those hosts for an address without a section. Raises NotAnArticle for no address.
    """
    parts = _parts(url)
    host = _host(parts)
    if host not in ("finance.sina.com.cn", "finance.sina.cn"):
        return host
    folder = parts.path.rpartition("/")[0] + "/"
    day = _DAY.search(folder)
    return folder[: day.start() if day else None].strip("/")


def is_sina(host: str) -> bool:
    """True for Sina's page hosts: sina.com.cn, sina.cn and their subdomains."""
    return host in ("sina.com.cn", "sina.cn") or host.endswith((".sina.com.cn", ".sina.cn"))


def is_http_url(text: str) -> bool:
    """True for what can be asked for at all, at Sina or elsewhere."""
    try:
        return bool(web_address(text))
    except BadAddress:
        return False


def without_tracking(url: str) -> str:
    """`url` without fragment and tracking parameters; the others keep their order. Raises ValueError for no URL."""
    parts = urlsplit(url.strip())
    kept = [pair for pair in parts.query.split("&") if not _is_tracking(pair.partition("=")[0])]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def _parts(url: str) -> SplitResult:
    """What a checked address is made of. Raises NotAnArticle for a text that is none."""
    try:
        return urlsplit(web_address(url))
    except BadAddress as error:
        raise NotAnArticle(error.reason, url) from error


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").lower()


def mobile_twin(url: str) -> str:
    """The address of the mobile page of an article of finance.sina.com.cn of today's form; empty for any other."""
    match = re.match(
        r"https?://finance\.sina\.com\.cn(/(?:[a-z0-9_/]{1,60}/)?\d{4}-\d\d-\d\d/)doc-(i[a-z0-9]{6,24})\.shtml", url
    )
    return f"https://finance.sina.cn{match[1]}detail-{match[2]}.d.html" if match else ""


def _is_tracking(name: str) -> bool:
    return name in TRACKING or name.startswith("utm_")


def _from_path(host: str, path: str, query: str, url: str) -> Address:
    if host in _COLUMN_HOSTS and (match := _COLUMN.search(path)):
        canonical = f"https://{_COLUMN_HOSTS[host]}/article_{match[1]}_{match[2]}.html"
        return Address(f"{match[1]}_{match[2]}", canonical, None, 1)
    if host in _COLUMN_VIEW_HOSTS and (match := _COLUMN_VIEW.search(path)):
        canonical = f"https://{_COLUMN_VIEW_HOSTS[host]}/articles/view/{match[1]}/{match[2]}"
        return Address(f"{match[1]}_{match[2]}", canonical, None, 1)
    if host.startswith("slide.") and (match := _GALLERY.search(path)):
        return Address(match[1], f"https://{host}{path}", None, 1)
    if match := _DOC.search(path):
        return Address(match[1], canonical_url(host, path, query, match[2]), _day(path), int(match[2] or 1))
    if (match := _NUMBERED.search(path)) and (day := _date(*match.groups()[:3])):
        doc_id = f"{day:%Y%m%d}-{match[4]}"
        return Address(doc_id, canonical_url(host, path, query, match[5]), day, int(match[5] or 1))
    raise NotAnArticle("no_article_url", url)


def canonical_url(host: str, path: str, query: str, page: str | None = None) -> str:
    """https, the first page, no tracking, nothing that a link could not hold."""
    path, query = quote(path, safe=_SAFE), quote(query, safe=_SAFE)
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
    """The last date among the folders."""
    days = [_date(*match.groups()) for match in _DAY.finditer(path)]
    return days[-1] if days else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        named = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return named if named >= EARLIEST.date() else None
