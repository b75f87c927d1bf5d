"""However many clients ask the same question at once, over whichever worker, an upstream sees one query for it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import behaviour, load
from harness.waiting import eventually


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_two_hundred_equal_questions_are_one_query(tributary, fake_dns, events, scheme):
    gate = behaviour.Gate(behaviour.address("192.0.2.1"))
    fake = fake_dns(gate)
    daemon = tributary(upstreams={"only": {"url": f"{scheme}://{fake.endpoint}"}},
                       routes=[{"suffix": ".", "group": "only"}])
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(load.ask_all, daemon.port, ["www.alpha.example"] * 200, at_once=200)
        eventually(lambda: daemon.metrics().value("tributary_queries_total") >= 200, "all questions have arrived")
        events.call(gate.open)
        outcomes = asking.result()
    print(f"200 questions, {fake.count('www.alpha.example')} query")
    assert Counter(outcome.verdict() for outcome in outcomes) == {"NOERROR 192.0.2.1": 200}
    assert fake.count("www.alpha.example") == 1
