"""The upstream `system:` asks the servers of /etc/resolv.conf, but never itself: that would be a loop."""

import pytest

from harness import behaviour
from harness.dig import dig
from harness.private_network import mounted_over


@pytest.fixture
def with_resolv_conf(private_net, tributary, tmp_path):
    """with_resolv_conf(servers…): a daemon on port 53 for which these are the system's name servers."""

    def start(*servers: str, listen: str = "127.0.0.1"):
        resolv = tmp_path / "resolv.conf"
        resolv.write_text("".join(f"nameserver {server}\n" for server in servers))
        return tributary(around=mounted_over({"/etc/resolv.conf": str(resolv)}), port=53,
                         listen=[f"udp://{listen}:53", f"tcp://{listen}:53"],
                         upstreams={"the-system": {"url": "system:"}},
                         routes=[{"suffix": ".", "group": "the-system"}])

    return start


def test_the_servers_of_resolv_conf_are_asked(with_resolv_conf, fake_dns):
    fake = fake_dns(behaviour.address("192.0.2.1"), host="127.0.0.2", port=53)
    daemon = with_resolv_conf("127.0.0.2")
    assert dig(daemon.port, "www.alpha.example", "A").data("A") == ["192.0.2.1"]
    assert fake.count("www.alpha.example") == 1


def test_it_passes_over_itself_to_the_others(with_resolv_conf, fake_dns):
    fake = fake_dns(behaviour.address("192.0.2.1"), host="127.0.0.2", port=53)
    daemon = with_resolv_conf("127.0.0.1", "127.0.0.2")
    assert dig(daemon.port, "www.alpha.example", "A").data("A") == ["192.0.2.1"]
    assert fake.count("www.alpha.example") == 1
    assert daemon.metrics().value("tributary_queries_total") == 1, "only ours: nothing went round"


@pytest.mark.parametrize("listen, server", [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"),
                                            ("0.0.0.0", "127.0.0.53"), ("[::1]", "::1"), ("[::]", "::1")])
def test_it_does_not_ask_itself(with_resolv_conf, listen, server):
    daemon = with_resolv_conf(server, listen=listen)
    answer = dig(daemon.port, "www.alpha.example", "A", server=server)
    assert answer.status == "SERVFAIL"
    assert daemon.metrics().value("tributary_queries_total") == 1, "only ours: nothing went round"
    warnings = [line for line in daemon.output().splitlines() if "warning" in line]
    assert any("the-system" in line and "resolv.conf" in line for line in warnings), daemon.output()
