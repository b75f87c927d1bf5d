"""A container file, taken apart into stages and instructions."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Stage:
    base: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, keyword: str) -> list[str]:
        return [text for word, text in self.instructions if word == keyword]

    def last_as_list(self, keyword: str) -> list[str]:
        """ENTRYPOINT and CMD in their form without a shell."""
        return json.loads(self.all(keyword)[-1])


def stages(file: Path) -> list[Stage]:
    text = re.sub(r"^#.*\n", "", file.read_text(), flags=re.M)
    lines = [line for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]
    found: list[Stage] = []
    for line in lines:
        keyword, _, rest = line.partition(" ")
        if keyword == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].instructions.append((keyword, rest.strip()))
    return found
