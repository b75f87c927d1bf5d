#!/usr/bin/env bash
# The manual pages are valid troff: no warning.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../docs/man"
complaints=$(groff -t -man -ww -z -Tutf8 -- *.[1-8] 2>&1) || complaints+=" (groff failed: $?)"
[[ -z $complaints ]] || { echo "$complaints" && exit 1; }
