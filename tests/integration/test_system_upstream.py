"""The upstream `system:` asks the servers of /etc/resolv.conf, but never itself: that would be a loop."""

import pytest

from harness import behaviour
from harness.dig import dig
from harness.private_network import mounted_over


@pytest.fixture
def with_resolv_conf(private_net, tributary, tmp_path):
    """with_resolv_conf(server): a daemon on 127.0.0.1:53 for which `server` is the system's name server."""

    def start(server: str):
        resolv = tmp_path / "resolv.conf"
        resolv.write_text(f"nameserver {server}\n")
        return tributary(around=mounted_over({"/etc/resolv.conf": str(resolv)}), port=53,
                         listen=["udp://127.0.0.1:53", "tcp://127.0.0.1:53"],
                         upstreams={"the-system": {"url": "system:"}},
                         routes=[{"suffix": ".", "group": "the-system"}])

    return start


def test_the_servers_of_resolv_conf_are_asked(with_resolv_conf, fake_dns):
    fake = fake_dns(behaviour.address("192.0.2.1"), host="127.0.0.2", port=53)
    daemon = with_resolv_conf("127.0.0.2")
    assert dig(daemon.port, "www.alpha.example", "A").data("A") == ["192.0.2.1"]
    assert fake.count("www.alpha.example") == 1


def test_it_does_not_ask_itself(with_resolv_conf):
    daemon = with_resolv_conf("127.0.0.1")
    answer = dig(daemon.port, "www.alpha.example", "A")
    assert answer.status == "SERVFAIL"
    assert daemon.metrics().value("tributary_queries_total") == 1, "only ours: nothing went round"
    said = [line for line in daemon.output().splitlines() if "resolv.conf" in line]
    assert any("127.0.0.1" in line for line in said), daemon.output()
