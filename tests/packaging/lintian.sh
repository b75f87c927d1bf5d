#!/usr/bin/env bash
# lintian.sh FOLDER: Debian's checker finds no error in the package that lies there, and nothing to warn of.
set -euo pipefail
lintian --allow-root --fail-on error,warning --tag-display-limit 0 --info "$1"/tributary_*.deb
