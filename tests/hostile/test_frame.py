"""The frame of the suite itself: lines are kept, and what is not met fails where it should."""

import pytest

from verdicts import Verdicts


def failing(call, *arguments) -> bool:
    try:
        call(*arguments)
        return False
    except AssertionError:
        return True


@pytest.mark.parametrize("long_form", [False, True])
def test_what_is_not_met_fails_but_for_times_in_the_short_form(long_form):
    verdicts = Verdicts(long_form)
    assert not failing(verdicts.record, "flood", "RFC 1", "10 of 10", "all", True)
    assert not failing(verdicts.timing, "flood", "", "1 ms", "2 ms", True)
    assert failing(verdicts.record, "flood", "RFC 1", "9 of 10", "all", False)
    assert failing(verdicts.timing, "flood", "", "3 ms", "2 ms", False) == long_form
    assert [line.met for line in verdicts.lines] == [True, True, False, False]


def test_the_table_is_markdown_and_shows_what_is_not_met(tmp_path):
    verdicts = Verdicts(long_form=False)
    verdicts.where = "test_frame.py"
    verdicts.record("flood", "RFC 1", "10 of 10", "all", True)
    verdicts.timing("flood", "", "3 ms", "2 ms", False)
    verdicts.write(tmp_path / "table.md")
    assert (tmp_path / "table.md").read_text().splitlines() == [
        "| attack or fault | reference | figure | bound | where |",
        "| --- | --- | --- | --- | --- |",
        "| flood | RFC 1 | 10 of 10 | all | test_frame.py |",
        "| flood |  | **3 ms: not met** | 2 ms | test_frame.py |"]


def test_there_is_a_daemon_and_a_scripted_server(tributary, fake_dns, scale):
    """The fixtures of the integration tests."""
    from harness import behaviour, load

    fake = fake_dns(behaviour.address("192.0.2.1"))
    daemon = tributary(upstreams={"only": {"url": f"udp://{fake.endpoint}"}})
    assert load.ask_all(daemon.port, ["www.example"], at_once=1)[0].verdict() == "NOERROR 192.0.2.1"
    assert scale(1, 2) in (1, 2)
