"""Public reference data of GS1 and others, kept beside the checkout and never inside it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("SUYUAN_SHARED") or Path(__file__).resolve().parents[3] / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data; the test is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"the reference data is not at {SHARED}; set SUYUAN_SHARED to where it is")
    return SHARED


@pytest.fixture(scope="session")
def shared_json(shared: Path) -> Callable[[str], Any]:  # Any: the files have shapes of their own
    """Load a JSON file by its path under the folder's data."""

    def load(path: str) -> Any:
        return json.loads((shared / "data" / path).read_text("utf-8"))

    return load
