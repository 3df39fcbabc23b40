"""The schedules in deploy/: what runs them accepts them, and they run what they say."""

import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from crawler import settings
from crawler.run import outcome
from tests.support.crawling import LONGEST, ROOT, SITE, environment
from tests.support.programs import run

DEPLOY = ROOT / "deploy"
NAME = "sina-finance-archive"
CODE, ARCHIVE, LOGS, ENVIRONMENT = f"/opt/{NAME}", f"/srv/{NAME}", f"/var/log/{NAME}", f"/etc/{NAME}.env"
SERVICE = (DEPLOY / f"{NAME}.service").read_text(encoding="utf-8")


def placed(file: str, folder: Path) -> str:
    """The text of a file of deploy/ for an installation below `folder` instead of at the root."""
    text = (DEPLOY / file).read_text(encoding="utf-8")
    for path in (CODE, ARCHIVE, LOGS, ENVIRONMENT):
        text = text.replace(path, f"{folder}{path}")
    return text


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder of an installation as docs/operate.md makes it, of the saved site."""
    code = tmp_path / CODE[1:]
    (code / ".venv/bin").mkdir(parents=True)
    (code / ".venv/bin/scrapy").symlink_to(Path(sys.executable).with_name("scrapy"))
    for name in ("crawler", "pipelines", "scrapy.cfg"):
        (code / name).symlink_to(ROOT / name)
    (tmp_path / LOGS[1:]).mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / ENVIRONMENT[1:]).write_text(placed("archive.env", tmp_path) + f"ARCHIVE_REPLAY_FROM={SITE}\n")
    return tmp_path


@pytest.fixture
def units(installed: Path) -> list[Path]:
    """The service and its timer."""
    paths = [installed / f"{NAME}.{kind}" for kind in ("service", "timer")]
    for path in paths:
        path.write_text(placed(path.name, installed), encoding="utf-8")
    return paths


def cron_command(folder: Path) -> str:
    """The one command of the crontab."""
    (line,) = [line for line in placed("crontab", folder).splitlines() if not line.startswith("#")]
    assert "%" not in line  # cron's line end
    return line.split(maxsplit=5)[5]


def test_systemd_finds_nothing_wrong_with_the_units(units: list[Path]) -> None:
    assert run("systemd-analyze", "verify", *units, package="systemd") == ""


def test_systemd_rates_the_service_as_well_protected(units: list[Path]) -> None:
    run("systemd-analyze", "security", "--offline=true", "--threshold=15", units[0], package="systemd")  # 1.5 of 10


def test_a_stop_and_a_lock_are_no_failures_of_the_service() -> None:
    (statuses,) = re.findall(r"^SuccessExitStatus=(.*)$", SERVICE, re.M)
    assert {int(status) for status in statuses.split()} == {outcome.INTERRUPTED, outcome.LOCKED}


def test_the_service_may_write_where_the_archive_is() -> None:
    assert re.findall(r"^ReadWritePaths=(.*)$", SERVICE, re.M) == [ARCHIVE]
    assert f"\nARCHIVE_DIR={ARCHIVE}\n" in (DEPLOY / "archive.env").read_text(encoding="utf-8")


def test_the_environment_file_names_settings_only_and_holds_no_secret() -> None:
    lines = (DEPLOY / "archive.env").read_text(encoding="utf-8").splitlines()
    names = {found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))}
    assert len(names) > 3
    assert names <= set(vars(settings))
    assert [line for line in lines if not line.startswith("#")] == [f"ARCHIVE_DIR={ARCHIVE}"]


def test_cron_accepts_the_crontab() -> None:
    run("crontab", "-n", DEPLOY / "crontab", package="cron")


def test_the_line_for_cron_archives_and_keeps_a_log(installed: Path) -> None:
    for _ in range(2):
        own = environment()
        del own["PYTHONPATH"]
        done = subprocess.run(["sh", "-c", cron_command(installed)], env=own, capture_output=True, timeout=LONGEST)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    log = (installed / LOGS[1:] / "crawl.log").read_text(encoding="utf-8")
    assert log.count("ok (exit status 0): the run did its job") == 2
    assert list((installed / ARCHIVE[1:] / "posts").rglob("*.md"))


def test_the_log_for_cron_is_rotated(installed: Path) -> None:
    log = installed / LOGS[1:] / "crawl.log"
    log.write_text("a run\n")
    config = installed / "logrotate.conf"
    config.write_text(placed("logrotate.conf", installed).replace("    su archive archive\n", ""))  # no such user here
    run("logrotate", "--force", "--state", installed / "state", config, package="logrotate")
    assert log.with_name("crawl.log.1").read_text() == "a run\n"


def test_scrapyd_is_configured_for_loopback_with_a_user_and_without_a_password_in_the_file() -> None:
    config = RawConfigParser()
    config.read(DEPLOY / "scrapyd.conf", encoding="utf-8")
    assert (config["scrapyd"]["bind_address"], config["scrapyd"]["username"]) == ("127.0.0.1", "archive")
    assert "password" not in config["scrapyd"]
