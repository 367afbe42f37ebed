#!/usr/bin/env bash
# Builds .venv from the lock files: `tools/setup.sh runtime` for running, `tools/setup.sh dev` for developing.
# make calls it when a lock file is newer than the stamp of the last time; everything installed is checked by its hash.
set -euo pipefail
cd "$(dirname "$0")/.."
which=${1:?runtime or dev}
venv=.venv

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "HiveSync needs Python 3.11 or newer. Install it, or name it: make setup PYTHON=/path/to/python3" >&2
  exit 1
}

if [ ! -x "$venv/bin/python" ]; then
  python=$(find_python)
  echo "making $venv with $("$python" --version)"
  if ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "That Python cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
fi

if [ ! -x "$venv/bin/uv" ] || [ backend/requirements/build.txt -nt "$venv/.stamp-build" ]; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r backend/requirements/build.txt
  touch "$venv/.stamp-build"
fi

uv() { VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" "$@"; }

echo "installing the $which set"
uv pip install --quiet --require-hashes -r "backend/requirements/$which.txt"
# The lock files are complete, so nothing is resolved here; the hashed setuptools builds, so nothing is fetched either.
uv pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable backend

# Language servers that are npm packages, checked by the lock file's hashes. Without Node HiveSync works all the same,
# but for renames in the languages they know.
if [ ! -f "$venv/.stamp-servers" ] || [ backend/servers/package-lock.json -nt "$venv/.stamp-servers" ]; then
  mkdir -p "$venv/servers"
  cp backend/servers/package.json backend/servers/package-lock.json "$venv/servers/"
  if ! command -v npm >/dev/null; then
    echo "npm is not installed: renames in TypeScript and JavaScript will be refused. Install Node 20, then: make setup" >&2
  elif (cd "$venv/servers" && npm ci --ignore-scripts --no-audit --no-fund --silent); then
    touch "$venv/.stamp-servers"
  else
    echo "the language servers could not be installed: renames in TypeScript and JavaScript will be refused" >&2
  fi
fi
if [ "$which" = runtime ]; then
  # Compile once what four processes would otherwise compile at the same time on the first start.
  PYTHONDONTWRITEBYTECODE= "$venv/bin/python" -c 'import app.main, app.worker, app.cli.up' 2>/dev/null || true
fi
touch "$venv/.stamp-$which"
