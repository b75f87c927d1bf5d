#!/usr/bin/env bash
# unit_file.sh PROGRAM: systemd understands the unit, and rates its exposure at 2.0 or better.
set -euo pipefail
unit=$(dirname "${BASH_SOURCE[0]}")/../../systemd/tributary.service
folder=$(mktemp --directory)
trap 'rm -r "$folder"' EXIT

# The program is not installed: a copy of the unit names the one that was built. What systemd says about an
# unknown key is a warning; here any word of it is a failure.
sed "s#/usr/bin/tributary #$1 #" "$unit" >"$folder/tributary.service"
complaints=$(systemd-analyze verify --man=no --recursive-errors=no "$folder/tributary.service" 2>&1) || complaints+=" (verify failed: $?)"
if [[ -n $complaints ]]; then
  echo "$complaints"
  exit 1
fi

# What docs/hostile.md says of it.
for line in 'User=tributary' 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE' 'NoNewPrivileges=yes' 'ProtectSystem=strict' \
  'SystemCallFilter=@system-service' 'WatchdogSec=10s'; do
  grep --quiet --line-regexp --fixed-strings "$line" "$unit" || { echo "$unit: $line is missing"; exit 1; }
done
if grep --quiet '^ReadWritePaths=' "$unit"; then
  echo "$unit: it may write to no path but its own folders"
  exit 1
fi

systemd-analyze security --offline=true --no-pager --threshold=20 "$unit"
