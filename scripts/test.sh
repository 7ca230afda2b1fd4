#!/usr/bin/env bash
# All tests, on two to four processors at a time; what took how long is printed at the end. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE # a hundred tests start the product: none of them shall compile seven hundred modules
exec .venv/bin/pytest -n auto --maxprocesses 4 --dist worksteal "$@"
