#!/usr/bin/env bash
# Builds and tests everything from a fresh checkout: ./test.sh [SUITE...]
#
#   asan     clang 16, address and undefined-behaviour sanitizers: all tests
#   tsan     GCC, thread sanitizer: the tests that run several threads (label "threads" or "unit.threads")
#   release  GCC, as shipped: all tests, and the checks of the sources (label "check")
#   fuzz     clang 16, libFuzzer and sanitizers: what parses or proves, some ten thousand inputs each
#
# Every suite runs even if one before it failed. CTest's summaries are repeated at the end, what failed last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./packages.sh

jobs=2
declare -A compiler=([asan]=clang++-16 [tsan]=g++ [release]=g++ [fuzz]=clang++-16)
declare -A selection=([asan]="--label-exclude ^check$" [tsan]="--label-regex threads" [release]=""
                     [fuzz]="--label-regex ^fuzz$")

declare -A target=([fuzz]=fuzzers)  # all, where nothing is said

suites=("$@")
((${#suites[@]})) || suites=(asan tsan release fuzz)
for suite in "${suites[@]}"; do
  if [[ -z $suite || -z ${compiler[$suite]-} ]]; then
    echo "test.sh: unknown suite '$suite'. Usage: ./test.sh [asan|tsan|release|fuzz]..." >&2
    exit 2
  fi
done

# A folder that was configured with another compiler starts afresh: CMake would drop the preset's settings.
configure() {
  local -a fresh=()
  grep -qs "^CMAKE_CXX_COMPILER:.*/${compiler[$1]}$" "build/$1/CMakeCache.txt" || fresh=(--fresh)
  CXX=${compiler[$1]} cmake --preset "$1" -DTRIBUTARY_TESTS=ON "${fresh[@]}"
}

build() {
  echo "== $1: build =="
  configure "$1" && cmake --build --preset "$1" --parallel "$jobs" --target "${target[$1]-all}"
}

run_tests() {
  echo "== $1: test =="
  # shellcheck disable=SC2086  # a selection is an option and its value
  ctest --preset "$1" --parallel "$jobs" --no-tests=error ${selection[$1]} 2>&1 | tee "build/$1/test.log"
}

summary() {
  echo "== $1: $2 =="
  sed -n '/tests passed,\|No tests were found/,$p' "build/$1/test.log"
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
