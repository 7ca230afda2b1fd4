"""Every problem has its sentence, and every sentence its problem."""

import re
from pathlib import Path

import suyuan.epcis
from suyuan.epcis.messages import MESSAGES

SOURCES = [path for path in Path(suyuan.epcis.__file__).parent.glob("*.py") if path.name != "messages.py"]


def test_every_code_is_said_and_every_sentence_is_used() -> None:
    used = {code for path in SOURCES for code in re.findall(r'"(epcis\.[a-z0-9_]+)"', path.read_text("utf-8"))}
    assert used == set(MESSAGES)


def test_every_sentence_is_one() -> None:
    for code, sentence in MESSAGES.items():
        assert (
            sentence[0].isupper() or sentence[0] in "“{" or sentence.startswith(("true", "schemaVersion", "parentID"))
        ), code
        assert sentence.rstrip("”").endswith((".", "?")), code
