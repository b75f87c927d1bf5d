#!/usr/bin/env bash
# Builds Tributary from a fresh checkout and runs it in the foreground until Ctrl-C.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./packages.sh

usage() {
  cat <<END
Usage: ./run.sh [--port N] [--config FILE]

  --port N       listen on 127.0.0.1:N, UDP and TCP, instead of where the configuration says
  --config FILE  the configuration (default: $default_config)
END
}

fail_usage() {
  echo "run.sh: $1" >&2
  usage >&2
  exit 2
}

default_config=conf/quickstart.yaml  # listens on 127.0.0.1:5300
config=$default_config
port=
while (($#)); do
  case $1 in
    --help | -h) usage && exit ;;
    --port | --config) (($# > 1)) || fail_usage "$1 needs a value" ;;&
    --port) port=$2 ;;
    --config) config=$(cd "$OLDPWD" && realpath --canonicalize-missing -- "$2") ;;
    *) fail_usage "unknown argument: $1" ;;
  esac
  shift 2
done
if [[ -n $port ]] && ! { [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port <= 65535)); }; then
  fail_usage "--port: $port is not a number from 1 to 65535"
fi
[[ -f $config && -r $config ]] || fail_usage "--config: cannot read $config"

install_packages build
# Only a fresh folder is configured without tests: one that test.sh made keeps what it has built.
[[ -f build/release/build.ninja ]] || CXX=g++ cmake --preset release -DTRIBUTARY_TESTS=OFF
cmake --build --preset release --target tributary

listen=()
[[ -z $port ]] || listen=(--listen "udp://127.0.0.1:$port" --listen "tcp://127.0.0.1:$port")

echo
echo "Tributary starts now with $config; Ctrl-C ends it."
if [[ $config == "$default_config" ]]; then
  cat <<END
In another terminal, ask it something:

  dig @127.0.0.1 -p ${port:-5300} router.home.arpa   # from its own zone file
  dig @127.0.0.1 -p ${port:-5300} www.debian.org     # from the Internet

and look at it:

  curl http://127.0.0.1:9153/health
  curl http://127.0.0.1:9153/metrics

END
fi
exec build/release/tributary run --config "$config" "${listen[@]}"
