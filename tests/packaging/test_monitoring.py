"""Alert rules and dashboard: promtool finds no fault in them, and all that they ask for is told by the daemon."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from harness.daemon import Daemon
from harness.metrics import Metrics
from promql import Selector, selectors

# One of each kind, so that every family has a series; nobody is asked.
EVERYTHING = {"upstreams": {"one": {"url": "udp://127.0.0.1:9"}, "two": {"url": "udp://127.0.0.1:9"}},
              "groups": {"both": {"upstreams": ["one", "two"]}}, "routes": [{"suffix": ".", "group": "both"}]}


@pytest.fixture(scope="module")
def told(program, tmp_path_factory) -> Metrics:
    daemon = Daemon.configured(tmp_path_factory.mktemp("tributary"), EVERYTHING).start()
    try:
        return daemon.metrics()
    finally:
        daemon.kill()


@pytest.fixture(scope="module")
def alerts(sources) -> list[dict]:
    file = yaml.safe_load((sources / "packaging/prometheus/alerts.yaml").read_text())
    return [rule for group in file["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def alert_tests(sources) -> list[dict]:
    return yaml.safe_load((sources / "packaging/prometheus/alerts_test.yaml").read_text())["tests"]


@pytest.fixture(scope="module")
def dashboard(sources) -> dict:
    return json.loads((sources / "packaging/grafana/tributary.json").read_text())


def targets(dashboard: dict) -> list[dict]:
    return [target for panel in dashboard["panels"] for target in panel.get("targets", [])]


def promtool(*arguments: str, folder: Path) -> None:
    result = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def missing(metrics: Metrics, wanted: list[Selector]) -> list[str]:
    """Those that no series answers to, for one of their values at least."""
    return [str(selector) for selector in wanted
            if not all(metrics.has(selector.metric, label, value) for label, value in selector.matchers or [("", "")])]


def test_promtool_finds_no_fault_in_the_rules(sources):
    promtool("check", "rules", "alerts.yaml", folder=sources / "packaging/prometheus")


def test_the_rules_fire_when_they_should(sources):
    promtool("test", "rules", "alerts_test.yaml", folder=sources / "packaging/prometheus")


def test_every_alert_fires_in_a_test_and_is_silent_when_all_is_well(alerts, alert_tests):
    names = {alert["alert"] for alert in alerts}
    fired = re.findall(r'alertname="(\w+)"', json.dumps([test["promql_expr_test"] for test in alert_tests])
                       .replace("\\", ""))
    assert set(fired) == names
    calm = " ".join(series["series"] for series in alert_tests[0]["input_series"])
    assert all(not expected["exp_samples"] for expected in alert_tests[0]["promql_expr_test"])
    assert {s.metric for alert in alerts for s in selectors(alert["expr"])} <= {s.metric for s in selectors(calm)}


def test_every_alert_says_what_is_wrong_and_what_to_do(alerts):
    for alert in alerts:
        assert set(alert["annotations"]) == {"summary", "description", "runbook"}, alert["alert"]
        assert alert["labels"]["severity"] in ("critical", "warning"), alert["alert"]


def test_what_the_rules_ask_for_is_told(alerts, told):
    assert not missing(told, [selector for alert in alerts for selector in selectors(alert["expr"])])


def test_what_the_dashboard_asks_for_is_told(dashboard, told):
    assert not missing(told, [selector for target in targets(dashboard) for selector in selectors(target["expr"])])


def test_labels_in_legends_are_told(dashboard, told):
    for target in targets(dashboard):
        for label in set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) - {"instance"}:
            metric = selectors(target["expr"])[0].metric
            assert told.has(metric, label), f"{metric} has no {label}"


def test_prometheus_understands_what_the_dashboard_asks(dashboard, tmp_path):
    """As rules, for promtool checks nothing else."""
    rules = [{"record": f"panel:{number}", "expr": target["expr"].replace("$__rate_interval", "5m")}
             for number, target in enumerate(targets(dashboard))]
    (tmp_path / "panels.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", "panels.yaml", folder=tmp_path)


def test_panels_do_not_share_a_number_or_a_place(dashboard):
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y) for panel in panels
              for x in range(panel["gridPos"]["w"]) for y in range(panel["gridPos"]["h"])]
    assert len(set(places)) == len(places)
    assert max(x for x, _ in places) < 24
