"""The container file, read: no container is built here. What it copies and installs exists, and root is nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

from containerfile import Stage, stages


@pytest.fixture(scope="module")
def image(sources) -> list[Stage]:
    return stages(sources / "packaging/container/Containerfile")


def package_of(library: str) -> str:
    return subprocess.run(["dpkg-query", "--search", str(Path(library).resolve())],
                          capture_output=True, text=True, check=True).stdout.split(":")[0]


def linked_packages(program: str) -> set[str]:
    """The packages of the libraries that the program itself asks for."""
    needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", program], capture_output=True, text=True,
                                                          check=True).stdout)
    paths = dict(re.findall(r"(\S+) => (\S+)", subprocess.run(["ldd", program], capture_output=True, text=True,
                                                              check=True).stdout))
    return {package_of(paths[library]) for library in needed if library in paths and library != "libc.so.6"}


def installed(stage: Stage) -> set[str]:
    words = " ".join(stage.all("RUN"))
    return set(re.search(r"--no-install-recommends ([^&]*)&&", words)[1].split())


def test_both_stages_are_the_debian_that_is_built_for(image):
    assert [stage.base for stage in image] == ["debian:bookworm-slim", "debian:bookworm-slim"]


def test_only_what_was_built_and_the_configuration_comes_into_the_image(image, sources):
    known = {"build"}
    for stage in image:
        for copy in stage.all("COPY"):
            *origins, _ = copy.split()
            if origins[0].startswith("--from="):
                assert origins[0].removeprefix("--from=") in known
            else:
                assert all((sources / origin).exists() for origin in origins), copy
        assert not stage.all("ADD")


def test_the_libraries_of_the_program_are_installed_and_no_more(image, program):
    assert installed(image[-1]) == linked_packages(program) | {"ca-certificates"}


def test_it_runs_as_nobody_and_without_a_shell(image):
    user, group = image[-1].all("USER")[-1].split(":")
    assert int(user) > 0 and int(group) > 0
    assert image[-1].last_as_list("ENTRYPOINT") == ["/usr/bin/tributary"]
    assert image[-1].last_as_list("CMD") == ["run", "--config", "/etc/tributary/tributary.yaml"]


def test_the_configuration_in_the_image_is_good(program, sources):
    subprocess.run([program, "check", str(sources / "packaging/container/tributary.yaml")], check=True)


def test_what_is_left_out_of_the_context_is_not_needed(sources):
    ignored = (sources / "packaging/container/Containerfile.dockerignore").read_text().split("\n")
    assert {".git", "build"} <= set(ignored)
