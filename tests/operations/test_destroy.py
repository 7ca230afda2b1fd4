"""Goods are destroyed by two people: why, how, by whom, with a certificate and, where the firm wants it, a witness."""

import json
from typing import Any

from suyuan.catalog.files import keep_bytes
from suyuan.governance.params import Personal
from suyuan.governance.settings import PutSetting
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body
from suyuan.operations.commands import Attachment, Destroy, Hold, Inspect, Line, Pack, Verdict
from tests.operations.dairy import ADMIN, INSPECTOR, KEEPER, QUALITY, SECOND, Desk, person, refusal, stocked, yoghurt
from tests.operations.looking import received

SOME = Line(item="YOG", lot="L1", quantity=10)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OTHER = person("admin", "Ann")


def gone(*lines: Line, **more: Any) -> Destroy:
    told = {"warehouse": "main", "ground": "rejected", **more}
    return Destroy(lines=lines or (SOME,), **told)


def rejected(desk: Desk) -> None:
    received(desk)
    line = Verdict(item="YOG", lot="L1", verdict="fail", reason="swollen", quantity=30)
    desk.run(Inspect(warehouse="main", lines=(line,)), INSPECTOR, SECOND)


def test_it_works(desk: Desk) -> None:
    rejected(desk)
    hash_ = keep_bytes(PDF)[0]
    done = desk.run(
        gone(
            method="incineration", where="East plant", contractor="FARM", hazard="none",
            witness=Personal("Wu Jing"), attachments=(Attachment(hash=hash_),),
        ),
        KEEPER, QUALITY,
    )  # fmt: skip
    number = str(done.value["number"])
    assert number.startswith("XHZ")
    assert desk.stock(yoghurt("L1"))["IN", "rejected"] == 20
    body = json.loads(bytes(Body.objects.get(id=event_key(done.events[0])).body))
    assert body["bizTransactionList"][0]["bizTransaction"].endswith(number)
    said = {name: body[f"suyuan:{name}"] for name in ("ground", "method", "where", "hazard")}
    assert said == {"ground": "rejected", "method": "incineration", "where": "East plant", "hazard": "none"}
    assert body["suyuan:attachments"][0]["hash"] == hash_
    # A person's name stands nowhere in a body.
    assert not any(b"Wu Jing" in bytes(one) for one in Body.objects.values_list("body", flat=True))


def test_what_is_good_is_not_destroyed_without_words(desk: Desk) -> None:
    stocked(desk, "L1")
    assert refusal(desk, gone(), KEEPER, QUALITY) == {("reason", "operations.good_destroyed")}
    desk.run(gone(reason="withdrawn by the customer"), KEEPER, QUALITY)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"), INSPECTOR)
    desk.run(gone(), KEEPER, QUALITY)
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == 80


def test_what_is_expired_is_destroyed_without_words(desk: Desk) -> None:
    stocked(desk, "L1")
    desk.later(days=60)
    desk.run(gone(ground="expired"), KEEPER, QUALITY)


def test_only_so_much_as_is_bad(desk: Desk) -> None:
    rejected(desk)
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    more = Line(item="YOG", lot="L1", quantity=31)
    assert refusal(desk, gone(more), KEEPER, QUALITY) == {("reason", "operations.good_destroyed")}
    desk.run(gone(Line(item="YOG", lot="L1", quantity=30)), KEEPER, QUALITY)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): 70}


def test_a_whole_pallet_goes_with_what_is_in_it(desk: Desk) -> None:
    stocked(desk, "L1")
    pallet = str(desk.run(Pack(warehouse="main", lines=(SOME,))).value["container"])
    whole = Line(container=pallet)
    assert refusal(desk, gone(whole), KEEPER, QUALITY) == {("reason", "operations.good_destroyed")}
    desk.run(gone(whole, reason="fell"), KEEPER, QUALITY)
    assert desk.stock(pallet) == {}
    assert desk.stock(yoghurt("L1")) == {("A-01", "released"): 90}


def test_words_of_the_lists(desk: Desk) -> None:
    rejected(desk)
    assert refusal(desk, gone(ground="smell", method="magic"), KEEPER, QUALITY) == {
        ("ground", "operations.choice"),
        ("method", "operations.choice"),
    }
    assert refusal(desk, gone(ground="other"), KEEPER, QUALITY) == {("reason", "operations.reason_missing")}


def test_a_firm_that_wants_a_witness_gets_one(desk: Desk) -> None:
    rejected(desk)
    desk.run(PutSetting(key="destruction_witness", value=True, version=0, reason="insurer"), ADMIN, OTHER)
    assert refusal(desk, gone(), KEEPER, QUALITY) == {("witness", "operations.witness_missing")}
    desk.run(gone(witness=Personal("Wu Jing")), KEEPER, QUALITY)
