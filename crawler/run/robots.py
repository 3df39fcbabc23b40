"""What an answer for robots.txt means (RFC 9309, 2.3.1), and under which name we read it."""

from http import HTTPStatus

from scrapy.settings import BaseSettings


def is_unreachable(status: int) -> bool:
    """Nothing may be asked for now (2.3.1.4). The RFC has 429 with 404; here it is a server that is busy."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS


def is_there(status: int) -> bool:
    """There are rules; where there are none, and the answer is not `is_unreachable`, all is allowed (2.3.1.3)."""
    return 200 <= status < 300


def agent_of(settings: BaseSettings) -> str:
    """Who the rules are for."""
    return str(settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"])
