"""Settings that are none, or whose value is none, are named before anything is done."""

from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.notify.addon import NEEDED, Notify
from crawler.run.check_settings import check_settings, ignored_variables


def settings(**given: object) -> Settings:
    """The project's own, and those of a command line."""
    ours = Settings()
    ours.setmodule("crawler.settings")
    ours.setdict(given, "cmdline")
    return ours


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ARCHIVE_IMAGES": "local", "ARCHIVE_BACKFILL_ORDER": "oldest"},
        {"ARCHIVE_NOTIFY": "log, webhook", "ARCHIVE_WEBHOOK_URL": "https://example.org/"},
        {"ARCHIVE_MAX_FAILURE_RATIO": "1", "ARCHIVE_LOCK_WAIT": "0.5", "ARCHIVE_EXTRACT_WORKERS": 1},
        {"ARCHIVE_CAPTURE_ENABLED": "True", "ARCHIVE_LOOK_AGAIN_AFTER": "", "ARCHIVE_KEEP_ONE_COPY": "0"},
        {"LOG_LEVEL": "DEBUG", "JOBDIR": ""},
    ],
)
def test_good_ones_pass(given: dict[str, object]) -> None:
    check_settings(settings(**given))


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ARCHIVE_BACKFILL_ORDER", "random", "newest or oldest is wanted, not 'random'"),
        ("ARCHIVE_IMAGES", "lokal", "remote or local is wanted, not 'lokal'"),
        ("ARCHIVE_NOTIFY", "log,pigeon", "unknown 'pigeon'; known are log, mail, slack, webhook"),
        ("ARCHIVE_MAX_FAILURE_RATIO", "20%", "a number from 0 to 1 is wanted, not '20%'"),
        ("ARCHIVE_MAX_UNKNOWN_LAYOUT_RATIO", "20", "a number from 0 to 1 is wanted, not '20'"),
        ("ARCHIVE_MAX_FAILURE_RATIO", "nan", "a number from 0 to 1 is wanted, not 'nan'"),
        ("ARCHIVE_EXTRACT_TIMEOUT", "0", "a number from 0.001 on is wanted, not '0'"),
        ("ARCHIVE_EXTRACT_WORKERS", "1.5", "a whole number from 0 on is wanted, not '1.5'"),
        ("ARCHIVE_CAPTURE_MAX_BYTES", "1GB", "a whole number from 1 on is wanted, not '1GB'"),
        ("ARCHIVE_IMAGE_MAX_BYTES", "0", "a whole number from 1 on is wanted, not '0'"),
        ("ARCHIVE_LOCK_WAIT", "inf", "a number from 0 on is wanted, not 'inf'"),
        ("ARCHIVE_LEASE", "-1", "a number from 0.001 on is wanted, not '-1'"),
        ("ARCHIVE_CAPTURE_ENABLED", "yes", "0 or 1 or false or true or False or True is wanted, not 'yes'"),
        ("ARCHIVE_SOURCE_LINE", "2", "is wanted, not '2'"),
        ("ARCHIVE_LOOK_AGAIN_AFTER", "1h;6h", "not a distance in time: '1h;6h'; 30m, 6h and 7d are"),
        ("ARCHIVE_TRY_AGAIN_AFTER", "1w", "not a distance in time: '1w'; 30m, 6h and 7d are"),
        ("ARCHIVE_MAX_RETRY_AFTER", "soon", "not a distance in time: 'soon'; 30m, 6h and 7d are"),
        ("ARCHIVE_MAX_RETRY_AFTER", "1m,2m", "a distance in time is wanted, as 10m, not '1m,2m'"),
        ("ARCHIVE_DIR", " ", "it is empty"),
        ("ARCHIVE_TSA_URL", "tsa.example.org", "an address that begins with http:// or https:// is wanted"),
        ("ARCHIVE_TSA_CERTIFICATES", "/nowhere/at/all", "there is no file /nowhere/at/all"),
        ("ARCHIVE_TSA_CERTIFICATES", __file__, f"{__file__} has no certificate in PEM"),
        ("ARCHIVE_REPLAY_FROM", "/nowhere/at/all", "there is no file or folder /nowhere/at/all"),
        ("ARCHIVE_FEED", "feed.rss", "a name that ends in .xml, .atom, .json is wanted, not 'feed.rss'"),
        ("ARCHIVE_EDITS_FEED", "/", "/ is a folder, a file is wanted"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str, complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        check_settings(settings(**{name: value}))
    assert str(error.value).startswith(f"{name}: ")
    assert str(error.value).endswith(complaint)


def test_a_time_stamp_needs_openssl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = settings(ARCHIVE_TSA_URL="https://tsa.example.org/tsr")
    check_settings(given)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"^ARCHIVE_TSA_URL needs the program openssl$"):
        check_settings(given)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"ARCHIVE_FEED": "a.xml", "ARCHIVE_EDITS_FEED": "a.xml"}, "are one file, a.xml; two are wanted"),
        (
            {"ARCHIVE_FEED": "a.xml", "ARCHIVE_DIR": "s3://bucket/a", "ARCHIVE_DATABASE_URL": "sqlite:///a.db"},
            "works on an archive in a folder, not on s3://bucket/a",
        ),
    ],
)
def test_feeds_that_cannot_be_written_are_refused(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        check_settings(settings(**given))


def test_a_misspelt_name_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"^there is no setting ARCHIVE_IMGES \(did you mean ARCHIVE_IMAGES\?\)$"):
        check_settings(settings(ARCHIVE_IMGES="local"))


def test_what_an_add_on_sets_is_no_mistake() -> None:
    ours = settings()
    ours.set("ARCHIVE_OWN", 1, "addon")
    check_settings(ours)


def test_a_variable_that_sets_nothing_is_named() -> None:
    (said,) = ignored_variables({"ARCHIVE_DIR": "x", "ARCHIVE_IMGES": "local", "PATH": ""})
    assert said == "the environment's ARCHIVE_IMGES is no setting, and is ignored (did you mean ARCHIVE_IMAGES?)"


@pytest.mark.parametrize("way", NEEDED)
def test_each_way_to_notify_is_one_that_there_is(way: str) -> None:
    ours = settings(ARCHIVE_NOTIFY=way, **dict.fromkeys(NEEDED[way], "x"))
    Notify().update_settings(ours)
    for name in NEEDED[way]:
        ours.set(name, "", "cmdline")
        with pytest.raises(UsageError, match=f"^ARCHIVE_NOTIFY={way} wants {name}$"):
            Notify().update_settings(ours)
        ours.set(name, "x", "cmdline")
