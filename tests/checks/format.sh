#!/usr/bin/env bash
# Every C++ file is as clang-format would write it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
find . \( -path ./build -o -path './.?*' -o -name node_modules \) -prune -o -name '*.[ch]pp' -print0 |
  xargs --null clang-format --dry-run -Werror
