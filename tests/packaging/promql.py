"""What PromQL expressions ask for, read roughly: enough for the rules and the dashboard of this project."""

import re
from dataclasses import dataclass

_SELECTOR = re.compile(r"\b(?P<name>(?:tributary|process)_\w+)(?:\{(?P<matchers>[^}]*)\})?")
_MATCHER = re.compile(r'(?P<label>\w+)\s*(?P<operator>=~|!~|!=|=)\s*"(?P<value>[^"]*)"')
# Labels that Prometheus gives to every series.
_OF_PROMETHEUS = {"instance", "job"}


@dataclass(frozen=True)
class Selector:
    metric: str
    matchers: tuple[tuple[str, str], ...]  # label, and one value that it is to have; "" when that is not said

    def __str__(self) -> str:
        return f"{self.metric}{dict(self.matchers)}"


def _matchers(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for match in _MATCHER.finditer(text):
        if match["label"] in _OF_PROMETHEUS:
            continue
        values = match["value"].split("|") if match["operator"] in ("=", "=~") else [""]
        found += [(match["label"], value) for value in values]
    return tuple(found)


def selectors(expression: str) -> list[Selector]:
    return [Selector(match["name"], _matchers(match["matchers"] or "")) for match in _SELECTOR.finditer(expression)]
