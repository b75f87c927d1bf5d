#!/usr/bin/env bash
# clean_debian.sh FOLDER TARBALL: makes TARBALL, the smallest Debian with what the package in FOLDER depends on.
#
# It is kept for as long as the package depends on the same. What is installed comes from the mirrors that this host's
# apt uses, by its proxy. Exit code 77 where it cannot be made: that takes root.
set -euo pipefail
package=$(echo "$1"/tributary_*.deb)
tarball=$2
depends=$(dpkg-deb --field "$package" Depends)
if [[ -f $tarball && $(cat "$tarball.depends" 2>/dev/null) == "$depends" ]]; then
  echo "$tarball is there"
  exit
fi
if ((EUID != 0)); then
  echo "clean_debian.sh: only root can make a Debian to install the package in: that it installs is NOT tested." >&2
  exit 77
fi
# Mounts of our own: they go with this process, whatever becomes of it.
[[ -n ${OWN_MOUNTS-} ]] || OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"

# shellcheck source=/dev/null
source /etc/os-release
# shellcheck disable=SC2016  # apt-get fills in the names
sources() {
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    sort -u
}
proxies() { apt-config dump --format '%F "%v";%n' | grep '^Acquire::.*[Pp]roxy' || true; }
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
[[ -z ${http_proxy-} ]] || export http_proxy

debian=$(mktemp --directory)
trap 'umount --recursive --lazy "$debian"; rmdir "$debian"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$debian"
mirror=$(sources | awk -v suite="$VERSION_CODENAME" '$3 == suite { print $2; exit }')
debootstrap --variant=minbase "$VERSION_CODENAME" "$debian" "$mirror"
sources >"$debian/etc/apt/sources.list"
proxies >"$debian/etc/apt/apt.conf.d/proxies"
mount -t proc proc "$debian/proc"
chroot "$debian" apt-get update --quiet -o Acquire::Languages=none
DEBIAN_FRONTEND=noninteractive chroot "$debian" apt-get satisfy --yes --quiet --no-install-recommends "$depends"
chroot "$debian" apt-get clean
rm -rf "$debian"/var/lib/apt/lists/*
umount "$debian/proc"

tar -C "$debian" --one-file-system --exclude='./dev/*' -cf "$tarball.new" .
mv "$tarball.new" "$tarball"
echo "$depends" >"$tarball.depends"
