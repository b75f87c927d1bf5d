"""The harness itself: the real servers answer as the tests expect of them, and the liars lie as told."""

import subprocess

import pytest

from harness import behaviour, load
from harness.dig import dig, kdig
from harness.metrics import Metrics
from harness.private_network import mounted_over
from harness.waiting import eventually


@pytest.mark.parametrize("server", ["nsd", "unbound"])
@pytest.mark.parametrize("ask", [dig, kdig])
def test_real_servers_serve_the_zones(server, ask, request):
    port = request.getfixturevalue(server).port
    assert ask(port, "www.alpha.example", "A").data("A") == ["192.0.2.10", "192.0.2.11"]
    assert ask(port, "away.alpha.example", "A").data("A") == ["198.51.100.10"]
    assert ask(port, "nothing.alpha.example", "A").status == "NXDOMAIN"
    assert ask(port, ".", "NS").data("NS") == ["ns.alpha.example."]
    assert len(ask(port, "big20000.alpha.example", "TXT").data("TXT")) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_unbound_serves_https(unbound, authority, host):
    answer = kdig(unbound.https_port, "+https=dns.example/dns-query", f"+tls-ca={authority.ca_file}",
                  "+tls-hostname=dns.example", "www.alpha.example", "A", server=host)
    assert answer.data("A") == ["192.0.2.10", "192.0.2.11"]


def test_nsd_restarts_on_its_port(start_nsd):
    server = start_nsd()
    server.kill()
    assert dig(server.port, "www.alpha.example").status == ""
    server.restart()
    assert dig(server.port, "www.alpha.example").status == "NOERROR"


@pytest.mark.parametrize("option, protocol", [("+notcp", "udp"), ("+tcp", "tcp")])
def test_fakes_answer_as_told(fake_dns, option, protocol):
    cases = [(behaviour.servfail, "SERVFAIL"), (behaviour.nxdomain(), "NXDOMAIN"),
             (behaviour.after(0.1, behaviour.address("192.0.2.1")), "NOERROR")]
    for how, status in cases:
        fake = fake_dns(how)
        assert dig(fake.port, option, "www.alpha.example").status == status
        assert [received.protocol for received in fake.received] == [protocol]


def test_a_dead_fake_says_nothing_but_hears(fake_dns):
    fake = fake_dns(behaviour.dead)
    assert dig(fake.port, "www.alpha.example", "+time=1").status == ""
    assert fake.count("www.alpha.example") == 1


def test_the_load_client_counts_every_reply(fake_dns):
    fake = fake_dns(behaviour.address("192.0.2.1"))
    outcomes = load.ask_all(fake.port, (f"n{number}.example" for number in range(500)), at_once=32)
    assert [outcome.addresses() for outcome in outcomes] == [["192.0.2.1"]] * 500
    steady = load.SteadyLoad(fake.port, 500, lambda: "www.example")
    eventually(lambda: len(steady.outcomes) >= 200, "200 replies")
    assert {outcome.verdict() for outcome in steady.stop()} == {"NOERROR 192.0.2.1"}


def test_fake_https_answers_kdig_and_sends_goaway(fake_doh, authority):
    fake = fake_doh(authority.issue("dns.example"), behaviour.address("192.0.2.1"), goaway_after=1)
    for method in ("+https", "+https-get"):
        answer = kdig(fake.port, "+https", method, f"+tls-ca={authority.ca_file}", "+tls-hostname=dns.example",
                      "www.alpha.example", "A")
        assert answer.data("A") == ["192.0.2.1"], answer.text
    assert [request.headers[":method"] for request in fake.received] == ["POST", "GET"]
    assert fake.goaways == 2


@pytest.mark.parametrize("kind", ["expired", "self-signed", "other host"])
def test_bad_certificates_are_bad(fake_doh, authority, kind):
    certificate = {"expired": lambda: authority.issue("dns.example", expired=True),
                   "self-signed": lambda: authority.issue_self_signed("dns.example"),
                   "other host": lambda: authority.issue("other.example")}[kind]()
    fake = fake_doh(certificate, behaviour.address("192.0.2.1"))
    answer = kdig(fake.port, "+https", f"+tls-ca={authority.ca_file}", "+tls-hostname=dns.example", "www.example")
    assert answer.status == ""
    assert fake.received == []


def test_metrics_are_read():
    scrape = Metrics('# HELP x y\ntributary_upstream_state{upstream="a",state="open"} 1\n'
                     'tributary_upstream_state{upstream="a",state="closed"} 0\n'
                     'tributary_queries_total{protocol="udp"} 3\ntributary_queries_total{protocol="tcp"} 4\n')
    assert scrape.state("a") == "open"
    assert scrape.value("tributary_queries_total") == 7
    assert scrape.value("tributary_queries_total", protocol="udp") == 3
    assert scrape.value("tributary_nothing") == 0


def test_a_file_is_put_over_another_for_one_command_only(private_net, tmp_path):
    mine = tmp_path / "resolv.conf"
    mine.write_text("nameserver 127.0.0.9\n")
    seen = subprocess.run([*mounted_over({"/etc/resolv.conf": str(mine)}), "cat", "/etc/resolv.conf"],
                          capture_output=True, text=True, check=True).stdout
    assert seen == "nameserver 127.0.0.9\n"
    assert open("/etc/resolv.conf").read() != seen
