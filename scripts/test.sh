#!/usr/bin/env bash
# All tests; what took how long is printed at the end. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/pytest "$@"
