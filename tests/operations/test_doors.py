"""待检: what waits for its inspection is not picked, shipped or used up by any door; nor is what was rejected."""

import dataclasses
import typing
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction

import suyuan.operations.commands
from suyuan.capture.bodies import CONTEXT, Amount, Head, aggregation_event, object_event, transformation_event
from suyuan.capture.door import capture, who_is_who
from suyuan.capture.replay import differences
from suyuan.catalog.rules import sscc
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.governance.registry import COMMANDS
from suyuan.gs1.identifiers import gln_uri, sscc_uri
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Assemble,
    Correct,
    Hold,
    Inspect,
    Line,
    Merge,
    Move,
    Output,
    Pack,
    Part,
    Pick,
    Produce,
    PutAway,
    Relabel,
    Rework,
    Reworked,
    Ship,
    Split,
    Transfer,
    Verdict,
)
from suyuan.operations.events import zone_of
from tests.operations.dairy import INSPECTOR, MAIN_GLN, SECOND, Desk, events, refusal, stocked, yoghurt
from tests.operations.looking import received

LOT = Line(item="YOG", lot="L1", quantity=5)
TOTE = sscc_uri(sscc("69012340", 7))
# Each command that takes goods out of stock, out of the warehouse, or uses them up, with pending ones.
CLOSED: dict[str, Callable[[], object]] = {
    "Pick": lambda: Pick(warehouse="main", lines=(LOT,)),
    "Pick into a tote": lambda: Pick(warehouse="main", lines=(LOT,), into="TOTE-1"),
    "Ship": lambda: Ship(warehouse="main", customer="SHOP", lines=(LOT,)),
    "Ship from its bin": lambda: Ship(warehouse="main", customer="SHOP", lines=(dataclasses.replace(LOT, place="IN"),)),
    "Transfer": lambda: Transfer(warehouse="main", to="cold", lines=(LOT,)),
    "Produce": lambda: Produce(warehouse="main", inputs=(LOT,), outputs=(Output(item="WHEY", lot="W1", quantity=1),)),
    "Assemble": lambda: Assemble(warehouse="main", product=Line(item="PUMP", serials=("P1",)), parts=(LOT,)),
    "Rework": lambda: Rework(
        warehouse="main", nonconformance="", inputs=(LOT,), outputs=(Reworked(item="YOG", lot="L1R", quantity=5),)
    ),
}
# Commands that name goods and let no pending ones out: what comes in, what is moved or relabelled inside (and stays
# pending), what is counted, judged, sampled, held, destroyed by two, goes back to whom it came from, or is at the
# customer's already.
HARMLESS = {
    "Correct", "CorrectReceipt", "Count", "KeepCount", "OpeningStock", "Receive", "ReceiveTransfer", "Deliver", "Hold",
    "Inspect", "Release", "ReturnToSupplier", "Sample", "ReceiveReturn", "Merge", "Move", "Pack", "PutAway", "Relabel",
    "Split", "Unpack", "Destroy", "BindTags", "ReplaceLabel", "ReturnMaterial", "ScrapMaterial", "TakeApart",
    # Tried in tests/production, since they want a work order, a tank or something built.
    "IssueMaterial", "FillTank", "ReplacePart",
}  # fmt: skip


def takes_lines(kind: type) -> bool:
    """Does a command name goods?"""
    hints = typing.get_type_hints(kind).values()
    parts = [part for hint in hints for part in (hint, *typing.get_args(hint))]
    return any(isinstance(part, type) and issubclass(part, Line) for part in parts)


def test_every_command_that_names_goods_is_known_here() -> None:
    """A new one belongs to those that are tried, or among the harmless ones with its reason."""
    assert suyuan.operations.commands.__all__
    named = {kind.__name__ for kind in COMMANDS if takes_lines(kind) and kind.__module__.startswith("suyuan.")}
    assert named - HARMLESS == {name.split()[0] for name in CLOSED}


@pytest.mark.parametrize("door", CLOSED)
@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_no_command_lets_it_through(desk: Desk, door: str, state: str) -> None:
    received(desk)
    if state == "rejected":
        line = Verdict(item="YOG", lot="L1", verdict="fail", reason="x")
        desk.run(Inspect(warehouse="main", lines=(line,)), INSPECTOR, SECOND)
    said = {code for _, code in refusal(desk, CLOSED[door]())}
    assert said & {f"stock.{state}", "inspection.report_unknown"}
    assert desk.stock(yoghurt("L1")) == {("IN", state): Decimal(100)}


def test_not_in_a_container_nor_in_one_within(desk: Desk) -> None:
    received(desk)
    inner = str(desk.run(Pack(warehouse="main", lines=(LOT,))).value["container"])
    outer = str(desk.run(Pack(warehouse="main", lines=(Line(container=inner),))).value["container"])
    for container in (inner, outer):
        line = Line(container=container)
        for command in (
            Ship(warehouse="main", customer="SHOP", lines=(line,)),
            Transfer(warehouse="main", to="cold", lines=(line,)),
            Pick(warehouse="main", lines=(line,)),
        ):
            assert {code for _, code in refusal(desk, command)} == {"stock.pending"}


