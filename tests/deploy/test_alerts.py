"""The alert rules: Prometheus accepts them, and they ask for metrics that there are."""

import re

from tests.support.crawling import ROOT
from tests.support.programs import run

RULES = ROOT / "deploy/alerts.yml"


def test_prometheus_accepts_the_rules() -> None:
    assert "SUCCESS: 4 rules found" in run("promtool", "check", "rules", RULES, package="prometheus")


def test_they_fire_when_they_should() -> None:
    run("promtool", "test", "rules", ROOT / "tests/deploy/alerts_test.yml", package="prometheus")


def test_they_ask_for_documented_metrics() -> None:
    asked = set(re.findall(r"archive_\w+", RULES.read_text(encoding="utf-8")))
    assert asked <= set(re.findall(r"`(archive_\w+)`", (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")))
