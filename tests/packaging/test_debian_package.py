"""The Debian package in a clean Debian: what it installs, that it serves, what an upgrade keeps, what a purge leaves.

Nothing of the host is touched, and no packet leaves it: there is a file system in memory, and a network of its own.
TRIBUTARY_PACKAGE names the folder with the package, CLEAN_DEBIAN the tarball of clean_debian.sh.
"""

import os
import socket
from pathlib import Path

import pytest

from clean_debian import CleanDebian, enter_own_mounts
from harness import private_network
from harness.child_process import ChildProcess
from harness.dig import dig
from harness.waiting import eventually
from repacked import next_version

CONFIGURATION = "/etc/tributary/tributary.yaml"
EXAMPLES = "/usr/share/doc/tributary/examples"
# As the unit does, where there is no systemd: an ordinary user with the one privilege.
AS_SERVICE = ["setpriv", "--reuid=tributary", "--regid=tributary", "--clear-groups", "--no-new-privs",
              "--inh-caps=-all,+net_bind_service", "--ambient-caps=-all,+net_bind_service"]


@pytest.fixture(scope="module", autouse=True)
def apart_from_the_host():
    if os.geteuid() != 0:
        pytest.skip("only root can install a package in a Debian of its own: that is NOT tested here")
    private_network.enter()
    enter_own_mounts()


@pytest.fixture(scope="module")
def package() -> Path:
    packages = list(Path(os.environ["TRIBUTARY_PACKAGE"]).glob("tributary_*.deb"))
    assert len(packages) == 1, f"{packages}: build one with packaging/build-deb.sh"
    return packages[0]


@pytest.fixture(scope="module")
def newer(package, tmp_path_factory) -> Path:
    return next_version(package, tmp_path_factory.mktemp("newer"))


@pytest.fixture
def debian(tmp_path):
    root = tmp_path / "debian"
    root.mkdir()
    debian = CleanDebian(root, os.environ["CLEAN_DEBIAN"])
    yield debian
    debian.throw_away()


@pytest.fixture
def installed(debian, package):
    debian.install(package)
    return debian


@pytest.fixture
def serve(installed, tmp_path):
    """Runs the daemon as its unit does until the test ends, or until the function that it returns is called."""
    daemons = []

    def start():
        daemons.append(ChildProcess(installed.command(*AS_SERVICE, "tributary", "run"), tmp_path / "tributary.log"))
        eventually(lambda: not daemons[-1].running or dig(53, "localhost", "A").status == "NOERROR", "it answers")
        assert daemons[-1].running, daemons[-1].output()
        return lambda: end(daemons.pop())

    def end(daemon):
        daemon.send(15)
        assert daemon.wait(30) == 0, daemon.output()

    yield start
    for daemon in daemons:
        daemon.kill()


def edit(debian: CleanDebian, text: str) -> None:
    debian.path(CONFIGURATION).write_text(text)


def edited() -> str:
    return ('listen: ["udp://127.0.0.1:53", "tcp://127.0.0.1:53"]\n'
            f'upstreams: {{ home: {{ url: "zone:{EXAMPLES}/home.arpa.zone", origin: home.arpa }} }}\n'
            'routes: [{ suffix: home.arpa, group: home }, { suffix: ".", group: home }]\n'
            'dnssec: { mode: off }\n')


def leave_state(debian: CleanDebian) -> str:
    """A file as the daemon would leave one: systemd makes the folder when it starts it."""
    file = "/var/lib/tributary/clock"
    debian.run("install", "--directory", "--mode=700", "--owner=tributary", "/var/lib/tributary")
    debian.path(file).write_text("1793491200\n")
    return file


