"""The dossier of a lot: both directions, balance, papers and proofs in one PDF."""

import pytest
from pypdfium2 import PdfDocument

from suyuan.capture.guard import governed
from suyuan.ledger.sequencer import sequence
from tests.desk import company
from tests.desk.conftest import Sit

PLAIN = "/01/06901234000108/10/HH261114A01"


def text_of(pdf: bytes) -> str:
    return "\n".join(one.get_textpage().get_text_bounded() for one in PdfDocument(pdf))


@pytest.mark.usefixtures("home")
def test_it_works(sit: Sit) -> None:
    with governed():
        sequence(company.NOW, holder="test")
    answer = sit("keeper").get(f"/dossier?id={PLAIN}")
    assert answer["content-type"] == "application/pdf"
    told = text_of(answer.content)
    for word in ("Trace dossier", "Plain yoghurt", "RM-1101", "Chilechuan Farm", "Mass balance", "Store 1", "12,480",
                 "seconds, both directions", "Heads of the trees", "Fully linked"):  # fmt: skip
        assert word in told, word
    assert "waits for its leaf" not in told


def test_what_is_no_lot_has_none(sit: Sit) -> None:
    client = sit("keeper")
    assert client.get("/dossier?id=/01/06901234000108").status_code == 404
    assert client.get("/dossier?id=/01/06901234000108/10/NOSUCH").status_code == 404
    assert client.get("/dossier").status_code == 404
