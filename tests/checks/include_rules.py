#!/usr/bin/env python3
"""Checks who includes whom: include_rules.py SOURCE_ROOT, or --self-test.

Prints "file:line: reason" for each offence and fails if there is one. The two tables below are the rules.
"""

import re
import sys
from collections import namedtuple
from fnmatch import fnmatchcase
from pathlib import Path

# Files (the first pattern that fits decides), and the paths of ours that they may include. A file may always
# include what the same line covers.
ROOMS = [
    ("base/*", []),
    ("dns/*", ["base/*"]),
    ("cache/*", ["base/*", "dns/*"]),
    ("policy/*", ["base/*", "dns/*"]),
    ("resolver/explain/*", ["base/*", "dns/*", "policy/*"]),
    # The rooms of the resolver meet in the interfaces of resolver/upstream/.
    ("resolver/upstream/*", ["base/*", "dns/*", "cache/*", "policy/*"]),
    ("resolver/transport/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/upstream/*"]),
    ("resolver/strategy/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/upstream/*", "resolver/explain/*"]),
    ("resolver/admin/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/upstream/*", "resolver/answer_source.hpp",
                          "resolver/counters.hpp", "resolver/dnssec/shared_clock_state.hpp"]),
    ("resolver/dnssec/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/upstream/upstream.hpp",
                           "resolver/explain/*"]),
    ("resolver/listener/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/counters.hpp"]),
    ("resolver/querylog/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/answer_source.hpp",
                             "resolver/counters.hpp",
                             "resolver/listener/query_handler.hpp"]),
    # This one builds everything, so only it knows the transports and the listeners themselves.
    ("resolver/daemon/*", ["*"]),
    # Clients of the daemon over HTTP, but for those that run and check.
    ("resolver/commands/*", ["base/*", "policy/*", "resolver/admin/*", "resolver/daemon/daemon.hpp",
                             "resolver/daemon/resolv_conf_problems.hpp", "resolver/daemon/system_servers.hpp",
                             "resolver/daemon/upstream_factory.hpp"]),
    ("resolver/main.cpp", ["resolver/commands/*"]),
    ("resolver/*", ["base/*", "dns/*", "cache/*", "policy/*", "resolver/upstream/*", "resolver/strategy/*",
                    "resolver/dnssec/*", "resolver/explain/*", "resolver/querylog/*",
                    "resolver/listener/query_handler.hpp"]),
]  # fmt: skip

# Headers of a library, the files that may include them, and how many files do so at most.
Library = namedtuple("Library", "headers homes most_files", defaults=[sys.maxsize])
LIBRARIES = [
    Library("yaml-cpp/*", ("policy/*.cpp",), most_files=1),
    Library("boost/*", ("resolver/admin/http_wire.cpp",)),
    Library("nghttp2/*", ("resolver/transport/http2_session.*",)),
    Library("ares*.h", ("resolver/transport/bootstrap.cpp",)),
    Library("ldns/*", ("dns/*.cpp", "resolver/dnssec/*.cpp")),
    Library("spdlog/*", ("*.cpp",)),
]

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
OUR_FOLDERS = {pattern.split("/")[0] for pattern, _ in ROOMS}


def fits(path, patterns):
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def room_of(path):
    """The first row of ROOMS that fits, or None for a path that is not ours."""
    return next((row for row in ROOMS if fnmatchcase(path, row[0])), None)


def offence_against_rooms(file, header):
    room, known = room_of(file)
    header_room = room_of(header)
    if header_room is None:
        return f"{header}: paths of our own headers start at the root"
    if header_room[0] == room or fits(header, known):
        return None
    return f"{header}: {room} may include only {', '.join([room, *known])}"


def offence_against_libraries(file, header):
    for library in LIBRARIES:
        if fnmatchcase(header, library.headers) and not fits(file, library.homes):
            return f"{header}: only {', '.join(library.homes)} may include it"
    return None


def offence(file, header, quoted):
    """Why `file` must not include `header`, or None."""
    ours = quoted or room_of(header)
    return offence_against_rooms(file, header) if ours else offence_against_libraries(file, header)


def includes_of(text):
    """Yields (line number, header, quoted) for each #include."""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := INCLUDE.match(line):
            yield number, match[2], match[1] == '"'


def offences_in(texts):
    """The offences in files, given as (path from the root, text)."""
    users = {library: {} for library in LIBRARIES}
    for file, text in texts:
        for number, header, quoted in includes_of(text):
            if reason := offence(file, header, quoted):
                yield f"{file}:{number}: {reason}"
            for library in LIBRARIES:
                if fnmatchcase(header, library.headers):
                    users[library].setdefault(file, number)
    for library, places in users.items():
        for file, number in list(places.items())[library.most_files :]:
            yield f"{file}:{number}: {library.headers}: another file includes it already"


def sources(root):
    for folder in sorted(OUR_FOLDERS):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            yield path.relative_to(root).as_posix(), path.read_text()


