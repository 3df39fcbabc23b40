"""What a source is: a list, or a file, that names articles. The spider asks for it and knows none of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from crawler.archive.readings import Reading
from crawler.items import ListEntry


class NoAnswer(ValueError):
    """What came is no answer of the source; ``reason`` is one word, fit for a stat's name."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a source. ``state`` is the source's own, and comes back to it with the answer.

    ``is_trial``: whether it is answered at all is the question, so that no answer is no failure.
    """

    url: str
    state: Any
    priority: int = 0
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source shows: entries, what to ask next, and what was left out of it, by reason.

    ``failure``: in one word, why what it shows is not all; ``detail`` says it in a sentence. ``ended``: the
    reading of a list that ends with this answer, to be entered once its entries are listed.
    """

    entries: tuple[ListEntry, ...] = ()
    asks: tuple[Ask, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    detail: str = ""
    ended: Reading | None = None


@dataclass(frozen=True, slots=True)
class ListCapture:
    """What a captured answer is, as its address says: of the list of a channel; `read` gives its entries.

    `read` takes the body and when it came, and raises NoAnswer for what is none.
    """

    channel: str
    read: Callable[[bytes, datetime], tuple[ListEntry, ...]]


class Source(Protocol):
    """One list, or one file.

    ``is_second``: a second witness beside the roll lists; what it lacks or fails at is named, and a run that could
    read another source is good all the same. ``after``: the name of the source after whose end it begins.
    """

    @property
    def name(self) -> str:
        """Unique in a run."""

    @property
    def channel(self) -> str | None:
        """The ledger's name of the list; None if it is none."""

    @property
    def is_second(self) -> bool: ...

    @property
    def after(self) -> str: ...

    def start(self) -> Iterator[Ask | Answer]:
        """What to ask for first, or what is known without asking."""

    def read(self, ask: Ask, body: bytes) -> Answer:
        """What came for `ask`. Raises NoAnswer, after which the spider says `failed`."""

    def failed(self, ask: Ask, reason: str) -> tuple[Ask, ...] | None:
        """No answer came, or none that could be read; `reason` is one word. What to ask instead, if anything."""
