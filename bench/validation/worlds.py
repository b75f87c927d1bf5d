"""The signed zones that are asked for: the root, corp. and bench.corp., and what the load generator's names are there.

  n0000000 … n0019999  addresses in bench.corp. itself: one set of keys for all
  n1000000 …           a zone each, all with one key: a chain of trust to be fetched anew for each
  n2000000 …           in a trap: a wildcard with a hundred signatures by keys of one tag
"""

from pathlib import Path
from typing import Iterator

from harness.signed_tree.keys import KSK, ZSK, KeyPlan
from harness.signed_tree.keytrap import colliding_keys, signatures_by_colliding_keys
from harness.signed_tree.zone import Zone

FIRST_NAME, FIRST_ZONE, FIRST_TRAP = 0, 1_000_000, 2_000_000
_TRAPS = 100


def _names(count: int) -> str:
    return "".join(f"n{number:07} IN A 192.0.2.1\n" for number in range(FIRST_NAME, FIRST_NAME + count))


def _top(algorithm: int) -> list[Zone]:
    keys = (KeyPlan(algorithm, KSK, bits=2048), KeyPlan(algorithm, ZSK, bits=2048))
    return [Zone(".", keys, content=""), Zone("corp.", keys, content="")]


def _small_zones(algorithm: int, count: int, folder: Path) -> Iterator[Zone]:
    key = KeyPlan(algorithm, KSK, bits=2048)
    model = key.made(folder, "model.")
    for number in range(FIRST_ZONE, FIRST_ZONE + count):
        yield Zone(f"n{number:07}.bench.corp.", (KeyPlan(algorithm, KSK, copy_of=model.stem),),
                   content="@ IN A 192.0.2.1")


def ordinary(algorithm: int, names: int, zones: int, folder: Path) -> list[Zone]:
    """`folder` keeps a key."""
    keys = (KeyPlan(algorithm, KSK, bits=2048), KeyPlan(algorithm, ZSK, bits=2048))
    return [*_top(algorithm), Zone("bench.corp.", keys, signer="bind", content=_names(names)),
            *_small_zones(algorithm, zones, folder)]


def trapped(names: int) -> list[Zone]:
    content = _names(names) + "* IN A 192.0.2.66\n" + colliding_keys(_TRAPS)
    return [*_top(13), Zone("bench.corp.", (KeyPlan(13, KSK),), content=content,
                            faults=[signatures_by_colliding_keys("*", _TRAPS)])]
