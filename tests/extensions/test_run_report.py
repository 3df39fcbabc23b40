"""The report of a run: as docs/reports.md says, and true."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawler.run import outcome
from tests.support.archives import Archive, Run
from tests.support.crawling import ROOT
from tests.support.sites import CHANNEL, Site, listing_url, stories, story

DOCUMENT = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
TYPES = {"text": str, "number": int, "object": dict, "list": list, "text or null": str | None}


def documented(heading: str) -> dict[str, str]:
    """Key and type of the rows of the table that follows a line."""
    table = DOCUMENT.split(heading, 1)[1].split("| key |", 1)[1].split("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", table, re.M))


@pytest.fixture
def archive(tmp_path: Any) -> Archive:
    return Archive(Site(tmp_path / "site").add(*stories(10)), tmp_path / "archive", reads=False)


def report(run: Run) -> dict[str, Any]:
    assert run.report
    return run.report


@pytest.fixture
def failing(archive: Archive) -> dict[str, Any]:
    """The report of a run with a failure, a refusal and an unknown layout."""
    archive.site.status[story(1).url] = 503
    archive.site.put(story(2).url, replace(story(2), paragraphs=()).page())
    archive.site.put(
        story(3).url, f"<html><h1>新模板</h1><i>{story(3).created:%Y-%m-%d %H:%M}</i><div><p>正文。</p></div></html>"
    )
    return report(archive.run(channels=CHANNEL.lid))


def test_it_has_the_documented_keys_in_their_order_and_types(archive: Archive, failing: dict[str, Any]) -> None:
    keys = documented("The file is one JSON object")
    for found in (failing, report(archive.run())):
        assert list(found) == list(keys)
        assert all(isinstance(found[key], TYPES[kind]) for key, kind in keys.items())


def test_so_has_each_failure(failing: dict[str, Any]) -> None:
    keys = documented("Each of the `failures` has")
    for failure in failing["failures"]:
        assert list(failure) == list(keys)
        assert all(isinstance(failure[key], TYPES[kind]) for key, kind in keys.items())


def test_the_documented_statuses_are_those_of_the_program() -> None:
    found = {int(status) for status in re.findall(r"^\| (?:`\w+`)? ?\| (\d+) \|", DOCUMENT, re.M)}
    constants = {name: value for name, value in vars(outcome).items() if name.isupper() and name[0] != "_"}
    assert found == {value for value in constants.values() if isinstance(value, int)}


def test_it_says_what_failed_and_why(failing: dict[str, Any]) -> None:
    assert failing["failures"] == [
        {"doc_id": story(1).doc_id, "url": story(1).url, "state": "failed", "reason": "http_503"},
        {"doc_id": story(2).doc_id, "url": story(2).url, "state": "refused", "reason": "empty_body"},
    ]
    assert failing["unknown_layout_example"] == story(3).url


def test_it_says_what_was_done(failing: dict[str, Any]) -> None:
    counts = failing["counts"]
    assert {name: counts[name] for name in ("listing/pages", "listing/entries", "fetch/pages", "fetch/http_503")} == {
        "listing/pages": 2, "listing/entries": 10, "fetch/pages": 9, "fetch/http_503": 1,
    }  # fmt: skip
    assert (counts["record_article/archived"], counts["refuse/empty_body"]) == (8, 1)
    assert failing["channels"] == {CHANNEL.lid: {"pages": 2, "entries": 10}}
    assert failing["arguments"] == {"channels": CHANNEL.lid}


def test_it_says_when(archive: Archive) -> None:
    archive.site.tick = 3
    found = report(archive.run(sources="roll"))
    started, ended = (datetime.fromisoformat(found[name]) for name in ("started_at", "ended_at"))
    assert started == archive.at
    assert (ended - started).total_seconds() == 12 * 3


def test_it_says_with_which_versions(failing: dict[str, Any]) -> None:
    assert {"python", "Scrapy", "trafilatura", "lxml"} <= set(failing["versions"])


def test_a_failure_of_an_earlier_run_is_not_in_it(archive: Archive, failing: dict[str, Any]) -> None:
    assert report(archive.run())["failures"] == []


def test_its_name_outcome_and_status_are_those_of_the_log_and_the_catalog(archive: Archive) -> None:
    archive.site.put(listing_url(CHANNEL, 1), "<html>busy</html>")
    run = archive.run()
    found = report(run)
    assert (found["outcome"], found["exit_status"], run.status) == ("listing_failed", 10, 10)
    query = "SELECT run, outcome, started_at, ended_at FROM runs"
    assert archive.rows(query) == [tuple(found[name] for name in ("run", "outcome", "started_at", "ended_at"))]
    assert run.log[-1].endswith(f"run {found['run']}: listing_failed (exit status 10): {found['reason']}")


def test_a_report_that_can_not_be_written_is_no_success(archive: Archive) -> None:
    archive.folder.mkdir()
    (archive.folder / "reports").write_text("in the way")
    run = archive.run()
    assert run.status == 13
    assert "report not written" in run.log[-1]
