"""What the daemon stood up to: a line for each attack or fault, with the figure reached and the bound."""

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Line:
    attack: str  # the attack or fault
    reference: str  # CVE or RFC, "" where there is none
    figure: str
    bound: str
    met: bool
    where: str  # the file that found it out


class Verdicts:
    """The lines of one run, in the order in which they came about."""

    def __init__(self, long_form: bool):
        self.lines: list[Line] = []
        self._long_form = long_form
        self.where = ""  # set for each test

    def record(self, attack: str, reference: str, figure: str, bound: str, met: bool) -> None:
        """Keeps the line, then fails the test if the bound was not met."""
        self._keep(attack, reference, figure, bound, met)
        assert met, f"{attack}: {figure}, but {bound} was to be met"

    def timing(self, attack: str, reference: str, figure: str, bound: str, met: bool) -> None:
        """The same for figures in time, which a busy machine spoils: only the long form fails for them."""
        self._keep(attack, reference, figure, bound, met)
        assert met or not self._long_form, f"{attack}: {figure}, but {bound} was to be met"

    def markdown(self) -> str:
        """The table; what was not met is in bold."""
        rows = [(line.attack, line.reference, line.figure if line.met else f"**{line.figure}: not met**", line.bound,
                 line.where) for line in self.lines]
        header = ("attack or fault", "reference", "figure", "bound", "where")
        return "".join(f"| {' | '.join(row)} |\n" for row in (header, ("---",) * len(header), *rows))

    def write(self, file: Path) -> None:
        file.write_text(self.markdown())

    def _keep(self, *columns) -> None:
        self.lines.append(Line(*columns, where=self.where))
        print("{}: {} ({})".format(columns[0], columns[2], columns[3]))


class Scale:
    """scale(2_000, 60_000) is the first number in the short form, and the second one in the long form."""

    def __init__(self, long_form: bool):
        self.long_form = long_form

    def __call__(self, short, long):
        return long if self.long_form else short


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the whole numbers, and figures in time count")
    parser.addoption("--table", type=Path, help="the file that the table of figures is written to")


def pytest_configure(config: pytest.Config) -> None:
    config.verdicts = Verdicts(config.getoption("long"))


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    verdicts = config.verdicts
    if verdicts.lines:
        terminalreporter.section("verdicts")
        terminalreporter.write(verdicts.markdown())
        if file := config.getoption("table"):
            verdicts.write(file)


@pytest.fixture(scope="session")
def verdicts(request) -> Verdicts:
    return request.config.verdicts


@pytest.fixture(autouse=True)
def _where(request) -> None:
    request.config.verdicts.where = request.path.name


@pytest.fixture(scope="session")
def scale(request) -> Scale:
    return Scale(request.config.getoption("long"))
