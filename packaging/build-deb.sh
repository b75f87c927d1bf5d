#!/usr/bin/env bash
# Builds the Debian package: packaging/build-deb.sh [FOLDER]
#
# A copy of the sources is built in FOLDER/source (default: build/package); the package comes to lie in FOLDER, and the
# last line of the output is its path. Nothing else of the checkout is written to. The version is CMake's.
#
# Whom it is from is told by DEBFULLNAME and DEBEMAIL, as to Debian's own tools. It needs the sections "build" and
# "package" of packages.txt:
#
#   bash -c 'source ./packages.sh && install_packages build package'
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(realpath --canonicalize-missing "${1:-$root/build/package}")
source=$folder/source

# CMake's, with a revision that is older than any that Debian itself will make of it.
version() { sed -n 's/^project(tributary VERSION \([0-9.]*\) .*/\1-0upstream1/p' "$root/CMakeLists.txt"; }
maintainer() { echo "${DEBFULLNAME:-Tributary maintainers} <${DEBEMAIL:-tributary@packages.invalid}>"; }
build_packages() { awk '$1 == "build" { print $2 }' "$root/packages.txt" | paste --serial --delimiters=, | sed 's/,/, /g'; }

# Of the commit, not of the build: two builds of one commit do not differ by it.
when() { git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s; }

copy_sources() {
  rm -rf "$source"
  mkdir -p "$source"
  tar -C "$root" --exclude=./build --exclude=./.git --exclude=__pycache__ --exclude=node_modules -cf - . | tar -C "$source" -xf -
  cp -r "$source/packaging/debian" "$source/debian"
}

write_changelog() {
  cat <<END
tributary ($(version)) bookworm; urgency=medium

  * What is new is told in changelog.gz.

 -- $(maintainer)  $(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
END
}

write_control() {
  sed -e "s/@BUILD_DEPENDS@/$(build_packages)/" -e "s/@MAINTAINER@/$(maintainer)/" "$source/debian/control.in"
}

# debhelper gives the compiler a home folder of its own, and would hide the cache there.
if command -v ccache >/dev/null; then
  CCACHE_DIR=$(ccache --get-config cache_dir)
  export CCACHE_DIR
fi
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(when)}
export SOURCE_DATE_EPOCH

copy_sources
write_changelog >"$source/debian/changelog"
write_control >"$source/debian/control"
rm -f "$folder"/tributary*.{deb,buildinfo,changes}
(cd "$source" && dpkg-buildpackage --build=binary --no-sign)
echo "$folder/tributary_$(version)_$(dpkg --print-architecture).deb"
