"""The table: medians of all rounds, their ranges, and how Tributary compares."""

import statistics
from typing import NamedTuple, Sequence


class Sample(NamedTuple):
    """What one test of one subject in one round has brought."""

    test: str
    subject: str
    round: int
    figures: dict[str, float]


class Row(NamedTuple):
    test: str
    figure: str
    title: str


ROWS = [
    Row("udp", "cpu_us", "UDP hit: CPU µs an answer"),
    Row("udp", "rate", "UDP hit: answers/s"),
    Row("paced", "p50_us", "paced at {rate:,.0f}/s: p50, µs"),
    Row("paced", "p99_us", "paced at {rate:,.0f}/s: p99, µs"),
    Row("miss", "cpu_us", "UDP miss, a fresh port each: CPU µs"),
    Row("pool", "cpu_us", "UDP miss, a pool of ports: CPU µs"),
    Row("tcp", "cpu_us", "TCP hit: CPU µs an answer"),
    Row("start", "first_answer_ms", "start to first answer, ms"),
    Row("start", "resident_mb", "idle memory, MB"),
]

OURS = "tributary"


class Cell:
    """One row's figures of one subject, over the rounds."""

    def __init__(self, values: Sequence[float], limited: bool):
        self.values, self._limited = sorted(values), limited
        self.median = statistics.median(values) if values else None

    def __str__(self) -> str:
        if self.median is None:
            return "–"
        least, median, greatest = (readable(x) for x in (self.values[0], self.median, self.values[-1]))
        bound = "≥ " if self._limited else ""
        return bound + (median if least == greatest else f"{median} ({least}–{greatest})")


def readable(number: float) -> str:
    digits = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{digits}f}"


def cell(samples: Sequence[Sample], row: Row, subject: str) -> Cell:
    figures = [sample.figures for sample in samples if (sample.test, sample.subject) == (row.test, subject)]
    limited = row.figure == "rate" and bool(figures) and statistics.median(each["busy"] for each in figures) < 0.95
    return Cell([each[row.figure] for each in figures], limited)


def ratio(ours: Cell, other: Cell) -> str:
    return "–" if ours.median is None or not other.median else f"{ours.median / other.median:.2f}"


def table(samples: Sequence[Sample], subjects: Sequence[str], rate: float, rows: Sequence[Row] = ROWS) -> str:
    others = [subject for subject in subjects if subject != OURS]
    lines = [["", *subjects, *(f"{OURS} : {other}" for other in others)]]
    measured = {sample.test for sample in samples}
    for row in (row for row in rows if row.test in measured):
        cells = {subject: cell(samples, row, subject) for subject in subjects}
        ratios = [ratio(cells[OURS], cells[other]) if OURS in cells else "–" for other in others]
        lines.append([row.title.format(rate=rate), *map(str, cells.values()), *ratios])
    return markdown(lines)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| " + " | ".join([line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:]))])
        + " |" for line in [lines[0], rule, *lines[1:]])


def faults(samples: Sequence[Sample]) -> list[str]:
    """What was not answered as it should be: such figures are worth little."""
    return [f"{sample.subject}, {sample.test}, round {sample.round + 1}: {sample.figures['lost']:.0f} lost, "
            f"{sample.figures['failed']:.0f} answered with an error"
            for sample in samples if sample.figures["lost"] or sample.figures["failed"]]
