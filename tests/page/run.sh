#!/usr/bin/env bash
# Runs the browser tests: ./run.sh [FILE...], with TRIBUTARY_PAGE naming the folder of the built page.
#
# The two npm packages are installed first, as the lock file has them, where that was not done since it changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
  npm ci --ignore-scripts --no-audit --no-fund
fi
(($#)) || set -- *.test.js
exec node --test "$@"
