"""A roll API that answers from memory, each of its unknowns switchable, beside the saved pages of a site.

What Sina's own does is not established: whether a window is honoured, how deep it pages, what stands
beyond the end, whether the cursor works, whether the total is true, and where ``num`` is capped.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.sina.roll_api import API
from tests.support.serving import Server
from tests.support.sites import Site

ROLL_HANDLERS = dict.fromkeys(("http", "https"), "tests.support.roll_server.RollServer")


@dataclass(frozen=True)
class Unknowns:
    """One character of the API.

    ``windows`` are the pageids that honour a window, ``deepest`` the last page that is shown (0: all),
    ``beyond`` what a later page gives: ``empty``, or the ``last`` page again. ``total``: ``true``,
    ``absent``, ``page`` (what the answer has), or ``list`` (of the list, whatever the window).
    ``order``: by ``ctime``, or ``mixed``. ``late``: by how many seconds the server's clock is.
    """

    windows: Sequence[str] = ("153", "155", "164")
    deepest: int = 0
    beyond: str = "empty"
    cursor: bool = True
    total: str = "true"
    cap: int = 50
    order: str = "ctime"
    late: int = 0


@dataclass
class RollSite(Site):
    """A site whose lists are not saved but answered."""

    unknowns: Unknowns = Unknowns()

    def save(self) -> Path:
        """With what the API is to answer from."""
        folder = super().save()
        entries = {channel.lid: [listed.entry() for listed in self.listed(channel)] for channel in self.channels}
        state = {"entries": entries, "unknowns": asdict(self.unknowns)}
        (folder / "roll.json").write_text(json.dumps(state), encoding="utf-8")
        return folder

    def lists(self, channel: Any) -> dict[str, str]:
        """None is saved."""
        return {}


class RollServer(Server):
    """Answers as the saved site does, and the roll API by its ``roll.json``."""

    async def download_request(self, request: Request) -> Response:
        """The answer of the API in the place of a saved one."""
        response = await super().download_request(request)
        response.flags.clear()  # a server's own 404 is a capture, too
        if not request.url.startswith(API) or response.status != 404:
            return response
        state = json.loads((self.folder / "roll.json").read_text(encoding="utf-8"))
        query = dict(parse_qsl(urlsplit(request.url).query))
        unknowns = Unknowns(**state["unknowns"])
        result = respond(state["entries"].get(query["lid"], []), query, unknowns)
        headers = {"Date": format_datetime(datetime.now(UTC) - timedelta(seconds=unknowns.late), usegmt=True)}
        body = json.dumps({"result": result}).encode()
        return TextResponse(request.url, headers=headers, body=body, encoding="utf-8")


def respond(entries: Sequence[Mapping[str, Any]], query: Mapping[str, str], unknowns: Unknowns) -> dict[str, Any]:
    """The ``result`` for a query; `entries` of the list, newest first."""
    chosen = list(entries)
    if "etime" in query and query["pageid"] in unknowns.windows:
        first, last = int(query["etime"]), int(query["stime"])
        chosen = [entry for entry in chosen if first <= int(entry["ctime"]) < last]
    elif "ctime" in query and "etime" not in query and unknowns.cursor:
        chosen = [entry for entry in chosen if int(entry["ctime"]) < int(query["ctime"])]
    if unknowns.order == "mixed":
        chosen = [entry for at in range(0, len(chosen), 30) for entry in chosen[at : at + 30][::-1]]
    size, page = min(int(query["num"]), unknowns.cap), int(query.get("page", 1))
    last_page = -(-len(chosen) // size)
    if unknowns.deepest:
        last_page = min(last_page, unknowns.deepest)
    if page > last_page:
        page = last_page if unknowns.beyond == "last" else 0
    data = chosen[(page - 1) * size : page * size] if page else []
    totals = {"true": len(chosen), "absent": None, "page": len(data), "list": len(entries)}
    edges = {"start": data[0]["ctime"], "end": data[-1]["ctime"]} if data else {}
    return {
        "status": {"code": 0},
        "lid": query["lid"],
        "total": totals[unknowns.total],
        "data": data,
        "top": [],
        **edges,
    }
