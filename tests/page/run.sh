#!/usr/bin/env bash
# Runs the browser tests. TRIBUTARY_PAGE names the folder of the built page, TRIBUTARY the program: without it, only
# the page before a scripted daemon is tested.
#
# The two npm packages are installed first, as the lock file has them, where that was not done since it changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
  npm ci --ignore-scripts --no-audit --no-fund
fi
tests=(page.test.js)
[[ -z ${TRIBUTARY-} ]] || tests+=(daemon.test.js)
exec node --test "${tests[@]}"
