# Installs what packages.txt lists. Sourced by run.sh and test.sh: call install_packages SECTION...
#
# When nothing is missing it needs neither root nor network.

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# missing_packages LIST SECTION...: the packages of these sections that neither are installed nor are provided by one
# that is (Node.js packages other than Debian's bring npm with them), one a line.
missing_packages() {
  local list=$1
  shift
  comm -23 \
    <(awk -v sections="$*" 'index(" " sections " ", " " $1 " ") { print $2 }' "$list" | sort -u) \
    <(dpkg-query --show --showformat '${db:Status-Status} ${Package} ${Provides}\n' | awk '$1 == "installed"' |
      tr --squeeze-repeats ', ' '\n' | sort -u)
}

# without_services COMMAND...: runs it so that installing a package starts no service (nsd and unbound would
# take port 53). A policy-rc.d that is there already is the machine owner's decision and stays.
without_services() (
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  "$@"
)

install_packages() {
  local -a missing
  mapfile -t missing < <(missing_packages "$(dirname "${BASH_SOURCE[0]}")/packages.txt" "$@")
  ((${#missing[@]})) || return 0
  echo "Installing ${missing[*]}"
  as_root apt-get update --quiet
  without_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
}
