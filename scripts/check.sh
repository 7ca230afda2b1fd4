#!/usr/bin/env bash
# Everything that can be said about the code without running it. All checks run; the first that failed decides the exit code.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
failed=()

check() { # name, command…
  local begun=$SECONDS
  if "${@:2}"; then echo "ok      $1 ($((SECONDS - begun)) s)"; else echo "FAILED  $1"; failed+=("$1"); fi
}
migrations() { SUYUAN_HOME="$(mktemp -d)" suyuan django makemigrations --check --dry-run; }

check format ruff format --check --quiet --output-format concise src tests scripts bench
check lint ruff check --quiet --output-format concise src tests scripts bench
check types mypy
check floors lint-imports --no-logo
check migrations migrations
check messages python scripts/messages.py check
check front-end npm --prefix frontend run --silent check

[ "${#failed[@]}" = 0 ] || { echo "make check failed: ${failed[*]}"; exit 1; }
