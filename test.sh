#!/usr/bin/env bash
# Builds and tests everything from a fresh checkout: ./test.sh [SUITE...]
#
#   asan     clang 16, address and undefined-behaviour sanitizers: all tests
#   tsan     GCC, thread sanitizer: the tests that run several threads (label "threads" or "unit.threads")
#   release  GCC, as shipped: all tests, and the checks of the sources (label "check")
#   fuzz     clang 16, libFuzzer and sanitizers: what parses or proves, some ten thousand inputs each
#   hostile  the release build under attacks, faults and load, in full: takes long, only when asked for. The table of
#            figures is in build/release/hostile.md. The other suites have its short form (label "hostile").
#
# Every suite runs even if one before it failed. CTest's summaries are repeated at the end, what failed last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./packages.sh

jobs=2
declare -A compiler=([asan]=clang++-16 [tsan]=g++ [release]=g++ [fuzz]=clang++-16 [hostile]=g++)
declare -A preset=([hostile]=release)  # of the same name, where nothing is said
declare -A selection=([asan]="--label-exclude ^check$" [tsan]="--label-regex threads" [release]=""
                     [fuzz]="--label-regex ^fuzz$")

declare -A target=([fuzz]=fuzzers [hostile]=hostile)  # all, where nothing is said

suites=("$@")
((${#suites[@]})) || suites=(asan tsan release fuzz)
for suite in "${suites[@]}"; do
  if [[ -z $suite || -z ${compiler[$suite]-} ]]; then
    echo "test.sh: unknown suite '$suite'. Usage: ./test.sh [asan|tsan|release|fuzz|hostile]..." >&2
    exit 2
  fi
done

preset_of() {
  echo "${preset[$1]-$1}"
}

# A folder that was configured with another compiler starts afresh: CMake would drop the preset's settings.
configure() {
  local -a fresh=()
  grep -qs "^CMAKE_CXX_COMPILER:.*/${compiler[$1]}$" "build/$(preset_of "$1")/CMakeCache.txt" || fresh=(--fresh)
  CXX=${compiler[$1]} cmake --preset "$(preset_of "$1")" -DTRIBUTARY_TESTS=ON "${fresh[@]}"
}

build() {
  echo "== $1: build =="
  configure "$1" && cmake --build --preset "$(preset_of "$1")" --parallel "$jobs" --target "${target[$1]-all}"
}

run_with_ctest() {
  # shellcheck disable=SC2086  # a selection is an option and its value
  ctest --preset "$1" --parallel "$jobs" --no-tests=error ${selection[$1]} 2>&1 | tee "build/$1/test.log"
}

run_hostile() {
  local -r folder=$PWD/build/release
  (cd tests/hostile && TRIBUTARY=$folder/tributary /usr/bin/python3 -B -m pytest -p no:cacheprovider -v -r fs \
    --long --table "$folder/hostile.md") 2>&1 | tee build/release/hostile.log
}

run_tests() {
  echo "== $1: test =="
  if [[ $1 == hostile ]]; then run_hostile; else run_with_ctest "$1"; fi
}

summary() {
  echo "== $1: $2 =="
  if [[ $1 == hostile ]]; then
    sed -n '/^=* verdicts =*$/,$p' build/release/hostile.log
  else
    sed -n '/tests passed,\|No tests were found/,$p' "build/$1/test.log"
  fi
}

install_packages build package test

passed=() failed=() unbuilt=()
for suite in "${suites[@]}"; do
  if ! build "$suite"; then
    unbuilt+=("$suite")
  elif run_tests "$suite"; then
    passed+=("$suite")
  else
    failed+=("$suite")
  fi
done

for suite in "${passed[@]}"; do summary "$suite" passed; done
for suite in "${failed[@]}"; do summary "$suite" FAILED; done
for suite in "${unbuilt[@]}"; do echo "== $suite: DID NOT BUILD =="; done
((${#unbuilt[@]} + ${#failed[@]} == 0))