def free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def shipped(sources: Path) -> set[str]:
    """What has to be where, as long as the sources have it."""
    completion = {"tributary.bash": "/usr/share/bash-completion/completions/tributary",
                  "_tributary": "/usr/share/zsh/vendor-completions/_tributary",
                  "tributary.fish": "/usr/share/fish/vendor_completions.d/tributary.fish"}
    return {"/usr/bin/tributary", CONFIGURATION, "/lib/systemd/system/tributary.service",
            "/usr/lib/sysusers.d/tributary.conf", "/usr/share/man/man1/tributary.1.gz",
            "/usr/share/man/man5/tributary.yaml.5.gz", "/usr/share/doc/tributary/copyright",
            *(f"{EXAMPLES}/{file.name}" for file in (sources / "conf").iterdir()),
            *(f"{EXAMPLES}/{file.relative_to(sources / 'packaging')}"
              for folder in ("grafana", "kubernetes", "prometheus") for file in (sources / "packaging" / folder).iterdir()),
            *(target for name, target in completion.items() if (sources / "packaging/completion" / name).exists())}


def test_everything_is_where_it_belongs(installed, sources):
    there = set(installed.run("dpkg", "--listfiles", "tributary").splitlines())
    assert not shipped(sources) - there


def test_the_only_file_to_be_edited_is_the_configuration(installed):
    assert installed.run("dpkg-query", "--show", "--showformat=${Conffiles}", "tributary").split()[0::2] == [CONFIGURATION]


def test_the_program_is_of_the_version_of_the_package(installed):
    version = installed.run("dpkg-query", "--show", "--showformat=${source:Upstream-Version}", "tributary")
    assert installed.run("tributary", "version") == f"tributary {version}\n"


def test_systemd_has_nothing_to_say_against_the_unit(installed):
    assert installed.run("systemd-analyze", "verify", "--man=no", "/lib/systemd/system/tributary.service") == ""


def test_the_unit_will_start_at_boot(installed):
    assert installed.run("systemctl", "is-enabled", "tributary").strip() == "enabled"


def test_the_configuration_as_shipped_is_good_and_served(installed, serve):
    private_network.require()
    installed.path("/etc/resolv.conf").write_text("nameserver 192.0.2.1\n")
    assert installed.run("tributary", "check") == f"{CONFIGURATION}: good\n"
    end = serve()
    assert dig(53, "localhost", "A").data("A") == ["127.0.0.1"]
    end()


def test_it_answers_from_a_zone_and_leaves_the_port_when_it_ends(installed, serve):
    private_network.require()
    edit(installed, edited())
    end = serve()
    assert dig(53, "nas.home.arpa", "A").data("A") == ["192.168.1.10"]
    assert dig(53, "nas.home.arpa", "A", "+tcp").data("A") == ["192.168.1.10"]
    assert not free(53)
    end()
    assert free(53)


def test_an_upgrade_keeps_what_was_edited(installed, newer):
    edit(installed, edited())
    user = installed.run("id", "tributary")
    installed.install(newer, "--force-confdef", "--force-confold")
    assert installed.run("dpkg-query", "--show", "--showformat=${Version}", "tributary").endswith("+next")
    assert installed.path(CONFIGURATION).read_text() == edited()
    assert installed.run("id", "tributary") == user
    installed.run("tributary", "check")


def test_an_upgrade_brings_the_new_configuration_where_nobody_edited(installed, newer):
    installed.install(newer)
    assert "next version" in installed.path(CONFIGURATION).read_text()


def test_removing_leaves_the_configuration_and_purging_leaves_nothing(debian, package, newer):
    before = debian.files()
    debian.install(package)
    edit(debian, edited())
    state = leave_state(debian)
    debian.install(newer, "--force-confdef", "--force-confold")
    debian.run("dpkg", "--remove", "tributary")
    left = {line.split()[-1] for line in debian.files() - before}
    assert {CONFIGURATION, state} <= left
    assert not {path for path in left if path.startswith(("/usr", "/lib", "/bin"))}
    debian.run("dpkg", "--purge", "tributary")
    assert debian.files() == before
    assert debian.attempt("dpkg-query", "--status", "tributary").returncode == 1
