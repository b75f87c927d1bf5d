"""`python3 bench/validation` works: every row has its figures, and all queries are answered. How fast is not tested."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.daemon import BINARY
from harness.waiting import TIME_SCALE

VALIDATION = Path(__file__).parents[2] / "bench" / "validation"


@pytest.fixture(scope="module")
def output():
    if not BINARY:
        pytest.skip("TRIBUTARY does not name the daemon's binary")
    done = subprocess.run([sys.executable, "-B", str(VALIDATION), "--build", str(Path(BINARY).parent), "--rounds", "1",
                           "--names", "200", "--zones", "10", "--seconds", "0.2", "--rate", "500"],
                          capture_output=True, text=True, timeout=300 * TIME_SCALE)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return done.stdout


@pytest.mark.parametrize("title", ["cached, RSA", "cold, RSA", "cached, ECDSA", "cold, ECDSA", "cached names alone",
                                   "beside the flood", "times as long"])
def test_every_row_has_figures(output, title):
    row = next(line for line in output.splitlines() if line.startswith(f"| {title}"))
    assert len([cell for cell in row.split("|")[2:4] if cell.strip()[0].isdigit()]) == 2


def test_every_query_is_answered(output):
    assert "lost" not in output