ALLOWED, FORBIDDEN = True, False
SELF_TEST = [
    ("base/log.cpp", '"base/log.hpp"', ALLOWED),
    ("base/log.cpp", '"dns/name.hpp"', FORBIDDEN),
    ("dns/name.cpp", '"base/time.hpp"', ALLOWED),
    ("dns/name.cpp", '"cache/cache.hpp"', FORBIDDEN),
    ("dns/name.cpp", '"name.hpp"', FORBIDDEN),
    ("cache/cache.cpp", '"dns/name.hpp"', ALLOWED),
    ("cache/cache.cpp", '"policy/config.hpp"', FORBIDDEN),
    ("policy/decide.cpp", '"resolver/upstream/upstream.hpp"', FORBIDDEN),
    ("resolver/transport/udp.cpp", '"resolver/upstream/upstream.hpp"', ALLOWED),
    ("resolver/transport/udp.cpp", '"resolver/strategy/race.hpp"', FORBIDDEN),
    ("resolver/transport/udp.cpp", '"resolver/daemon/daemon.hpp"', FORBIDDEN),
    ("resolver/strategy/race.cpp", '"resolver/transport/udp.hpp"', FORBIDDEN),
    ("resolver/dnssec/validator.cpp", '"resolver/upstream/upstream.hpp"', ALLOWED),
    ("resolver/dnssec/validator.cpp", '"resolver/upstream/breaker.hpp"', FORBIDDEN),
    ("resolver/listener/udp.cpp", '"resolver/upstream/upstream.hpp"', FORBIDDEN),
    ("resolver/upstream/guarded.cpp", '"resolver/transport/udp.hpp"', FORBIDDEN),
    ("resolver/resolution.cpp", '"resolver/strategy/strategy.hpp"', ALLOWED),
    ("resolver/resolution.cpp", '"resolver/resolution.hpp"', ALLOWED),
    ("resolver/resolution.cpp", '"resolver/listener/query_handler.hpp"', ALLOWED),
    ("resolver/resolution.cpp", '"resolver/listener/udp_listener.hpp"', FORBIDDEN),
    ("resolver/resolution.cpp", '"resolver/transport/udp.hpp"', FORBIDDEN),
    ("resolver/resolution.cpp", '"resolver/daemon/daemon.hpp"', FORBIDDEN),
    ("resolver/daemon/daemon.cpp", '"resolver/transport/udp.hpp"', ALLOWED),
    ("resolver/main.cpp", '"resolver/daemon/daemon.hpp"', FORBIDDEN),
    ("resolver/commands/run.cpp", '"resolver/daemon/daemon.hpp"', ALLOWED),
    ("resolver/commands/run.cpp", '"resolver/resolution.hpp"', FORBIDDEN),
    ("resolver/admin/http_wire.cpp", "<boost/beast/http/parser.hpp>", ALLOWED),
    ("resolver/admin/admin_server.cpp", "<boost/beast/http/parser.hpp>", FORBIDDEN),
    ("policy/yaml.cpp", "<yaml-cpp/yaml.h>", ALLOWED),
    ("policy/yaml.hpp", "<yaml-cpp/yaml.h>", FORBIDDEN),
    ("resolver/transport/http2_session.cpp", "<nghttp2/nghttp2.h>", ALLOWED),
    ("resolver/transport/https.cpp", "<nghttp2/nghttp2.h>", FORBIDDEN),
    ("resolver/transport/bootstrap.cpp", "<ares.h>", ALLOWED),
    ("resolver/transport/bootstrap.hpp", "<ares.h>", FORBIDDEN),
    ("dns/record.cpp", "<ldns/ldns.h>", ALLOWED),
    ("dns/record.hpp", "<ldns/ldns.h>", FORBIDDEN),
    ("cache/cache.cpp", "<ldns/ldns.h>", FORBIDDEN),
    ("base/log.cpp", "<spdlog/spdlog.h>", ALLOWED),
    ("base/log.hpp", "<spdlog/spdlog.h>", FORBIDDEN),
    ("base/log.hpp", "<dns/name.hpp>", FORBIDDEN),
    ("base/log.hpp", "<string>", ALLOWED),
]


def self_test():
    for file, header, allowed in SELF_TEST:
        offences = list(offences_in([(file, f"// first line\n  #  include {header}  // why\n")]))
        as_expected = not offences if allowed else len(offences) == 1 and offences[0].startswith(f"{file}:2: ")
        if not as_expected:
            yield f"{file} including {header}: {offences}"
    yaml = "#include <yaml-cpp/yaml.h>"
    if len(list(offences_in([("policy/one.cpp", yaml), ("policy/two.cpp", yaml)]))) != 1:
        yield "a second file with yaml-cpp was not found"


def main(argument):
    complaints = list(self_test()) if argument == "--self-test" else list(offences_in(sources(Path(argument))))
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
