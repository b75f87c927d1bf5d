#!/usr/bin/env bash
# Every shell script passes shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
{
  printf '%s\0' .ci/run
  find . \( -path ./build -o -path './.?*' -o -name node_modules \) -prune -o -name '*.sh' -print0
} | xargs --null shellcheck --shell=bash --external-sources
