"""What comes with a delivery: certificates and photos, and dates that contradict what was known."""

import json
from dataclasses import replace
from datetime import date

from suyuan.capture.door import capture
from suyuan.catalog.files import keep_bytes
from suyuan.catalog.models import File
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.governance.params import Personal
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body, Record
from suyuan.operations.attachments import MOST, Attachment
from suyuan.operations.commands import ReceiptLine, Receive
from tests.operations.dairy import KEEPER, LAST, Desk, refusal, yoghurt

PDF, PNG = b"%PDF-1.7 milk is good", b"\x89PNG\r\n\x1a\n of a pallet"
LINE = ReceiptLine(item="YOG", lot="L1", quantity=24, expiry=LAST)
RECEIPT = Receive(warehouse="main", supplier="FARM", lines=(LINE, replace(LINE, lot="L2")))


def test_it_works(desk: Desk) -> None:
    paper, photo = keep_bytes(PDF)[0], keep_bytes(PNG)[0]
    files = (
        Attachment(hash=paper, line=1, name=Personal("report of Mr Wang.pdf")),
        Attachment(hash=photo, kind="photo"),
    )
    result = desk.run(replace(RECEIPT, attachments=files), KEEPER)
    body = bytes(Body.objects.get(id=event_key(result.events[0])).body)
    assert json.loads(body)["suyuan:attachments"] == [
        {"hash": paper, "media_type": "application/pdf", "kind": "certificate", "id": yoghurt("L2")},
        {"hash": photo, "media_type": "image/png", "kind": "photo"},
    ]
    assert dict(File.objects.values_list("hash", "name")) == {paper: "report of Mr Wang.pdf", photo: photo}
    assert not [one for one in Body.objects.all() if b"Wang" in bytes(one.body)]


def test_what_is_no_file_of_ours_is_refused(desk: Desk) -> None:
    unknown = Attachment(hash="0" * 64)
    wrong = Attachment(hash=keep_bytes(PDF)[0], kind="poem")
    assert refusal(desk, replace(RECEIPT, attachments=(unknown, wrong))) == {
        ("attachments[0].hash", "catalog.file_unknown"),
        ("attachments[1].kind", "operations.choice"),
    }
    many = replace(RECEIPT, attachments=(unknown,) * (MOST + 1))
    assert refusal(desk, many) == {("attachments", "operations.attachments_many")}
    assert not File.objects.exists()


def test_a_production_date_that_differs_can_be_confirmed(desk: Desk) -> None:
    made = replace(LINE, produced=date(2026, 11, 17))
    desk.run(replace(RECEIPT, lines=(made,)))
    other = replace(RECEIPT, lines=(replace(made, produced=date(2026, 11, 18)),))
    assert refusal(desk, other) == {("lines[0].produced", "operations.produced_conflict")}
    desk.run(replace(other, accept=frozenset({"operations.produced_conflict"})))


def test_what_only_the_supplier_said_of_the_expiry_can_be_confirmed(desk: Desk) -> None:
    sent: JsonObject = {
        "type": "ObjectEvent", "eventID": "urn:uuid:00000000-0000-4000-8000-000000000001", "action": "ADD",
        "eventTime": "2026-11-19T00:00:00Z", "eventTimeZoneOffset": "+08:00", "bizStep": "commissioning",
        "quantityList": [{"epcClass": yoghurt("L1"), "quantity": 24}],
        "readPoint": {"id": "https://id.gs1.org/414/6909876543212"},
        "ilmd": {"cbvmda:itemExpirationDate": "2026-12-10"},
    }  # fmt: skip
    capture([event_of(sent)], now=desk.now)
    assert Record.objects.filter(log="partners").count() == 1
    assert refusal(desk, RECEIPT) == {("lines[0].expiry", "operations.expiry_announced")}
    desk.run(replace(RECEIPT, accept=frozenset({"operations.expiry_announced"})))
    # Now it is our own word, and stands until it is corrected.
    again = replace(RECEIPT, lines=(replace(LINE, expiry=date(2026, 12, 11)),))
    assert ("lines[0].expiry", "operations.expiry_conflict") in refusal(desk, again)
