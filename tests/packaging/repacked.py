"""A package made anew from another one, as its next version would be."""

import re
import subprocess
from pathlib import Path

CONFIGURATION = "etc/tributary/tributary.yaml"


def next_version(package: Path, folder: Path) -> Path:
    """A newer version whose configuration, as shipped, differs from that of `package`."""
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^(Version: .*)$", r"\1+next", control.read_text(), flags=re.M))
    shipped = tree / CONFIGURATION
    shipped.write_text(shipped.read_text() + "\n# A remark of the next version.\n")
    newer = folder / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(newer)], check=True)
    return newer
