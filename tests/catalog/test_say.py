"""Every refusal has its sentence, and every sentence its refusal."""

import re
from pathlib import Path

import pytest

from suyuan.accounts import messages as accounts
from suyuan.catalog import messages as catalog

SOURCE = Path(accounts.__file__).resolve().parents[1]


@pytest.mark.parametrize(("package", "messages"), [("accounts", accounts.MESSAGES), ("catalog", catalog.MESSAGES)])
def test_codes_and_sentences_match(package: str, messages: dict[str, str]) -> None:
    files = [path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations" and path.name != "messages.py"]
    used = {code for path in files for code in re.findall(rf'"({package}\.[a-z_]+)"', path.read_text())}
    assert used == set(messages)
