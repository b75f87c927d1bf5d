"""`python3 bench/load` works: every row has its figure, and all queries are answered. How fast is not tested."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.daemon import BINARY
from harness.waiting import TIME_SCALE

LOAD = Path(__file__).parents[2] / "bench" / "load"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-B", str(LOAD), *arguments], capture_output=True, text=True,
                          timeout=120 * TIME_SCALE)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    if not BINARY:
        pytest.skip("TRIBUTARY does not name the daemon's binary")
    file = tmp_path_factory.mktemp("load") / "figures.json"
    done = run("--build", str(Path(BINARY).parent), "--rounds", "1", "--seconds", "0.2", "--rate", "2000",
               "--json", str(file))
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return done.stdout, json.loads(file.read_text())


@pytest.mark.parametrize("title", ["UDP hit: CPU", "UDP hit: answers/s", "paced at 2,000/s: p50", "paced at 2,000/s: p99",
                                   "UDP miss, a fresh port each", "TCP hit", "start to first answer", "idle memory"])
def test_every_row_has_figures_of_the_daemon_and_of_unbound(outcome, title):
    row = next(line for line in outcome[0].splitlines() if line.startswith(f"| {title}"))
    _, _, _, tributary, unbound, *_ = (cell.strip(" ≥") for cell in row.split("|"))
    assert float(tributary.replace(",", "")) > 0
    assert float(unbound.replace(",", "")) > 0


def test_the_pool_of_ports_has_a_figure_of_the_daemon(outcome):
    row = next(line for line in outcome[0].splitlines() if line.startswith("| UDP miss, a pool of ports"))
    assert float(row.split("|")[3]) > 0


def test_every_query_is_answered(outcome):
    for sample in outcome[1]["samples"]:
        assert (sample["figures"]["lost"], sample["figures"]["failed"]) == (0, 0), sample


def test_it_tells_how_to_build_what_is_missing(tmp_path):
    done = run("--build", str(tmp_path))
    assert done.returncode == 1
    assert "cmake --build --preset release --target tributary load_tools" in done.stderr