def test_not_under_another_label(desk: Desk) -> None:
    """Split, merged and relabelled goods are what they were."""
    received(desk)
    desk.run(Split(warehouse="main", line=LOT, parts=(Part(lot="S1", quantity=2), Part(lot="S2", quantity=3))))
    lines = tuple(Line(item="YOG", lot=lot, quantity=amount) for lot, amount in (("S1", 2), ("S2", 3)))
    desk.run(Merge(warehouse="main", lines=lines, lot="M1"))
    desk.run(Relabel(warehouse="main", line=Line(item="YOG", lot="M1", quantity=5), item="FRESH", lot="R1", reason="x"))
    goods = Line(item="FRESH", lot="R1", quantity=5)
    said = refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(goods,), accept=frozenset(ANYTHING)))
    assert {code for _, code in said} == {"stock.pending"}


ANYTHING = {"operations.delivery_date_missing", "operations.short_remaining_life"}


def test_not_moved_to_another_place(desk: Desk) -> None:
    received(desk)
    desk.run(PutAway(warehouse="main", lines=(LOT,), to="A-01"))
    desk.run(Move(warehouse="main", lines=(dataclasses.replace(LOT, place="A-01"),), to="OUT"))
    line = dataclasses.replace(LOT, place="OUT")
    said = refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(line,)))
    assert {code for _, code in said} == {"stock.pending"}


def test_not_by_the_correction_of_an_event(desk: Desk) -> None:
    stocked(desk, "GOOD")
    received(desk)
    picked = desk.run(Pick(warehouse="main", lines=(Line(item="YOG", lot="GOOD", quantity=5),))).events[0]
    command = Correct(warehouse="main", event=picked, error="incorrect_data", reason="other lot", lines=(LOT,))
    assert refusal(desk, command) == {("lines[0]", "operations.not_in_event")}


@pytest.mark.parametrize("state", ["pending", "rejected", "held"])
def test_not_out_of_a_tank_in_which_it_ran_together(desk: Desk, state: str) -> None:
    """Released goods in a tank are no longer apart from what else is in it."""
    stocked(desk, "GOOD")
    received(desk)
    tank = "https://id.gs1.org/8004/6901234TANK1"
    for line in (Line(item="YOG", lot="GOOD", quantity=5), LOT):
        desk.run(Pack(warehouse="main", lines=(line,), container=tank, place="A-02"))
    if state == "rejected":
        verdict = Verdict(item="YOG", lot="L1", verdict="fail", reason="x")
        desk.run(Inspect(warehouse="main", lines=(verdict,)), INSPECTOR, SECOND)
    if state == "held":
        desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
        desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="x"))
    drawn = Line(item="YOG", lot="GOOD", quantity=5, inside=tank)
    made = (Output(item="WHEY", lot="W1", quantity=1),)
    for inputs in ((drawn, Line(container=tank, inside=tank)), (Line(container=tank, inside=tank),)):
        said = refusal(desk, Produce(warehouse="main", inputs=inputs, outputs=made))
        assert {code for _, code in said} == {f"stock.{state}"}
    free = {"pending": Verdict(item="YOG", lot="L1", verdict="pass")}.get(state)
    if free is not None:
        desk.run(Inspect(warehouse="main", lines=(free,)), INSPECTOR)
        desk.run(Produce(warehouse="main", inputs=(drawn, Line(container=tank, inside=tank)), outputs=made))


# -- what a system sends and asks us to guard -------------------------------------------------------------------------


def said(desk: Desk, step: str, disposition: str = "in_transit", **more: object) -> Head:
    who = who_is_who()
    return Head(
        id=f"urn:uuid:{uuid4()}", at=desk.now, zone=zone_of(who, "main"), step=step, disposition=disposition,
        read_point=gln_uri(MAIN_GLN), extra=more,
    )  # fmt: skip


FIVE = Amount(uri=yoghurt("L1"), quantity=Decimal(5), uom="EA")
SENT: dict[str, Callable[[Desk], JsonObject]] = {
    "shipping": lambda desk: object_event(said(desk, "shipping"), "OBSERVE", amounts=[FIVE]),
    "retail_selling": lambda desk: object_event(said(desk, "retail_selling"), "OBSERVE", amounts=[FIVE]),
    "dispensing": lambda desk: object_event(said(desk, "dispensing"), "DELETE", amounts=[FIVE]),
    "picking": lambda desk: object_event(said(desk, "picking", "in_progress"), "OBSERVE", amounts=[FIVE]),
    "picking into a tote": lambda desk: aggregation_event(
        said(desk, "picking", "in_progress"), "ADD", parent=TOTE, amounts=[FIVE]
    ),
    "making": lambda desk: transformation_event(
        said(desk, "creating_class_instance", "active"),
        input_amounts=[FIVE],
        output_amounts=[Amount(uri=yoghurt("NEW"), quantity=Decimal(5), uom="EA")],
    ),
}


@pytest.mark.parametrize("door", SENT)
def test_no_guarded_event_lets_it_through(desk: Desk, door: str) -> None:
    received(desk)
    before = events()
    with pytest.raises(Refused) as refused, transaction.atomic():
        capture([event_of(SENT[door](desk), CONTEXT)], now=desk.now, guarded=True)
    assert {problem.code for problem in refused.value.problems} == {"stock.pending"}
    assert events() == before
    assert differences() == []
