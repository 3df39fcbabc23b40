"""An answer of one of Sina's JSON interfaces: its ``result``, and values as texts and numbers of any origin."""

import json
import re
from typing import Any

from crawler.sina.web_address import BadAddress, web_address

_LARGEST = 2**53  # what JSON's numbers hold exactly; no database takes more than 2**63
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # those that are no white space
_CALLBACK = re.compile(r"(?:try\s{0,9}\{\s{0,9})?[\w.$]{1,200}+\s{0,9}\(")


class ListingError(ValueError):
    """The answer is no listing; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def result_of(body: bytes | str) -> dict[str, Any]:
    """The ``result`` object of a JSON or JSONP answer. Raises ListingError for what is none, or has an error status."""
    answer = _load(body)
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, dict):
        raise ListingError("no_result", f"no result object in {str(answer)[:60]!r}")
    status = result.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    if number_of(code) != 0:
        raise ListingError("error_status", f"status is {str(status)[:60]}")
    return result


def text_of(value: Any) -> str:
    """The text on one line, without what JSON may escape and no text holds: halves and control characters."""
    if not isinstance(value, str):
        return ""
    return " ".join(_CONTROL.sub("", value.encode("utf-8", "ignore").decode()).split())


def url_of(value: str) -> str:
    """The address as it can be asked for; what is none stays as it is, to be refused by whoever asks for it."""
    try:
        return web_address(value.encode("utf-8", "ignore").decode().replace("\0", ""))
    except BadAddress:
        return text_of(value)


def number_of(value: Any) -> int | None:
    """A whole number, given as number or text; None for what is none."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= _LARGEST else None


def _load(body: bytes | str) -> Any:
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    text = text.lstrip("\ufeff \t\r\n")
    try:
        if call := _CALLBACK.match(text):
            return json.JSONDecoder().raw_decode(text, call.end())[0]
        return json.loads(text)
    except ValueError as error:
        kind = "html" if text.lstrip()[:1] == "<" else "not_json"
        raise ListingError(kind, f"{error}; it begins {text.strip()[:60]!r}") from error
    except RecursionError as error:
        raise ListingError("not_json", "nested too deep") from error
