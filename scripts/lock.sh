#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml and frontend/package.json; `scripts/lock.sh --upgrade` takes newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."
upgrade=("$@")

# Lock files name versions and hashes, never an address: each machine asks the registry it is configured for.
lock() {
  .venv/bin/uv pip compile --output-file "requirements/$1.txt" "${@:2}" "${upgrade[@]}" --quiet --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links
}
lock run pyproject.toml --group build
lock dev pyproject.toml --group dev --constraints requirements/run.txt
lock uv --group uv

cd frontend
PATH="$PWD/../.venv/bin:$PATH" npm install --package-lock-only
