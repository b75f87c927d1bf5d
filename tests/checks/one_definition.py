#!/usr/bin/env python3
"""Every type that a header defines in a namespace has its name for itself: two of one name in one namespace, in headers
that no file includes both, compile and link, and then one is constructed as if it were the other.

usage: one_definition.py ROOT
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOMS = ["base", "dns", "cache", "policy", "resolver"]
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{")
TYPE = re.compile(r"^(?:struct|class|enum class|enum|union) (\w+)(?: final)?(?: :[^:;]*(?:::[^;{]*)*)? \{")


def types_of(header: str):
    """The full names of the types defined in `header`, outside of other types."""
    namespace = ""
    for line in header.splitlines():
        if found := NAMESPACE.match(line):
            namespace = found[1]
        elif (found := TYPE.match(line)) and namespace:
            yield f"{namespace}::{found[1]}"


def main(root: Path) -> int:
    homes = defaultdict(list)
    for room in ROOMS:
        for header in sorted((root / room).rglob("*.hpp")):
            for name in types_of(header.read_text()):
                homes[name].append(header.relative_to(root))
    assert len(homes) > 100, "the headers are not where they were"
    faults = {name: places for name, places in homes.items() if len(places) > 1}
    for name, places in faults.items():
        print(f"{name} is defined in {' and in '.join(map(str, places))}: rename one")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
