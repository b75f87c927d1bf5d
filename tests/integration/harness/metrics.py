"""What the daemon tells on its admin address."""

import http.client
import re

_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def fetch(port: int, path: str) -> tuple[int, str]:
    """Status and body of http://127.0.0.1:`port``path`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


class Metrics:
    """One scrape of /metrics (Prometheus text format)."""

    def __init__(self, text: str):
        self._samples = [(match["name"], dict(_LABEL.findall(match["labels"] or "")), float(match["value"]))
                         for match in map(_SAMPLE.match, text.splitlines()) if match]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of `name` that carry all of `labels`; 0 when there is none."""
        return sum(value for sample, have, value in self._samples
                   if sample == name and labels.items() <= have.items())

    def series(self) -> set[tuple]:
        """Each name with its labels."""
        return {(name, *sorted(labels.items())) for name, labels, _ in self._samples}

    def family(self, name: str) -> list[tuple[dict[str, str], float]]:
        """All samples of `name` that are not 0."""
        return [(labels, value) for sample, labels, value in self._samples if sample == name and value]

    def has(self, name: str, label: str = "", value: str = "") -> bool:
        """Whether there is a sample of `name`; with `label`, one that carries it; with `value`, one where it is that."""
        return any(sample == name and (not label or have.get(label) == value or (not value and label in have))
                   for sample, have, _ in self._samples)

    def names(self) -> set[str]:
        return {name for name, _, _ in self._samples}

    def state(self, upstream: str) -> str:
        """closed, open or half_open."""
        states = [labels["state"] for name, labels, value in self._samples
                  if name == "tributary_upstream_state" and labels["upstream"] == upstream and value == 1]
        assert len(states) == 1, f"{upstream} is in {len(states)} states: {states}"
        return states[0]
