#!/usr/bin/env bash
# The clients' side of set-up: `tools/clients.sh install|build|codegen`. Lock files hold hashes; nothing runs on installing.
# Without Node, install and build say so and succeed: the API then serves a page that tells how to get the workbench.
set -euo pipefail
cd "$(dirname "$0")/../frontend"
which=${1:?install, build or codegen}
quiet=(--ignore-scripts --no-audit --no-fund --silent)

if ! command -v npm >/dev/null; then
  echo "Node is not installed, so there is no workbench in the browser. Install Node 20 or newer, then: make web" >&2
  [ "$which" = codegen ] && exit 1
  exit 0
fi

case "$which" in
  install)
    echo "installing the clients' packages"
    npm ci "${quiet[@]}"
    touch node_modules/.stamp
    ;;
  build)
    [ -d node_modules ] || exit 0
    echo "building the workbench"
    npm run --silent build
    touch desktop/dist/web/.stamp
    ;;
  codegen)
    cd codegen
    if [ ! -f node_modules/.stamp ] || [ package-lock.json -nt node_modules/.stamp ]; then
      npm ci "${quiet[@]}"
      touch node_modules/.stamp
    fi
    ;;
esac
