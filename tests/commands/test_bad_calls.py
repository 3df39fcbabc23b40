"""Every call that goes wrong by its caller's fault ends with one line that names the thing; none with a traceback."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from crawler.run.arguments import MEANINGS, NAMES
from crawler.run.history_arguments import HISTORY_MEANINGS, HISTORY_NAMES
from tests.support.crawling import SITE
from tests.support.forked_scrapy import scrapy

PAGE = "https://finance.sina.com.cn/roll/2024-03-04/doc-inamqhtv5093318.shtml"
# What is given to `crawl sina_finance`, and of what the last line of its log speaks.
ARGUMENTS = {
    "channels=abc": "unknown channel 'abc'; known are: 1686 国内滚动",
    "chanels=1": "unknown argument 'chanels' (did you mean channels?)",
    "since=2024-13-01": "since: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not '2024-13-01'",
    "since=soon": "since: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'soon'",
    "until=2024-01-01": "until is given without since",
    "max_pages=two": "max_pages: a number from 1 on is wanted, not 'two'",
    "max_pages=-1": "max_pages: a number from 1 on is wanted, not '-1'",
    "urls={folder}/none": "{folder}/none: No such file or directory",
    "urls={folder}/empty": "{folder}/empty: Is a directory",
    "urls={folder}/latin": "urls: {folder}/latin is no text in UTF-8",
    "urls={folder}/file": "urls: {folder}/file has no line that is an article's URL",
}
SETTINGS = {
    "ARCHIVE_EXTRACT_WORKERS=many": "ARCHIVE_EXTRACT_WORKERS: a whole number from 0 on is wanted, not 'many'",
    "ARCHIVE_EXTRACT_TIMEOUT=soon": "ARCHIVE_EXTRACT_TIMEOUT: a number from 0.001 on is wanted, not 'soon'",
    "ARCHIVE_MAX_FAILURE_RATIO=20%": "ARCHIVE_MAX_FAILURE_RATIO: a number from 0 to 1 is wanted, not '20%'",
    "ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO=x": "ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO: a number from 0 to 1 is wanted, not 'x'",
    "ARCHIVE_DIR=": "ARCHIVE_DIR: it is empty",
    "ARCHIVE_DIR=foo://": "ARCHIVE_DIR: no object store is known as foo://; a folder or s3://BUCKET/NAME is wanted",
    "ARCHIVE_DIR=foo://bucket/a": "ARCHIVE_DIR: no object store is known as foo://",
    "ARCHIVE_DIR=s3://": "ARCHIVE_DIR: s3:// names no bucket; s3://BUCKET/NAME is wanted",
    "ARCHIVE_DIR=s3://bucket/a": "an archive in an object store (s3://bucket/a) needs a catalog elsewhere: set",
    "ARCHIVE_DIR={folder}/file": "ARCHIVE_DIR: {folder}/file is no folder, and one is wanted",
    "ARCHIVE_DIR={folder}/loop": "ARCHIVE_DIR: {folder}/loop is no folder, and one is wanted",
    "ARCHIVE_DIR={folder}/file/a": "{folder}/file/a: Not a directory",
    "ARCHIVE_DIR=/proc/archive": "/proc/archive: No such file or directory",
    "ARCHIVE_DIR=~nobodyhere/a": "ARCHIVE_DIR: there is no such home folder: ~nobodyhere/a",
    "ARCHIVE_DATABASE_URL=foo://": "ARCHIVE_DATABASE_URL: sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE is",
    "ARCHIVE_DATABASE_URL=none": "ARCHIVE_DATABASE_URL: sqlite:///FILE or postgresql+psycopg://",
    "ARCHIVE_DATABASE_URL=mysql://a@b/c": "ARCHIVE_DATABASE_URL: sqlite:///FILE or postgresql+psycopg://",
    "ARCHIVE_DATABASE_URL=sqlite://": "ARCHIVE_DATABASE_URL: sqlite:///FILE or postgresql+psycopg://",
    "ARCHIVE_DATABASE_URL=sqlite:////proc/a/b.db": "/proc/a: No such file or directory",
    "ARCHIVE_DATABASE_URL=sqlite:///{folder}/file": "the catalog {folder}/file: DatabaseError: file is not a database",
    "ARCHIVE_DATABASE_URL=postgresql+psycopg://a@127.0.0.1:1/a": "the catalog postgresql+psycopg://a@127.0.0.1:1/a: ",
    "ARCHIVE_REPLAY_FROM={folder}/none": "ARCHIVE_REPLAY_FROM: there is no file or folder {folder}/none",
    "ARCHIVE_REPLAY_FROM=https://example.org/": "ARCHIVE_REPLAY_FROM: there is no file or folder https://example.org/",
    "ARCHIVE_REPLAY_FROM={folder}/file": "ARCHIVE_REPLAY_FROM: {folder}/file is no WARC, no .wacz and no folder",
    "ARCHIVE_REPLAY_FROM=/dev/null": "ARCHIVE_REPLAY_FROM: /dev/null is no WARC, no .wacz and no folder of saved pages",
    "ARCHIVE_REPLAY_AT=noon": "ARCHIVE_REPLAY_AT: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'noon'",
    "ARCHIVE_CAPTURE_ENABLED=yes": "ARCHIVE_CAPTURE_ENABLED: 0 or 1 or false or true or False or True is wanted",
    "ARCHIVE_CAPTURE_MAX_BYTES=1GB": "ARCHIVE_CAPTURE_MAX_BYTES: a whole number from 1 on is wanted, not '1GB'",
    "ARCHIVE_IMAGES=lokal": "ARCHIVE_IMAGES: remote or local is wanted, not 'lokal'",
    "ARCHIVE_IMAGE_MAX_BYTES=x": "ARCHIVE_IMAGE_MAX_BYTES: a whole number from 1 on is wanted, not 'x'",
    "ARCHIVE_SOURCE_LINE=x": "ARCHIVE_SOURCE_LINE: 0 or 1 or",
    "ARCHIVE_KEEP_ONE_COPY=x": "ARCHIVE_KEEP_ONE_COPY: 0 or 1 or",
    "ARCHIVE_LOOK_AGAIN_AFTER=1w": "ARCHIVE_LOOK_AGAIN_AFTER: not a distance in time: '1w'",
    "ARCHIVE_TRY_AGAIN_AFTER=x": "ARCHIVE_TRY_AGAIN_AFTER: not a distance in time: 'x'",
    "ARCHIVE_MAX_RETRY_AFTER=x": "ARCHIVE_MAX_RETRY_AFTER: not a distance in time: 'x'",
    "ARCHIVE_BACKFILL_ORDER=x": "ARCHIVE_BACKFILL_ORDER: newest or oldest is wanted, not 'x'",
    "ARCHIVE_LOCK_WAIT=x": "ARCHIVE_LOCK_WAIT: a number from 0 on is wanted, not 'x'",
    "ARCHIVE_LEASE=x": "ARCHIVE_LEASE: a number from 0.001 on is wanted, not 'x'",
    "ARCHIVE_NOTIFY=pigeon": "ARCHIVE_NOTIFY: unknown 'pigeon'; known are log, mail, slack, webhook",
    "ARCHIVE_NOTIFY=webhook": "ARCHIVE_NOTIFY=webhook wants ARCHIVE_WEBHOOK_URL, an address",
    "ARCHIVE_WEBHOOK_URL=http://": "ARCHIVE_WEBHOOK_URL: an address that begins with http:// or https:// is wanted",
    "ARCHIVE_WEBHOOK_URL=foo": "ARCHIVE_WEBHOOK_URL: an address that begins with http:// or https:// is wanted",
    "ARCHIVE_REDIS_URL=redis://127.0.0.1:1": "ARCHIVE_REDIS_URL needs a catalog in PostgreSQL",
    "ARCHIVE_SIGNING_KEY={folder}/none": "ARCHIVE_SIGNING_KEY: there is no file {folder}/none",
    "ARCHIVE_METRICS_FILE={folder}/empty": "ARCHIVE_METRICS_FILE: {folder}/empty is a folder, a file is wanted",
    "ARCHIVE_CONTACT=a\nb": "ARCHIVE_CONTACT: one line is wanted, not 'a\\nb'",
    "ARCHIVE_CATEGORIES=": "ARCHIVE_CATEGORIES: it is empty",
    "ARCHIVE_AUTHOR=": "ARCHIVE_AUTHOR: it is empty",
    "ARCHIVE_IMGES=local": "there is no setting ARCHIVE_IMGES (did you mean ARCHIVE_IMAGES?)",
    "JOBDIR=job": "JOBDIR=job would lose articles after a kill",
    "DOWNLOAD_DELAY=soon": "DOWNLOAD_DELAY: a number is wanted, not 'soon'",
    "DOWNLOAD_TIMEOUT=x": "DOWNLOAD_TIMEOUT: a number is wanted, not 'x'",
    "CONCURRENT_REQUESTS=many": "CONCURRENT_REQUESTS: a number is wanted, not 'many'",
    "ROBOTSTXT_OBEY=perhaps": "ROBOTSTXT_OBEY: 0 or 1 is wanted, not 'perhaps'",
}
# Calls that end before a log is begun.
CALLS = {
    "crawl": "name one spider",
    "crawl a b": "name one spider",
    "crawl none": "there is no spider 'none'; known are: sina_finance, sina_history, sina_images",
    "crawl sina_finance --chanels": "there is no option --chanels",
    "crawl sina_finance -a channels": "Invalid -a value, use -a NAME=VALUE",
    "crawl sina_finance -s X": "Invalid -s value, use -s NAME=VALUE",
    "crawl sina_finance --loglevel LOUD": "LOG_LEVEL: DEBUG, INFO, WARNING, ERROR or CRITICAL is wanted, not 'LOUD'",
    "crawl sina_finance -s LOG_FORMAT=%(lin)s": "LOG_FORMAT: Formatting field not found in record: 'lin'",
    "crawl sina_finance --logfile /proc/a/b": "/proc/a/b: No such file or directory",
    "crawl sina_finance --pidfile /proc/a/b": "/proc/a/b: No such file or directory",
    "crawl sina_finance -o /proc/x.json": "not started: --output: /proc/x.json: No such file or directory",
    "crawl sina_finance -o {folder}/file/x.json": "not started: --output: {folder}/file/x.json: Not a directory",
    "crawl sina_finance -O {folder}/empty.json": "not started: --output: {folder}/empty.json is a folder, a file is",
    "crawl sina_finance -o x-%(nosuch)s.json": "not started: --output: x-%(nosuch)s.json: %(time)s or %(name)s is",
    "crawl sina_finance -o foo://x.json": "not started: --output: nothing can be stored at foo://; known are file, ftp",
    "crawl sina_images -a x=1": "unknown argument 'x'; this spider takes none",
    "search": "nothing to look for in '': give words, or a \"phrase\"",
    "search 税 --limit 0": "--limit wants a number from 1 on",
    "search 税 --limt 3": "there is no option --limt (did you mean --limit?)",
    "search 税 --since soon": "--since: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'soon'",
    "export --format xml": "argument --format: invalid choice: 'xml' (choose from",
    "export --output x.xlsx": ".jsonl, .ndjson, .jl, .parquet, .xml, .atom, .json, .wacz, .cdxj is wanted, or --format",
    "export --format parquet": "--format parquet wants --output FILE",
    "export --as-of soon": "--as-of: YYYY-MM-DD or YYYY-MM-DDTHH:MM is wanted, not 'soon'",
    "export --format wacz": "--format wacz wants --output FILE",
    "export --format wacz --output x.wacz --as-of today": "--as-of is of articles: --format wacz has captures",
    "export --missing-from x": "--missing-from is of captures: --format wacz or cdxj has them",
    "import": "name one file, such as march.wacz",
    "import a.wacz b.wacz": "name one file, such as march.wacz",
    "import {folder}/file": "{folder}/file is no whole zip: File is not a zip file",
    "import {folder}/file --nme x": "there is no option --nme (did you mean --name?)",
    "crawl sina_import": "wacz is wanted: the file, such as march.wacz",
    "crawl sina_import -a wacs=x": "unknown argument 'wacs' (did you mean wacz?)",
    "rebuild --workers x": "argument --workers: invalid int value: 'x'",
    "rebuild --workers -1": "--workers wants a number from 1 on",
    "health --max-age soon": "argument --max-age: a length of time is wanted, as 30m, 6h or 1d, not 'soon'",
    "health --max-age 1h,2h": "argument --max-age: a length of time is wanted, as 30m, 6h or 1d, not '1h,2h'",
    "savepage": "savepage takes URLs, or --list",
    "completion csh": "one of bash, zsh, fish is wanted",
    f"savepage {PAGE} --from {{folder}}/none": "--from: there is no {folder}/none",
    "coverage --channel abc": "unknown channel 'abc'; known are: 1686 国内滚动",
    "coverage --since soon": "argument --since: YYYY-MM-DD, today or yesterday is wanted, not 'soon'",
}
OPTIONS_ONLY = ("coverage", "export", "health", "probe", "rebuild", "verify")
LOOKING = (*OPTIONS_ONLY, "search 税", "savepage --list")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a setting may name by mistake."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "file").write_text("no catalog, and no address of an article\n" * 30)
    (folder / "latin").write_bytes(b"\xff\xfe\xfa")
    (folder / "empty").mkdir()
    (folder / "empty.json").mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    return folder


def is_said(done: CompletedProcess[str], complaint: str, statuses: tuple[int, ...] = (1, 2)) -> None:
    assert "Traceback" not in done.stderr + done.stdout
    assert complaint in done.stderr.splitlines()[-1]
    assert done.returncode in statuses


BEGINNINGS = [("-a", *case) for case in ARGUMENTS.items()] + [("-s", *case) for case in SETTINGS.items()]


@pytest.mark.parametrize(("flag", "given", "complaint"), BEGINNINGS, ids=[given for _, given, _ in BEGINNINGS])
def test_a_crawl_that_cannot_be_is_not_begun(
    folder: Path, tmp_path: Path, flag: str, given: str, complaint: str
) -> None:
    words = ("-s", f"ARCHIVE_REPLAY_FROM={SITE}", flag, given.format(folder=folder))
    done = scrapy("crawl", "sina_finance", *words, cwd=tmp_path, ARCHIVE_DIR=str(tmp_path / "archive"))
    is_said(done, f"ERROR: not started: {complaint.format(folder=folder)}")
    assert not (tmp_path / "archive/posts").exists()


@pytest.mark.parametrize(("words", "complaint"), CALLS.items(), ids=CALLS)
def test_a_wrong_call_is_status_2(folder: Path, tmp_path: Path, words: str, complaint: str) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "captures").mkdir()
    done = scrapy(*words.format(folder=folder).split(), cwd=tmp_path, ARCHIVE_DIR=str(archive))
    is_said(done, complaint.format(folder=folder), (2,))


def test_a_web_archive_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    window = ("-a", "since=2010-1-1", "-a", "until=2010-1-1", "-a", "archives=internet_archive")
    nowhere = ("-s", "ARCHIVE_INTERNET_ARCHIVE_URL=http://127.0.0.1:1", "-s", "RETRY_ENABLED=0")
    done = scrapy("crawl", "sina_history", *window, *nowhere, cwd=tmp_path, ARCHIVE_DIR=str(tmp_path / "archive"))
    is_said(done, "listing_failed (exit status 10): no listing: no connection to 127.0.0.1:1: ", (10,))


@pytest.mark.parametrize("words", ["crawl sina_finance", "coverage --fill", "probe"])
def test_a_run_that_cannot_begin_is_one_line(tmp_path: Path, words: str) -> None:
    (tmp_path / "archive/catalog.db").mkdir(parents=True)
    given = ("-s", f"ARCHIVE_REPLAY_FROM={SITE}", "-s", f"ARCHIVE_DIR={tmp_path / 'archive'}")
    is_said(scrapy(*words.split(), *given, cwd=tmp_path), "catalog.db: a folder, where the catalog should be", (1,))


@pytest.mark.parametrize("command", OPTIONS_ONLY)
def test_words_are_refused_where_none_are_taken(tmp_path: Path, command: str) -> None:
    is_said(scrapy(command, "more", cwd=tmp_path), "'more' is too much: options only are taken", (2,))
    is_said(scrapy(command, "--jsn", cwd=tmp_path), "there is no option --jsn", (2,))


@pytest.mark.parametrize("command", LOOKING)
def test_every_command_looks_at_its_settings(folder: Path, tmp_path: Path, command: str) -> None:
    for given, said in (
        (f"ARCHIVE_DIR={folder}/file", f"ARCHIVE_DIR: {folder}/file is no folder"),
        ("ARCHIVE_DATABASE_URL=foo://", "ARCHIVE_DATABASE_URL: sqlite:///FILE or"),
        ("ARCHIVE_EXTRACT_WORKERS=many", "ARCHIVE_EXTRACT_WORKERS: a whole number from 0 on is wanted, not 'many'"),
        ("ARCHIVE_IMGES=local", "there is no setting ARCHIVE_IMGES (did you mean ARCHIVE_IMAGES?)"),
    ):
        is_said(scrapy(*command.split(), "-s", given, cwd=tmp_path), said, (2,))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["crawl", "completion", "import", "savepage", "search", *OPTIONS_ONLY])
def test_a_help_fits_a_terminal(tmp_path: Path, command: str) -> None:
    shown = scrapy(command, "-h", cwd=tmp_path).stdout
    assert shown.startswith(f"Usage\n=====\n  scrapy {command} ")
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_the_help_of_crawl_names_every_argument(tmp_path: Path) -> None:
    assert (tuple(MEANINGS), tuple(HISTORY_MEANINGS)) == (NAMES, HISTORY_NAMES)
    shown = scrapy("crawl", "-h", cwd=tmp_path).stdout
    words = " ".join(shown.split())
    assert all(f" {name} {meaning} " in words for name, meaning in (*MEANINGS.items(), *HISTORY_MEANINGS.items()))
    assert "Examples\n--------\n  scrapy crawl sina_finance\n" in shown
