"""The law of balance: in = out + stock + transit + consumed + returned + samples + waste + explained variance.

A state machine gives commands as they come into Hypothesis' mind. What it notes beside is only what each command
that was done said of quantities; after every one that must be what the tables hold, for each lot, to the piece.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet, Sum
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item
from suyuan.catalog.writes import do_add_items
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.identifiers import lot_of_item
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import key16
from suyuan.operations.commands import (
    CancelCount,
    CloseBin,
    Correct,
    Count,
    CountEntry,
    Deliver,
    Destroy,
    FinishCount,
    Hold,
    Inspect,
    KeepCount,
    Line,
    MakeCount,
    Merge,
    Move,
    OpeningLine,
    OpeningStock,
    Pack,
    Part,
    Pick,
    PostCount,
    Produce,
    PutAway,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReceiveTransfer,
    Relabel,
    Release,
    Sample,
    Ship,
    Split,
    Transfer,
    Unpack,
    Verdict,
    VoidShipment,
)
from suyuan.operations.production.produce import Output
from suyuan.stock.facts import UNEXPLAINED, VARIANCE
from suyuan.stock.models import Balance, Posting
from suyuan.stock.queries import on_hand
from tests.operations.dairy import BOTH, LAST, QUALITY, Desk, build_dairy, yoghurt

ITEM = yoghurt("L1").rpartition("/10/")[0]
LOTS = ("L1", "L2", "L3", "L4")
WEIGHED = ("C1", "C2", "C3", "C4")  # of cheese: ten kilograms apiece, more or less
ONE = 1_000_000
A_LIFE = 50  # commands in one
TOLD_AGAIN = 25  # a replay after so many of them, and at the end

lots, houses = st.sampled_from((*LOTS, *WEIGHED[:3])), st.sampled_from(("main", "cold"))
places, bins = st.sampled_from(("IN", "OUT", "A-01", "A-02", "")), st.sampled_from(("A-01", "A-02"))
boxes, shops = st.sampled_from(("BOX-1", "BOX-2")), st.sampled_from(("SHOP", "CAFE"))
owners = st.sampled_from(("", "", "own", "FARM"))
which = st.integers(0, 99)  # of what is there; every fifth time something that may not be there at all
few, some, late = st.integers(1, 6), st.integers(1, 40), st.sampled_from((0, 0, 0, 5, 90, 400))

Entry = tuple[str, str, int, int]  # in or out, lot, pieces, grams


def item(lot: str) -> str:
    return "YOG" if lot in LOTS else "CHEESE"


def cheese() -> str:
    return Item.objects.get(code="CHEESE").uri


@cache
def uri(lot: str) -> str:
    return yoghurt(lot) if lot in LOTS else lot_of_item(cheese(), lot)


def like(one: str, other: str) -> str:
    """A lot of the same item."""
    return one[0] + other[1:]


def came(line: Line) -> Entry:
    return "in", line.lot, int(line.quantity or 0), int(line.weight or 0)


def went(line: Line) -> Entry:
    return "out", *came(line)[1:]


def sums(rows: QuerySet[Balance] | QuerySet[Posting]) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Subject → pieces and kilograms, in millionths."""
    found = list(rows.values_list("subject").annotate(Sum("quantity"), Sum("second")))
    return {key: pieces for key, pieces, _ in found}, {key: weight for key, _, weight in found}


class House(RuleBasedStateMachine):
    """Two warehouses, lots of yoghurt and of cheese, two boxes, everything that can be done with them."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.desk = Desk()
        self.noted: dict[str, list[Entry]] = {}
        self.papers: list[tuple[str, str, str]] = []
        self.sent: dict[str, str] = {}  # which lot a loose one was of
        self.events: list[tuple[str, str]] = []
        self.blocks: list[tuple[str, str, str]] = []
        self.done: Counter[str] = Counter()
        for house, lot in (("main", "L1"), ("cold", "L2"), ("main", "C1")):
            self.receive(house, lot, 40, "A-01", "", 0)
            self.inspect(house, lot, "pass", None)

    def teardown(self) -> None:
        try:
            assert differences() == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # -- giving commands ---------------------------------------------------------------------------------------------

    def give(self, command: object, noted: Sequence[Entry] = ()) -> Result | None:
        signers = BOTH if isinstance(command, Count | PostCount | Correct) else QUALITY
        try:
            result = execute(self.desk.context(approver=signers), command)
        except Refused:
            return None
        self.done[type(command).__name__] += 1
        house = getattr(command, "warehouse")  # noqa: B009  # mypy knows nothing of `object`
        self.events += [(house, event) for event in result.events]
        if noted:
            self.noted[result.events[0]] = list(noted)
        return result

    def at(self, before: int) -> dict[str, object]:
        """It happened some minutes ago."""
        return {"at": self.desk.now - timedelta(minutes=before)} if before else {}

    def found(self, house: str, number: int, lot: str, place: str) -> tuple[str, str]:
        """A lot and the bin or box where some of it lies; as given where nothing does."""
        rows = [row for row in on_hand(self.desk.today, log=house, items=[ITEM, cheese()]) if row.kind == "place"]
        if not rows or number % 5 == 0:
            return lot, place
        row = rows[number // 5 % len(rows)]
        return row.uri.rsplit("/", 1)[1], (row.container or row.place).rsplit("/", 1)[1]

    def line(self, lot: str, quantity: int, place: str) -> Line:
        inside = place if place.startswith("BOX") else ""
        return Line(**self.of(lot, quantity), place="" if inside else place, inside=inside)

    def of(self, lot: str, quantity: int) -> Any:
        """How a line names so much of a lot, and what the scale says of it: never twice the same."""
        if lot in LOTS:
            return {"item": "YOG", "lot": lot, "quantity": quantity}
        grams = max(10_000 * quantity - 250 * (self.done.total() % 5), 0)
        return {"item": "CHEESE", "lot": lot, "quantity": quantity, "weight": grams, "weight_unit": "GRM"}

    @rule(minutes=st.integers(1, 600))
    def wait(self, minutes: int) -> None:
        self.desk.later(minutes=minutes)

    @rule(
        house=houses, lot=lots, quantity=some, place=st.sampled_from(("IN", "A-01")), box=boxes | st.just(""), ago=late,
        owner=st.sampled_from(("", "", "", "FARM")),
    )  # fmt: skip
    def receive(self, house: str, lot: str, quantity: int, place: str, box: str, ago: int, owner: str = "") -> None:
        line = ReceiptLine(**self.of(lot, quantity), expiry=LAST, inside=box)
        command = Receive(warehouse=house, supplier="FARM", lines=(line,), place=place, owner=owner, **self.at(ago))  # type: ignore[arg-type]  # one key, of that type
        self.give(command, [came(line)])

    @rule(house=houses, lot=lots, quantity=some, place=bins)
    def begin_with(self, house: str, lot: str, quantity: int, place: str) -> None:
        line = OpeningLine(**self.of(lot, quantity), expiry=LAST, place=place)
        self.give(OpeningStock(warehouse=house, lines=(line,)))  # found, so it is a variance that explains it

    @rule(
        house=houses,
        lot=lots,
        verdict=st.sampled_from(("pass", "pass", "fail", "concession")),
        quantity=few | st.none(),
    )
    def inspect(self, house: str, lot: str, verdict: str, quantity: int | None) -> None:
        line = Verdict(item=item(lot), lot=lot, verdict=verdict, quantity=quantity, reason="r")
        self.give(Inspect(warehouse=house, lines=(line,)))

    @rule(n=which, house=houses, lot=lots, quantity=some, place=places | boxes, to=bins, ago=late)
    def move(self, n: int, house: str, lot: str, quantity: int, place: str, to: str, ago: int) -> None:
        lot, place = self.found(house, n, lot, place)
        command = Move(warehouse=house, lines=(self.line(lot, quantity, place),), to=to, **self.at(ago))  # type: ignore[arg-type]  # one key, of that type
        self.give(command)

    @rule(house=houses, lot=lots, quantity=some, to=bins)
    def put_away(self, house: str, lot: str, quantity: int, to: str) -> None:
        self.give(PutAway(warehouse=house, lines=(self.line(lot, quantity, ""),), to=to))

    @rule(house=houses, box=boxes, to=bins)
    def move_box(self, house: str, box: str, to: str) -> None:
        self.give(Move(warehouse=house, lines=(Line(container=box),), to=to))

    @rule(n=which, house=houses, lot=lots, quantity=few, place=places | boxes, box=boxes)
    def pack(self, n: int, house: str, lot: str, quantity: int, place: str, box: str) -> None:
        lot, place = self.found(house, n, lot, place)
        self.give(Pack(warehouse=house, lines=(self.line(lot, quantity, place),), container=box))

    @rule(house=houses, inner=boxes, box=boxes)
    def pack_box(self, house: str, inner: str, box: str) -> None:
        self.give(Pack(warehouse=house, lines=(Line(container=inner),), container=box))

    @rule(house=houses, box=boxes, lot=lots, quantity=few, whole=st.booleans(), place=places)
    def unpack(self, house: str, box: str, lot: str, quantity: int, whole: bool, place: str) -> None:
        lines = () if whole else (Line(**self.of(lot, quantity)),)
        self.give(Unpack(warehouse=house, container=box, lines=lines, place=place))

    @rule(n=which, house=houses, lot=lots, quantity=few, place=places | boxes, into=boxes | st.just(""))
    def pick(self, n: int, house: str, lot: str, quantity: int, place: str, into: str) -> None:
        lot, place = self.found(house, n, lot, place)
        self.give(Pick(warehouse=house, lines=(self.line(lot, quantity, place),), into=into))

    @rule(
        n=which, house=houses, lot=lots, quantity=few, place=places | boxes, shop=shops, box=boxes, whole=st.booleans()
    )
    def ship(self, n: int, house: str, lot: str, quantity: int, place: str, shop: str, box: str, whole: bool) -> None:
        lot, place = self.found(house, n, lot, place)
        line = Line(container=box) if whole else self.line(lot, quantity, place)
        result = self.give(Ship(warehouse=house, customer=shop, lines=(line,)))
        if result is not None:
            self.sent_off(house, shop, str(result.value["desadv"]), "" if whole else lot)

    @rule(n=which, house=houses, lot=lots, quantity=few, place=places | boxes, box=boxes, whole=st.booleans())
    def transfer(self, n: int, house: str, lot: str, quantity: int, place: str, box: str, whole: bool) -> None:
        lot, place = self.found(house, n, lot, place)
        line = Line(container=box) if whole else self.line(lot, quantity, place)
        other = "cold" if house == "main" else "main"
        result = self.give(Transfer(warehouse=house, to=other, lines=(line,)))
        if result is not None:
            self.sent_off(house, other, str(result.value["desadv"]), "" if whole else lot)

    def sent_off(self, house: str, to: str, desadv: str, lot: str) -> None:
        self.papers.append((house, to, desadv))
        self.sent |= {desadv: lot} if lot else {}

    def paper(self, number: int) -> tuple[str, str, str]:
        return self.papers[number % len(self.papers)]

    @precondition(lambda self: self.papers)
    @rule(number=some, lot=lots, quantity=few, box=boxes, whole=st.booleans())
    def arrive(self, number: int, lot: str, quantity: int, box: str, whole: bool) -> None:
        sender, to, desadv = self.paper(number)
        lot = self.sent.get(desadv, lot)
        line = Line(container=box) if whole else Line(**self.of(lot, quantity))
        if to in ("main", "cold"):
            self.give(ReceiveTransfer(warehouse=to, sender=sender, desadv=desadv, lines=(line,)))

    @precondition(lambda self: self.papers)
    @rule(number=some, lot=lots, quantity=few, refuse=st.booleans())
    def sign(self, number: int, lot: str, quantity: int, refuse: bool) -> None:
        house, customer, desadv = self.paper(number)
        lot = self.sent.get(desadv, lot)
        refused = (Line(**self.of(lot, quantity)),) if refuse else ()
        self.give(Deliver(warehouse=house, customer=customer, desadv=desadv, refused=refused, reason="r"))

    @precondition(lambda self: self.papers)
    @rule(number=some)
    def void(self, number: int) -> None:
        house, _customer, desadv = self.paper(number)
        self.give(VoidShipment(warehouse=house, desadv=desadv, reason="r"))

    @precondition(lambda self: self.papers)
    @rule(house=houses, number=some, lot=lots, quantity=few)
    def back(self, house: str, number: int, lot: str, quantity: int) -> None:
        _house, shop, desadv = self.paper(number)
        lot = self.sent.get(desadv, lot)
        line = Line(**self.of(lot, quantity))
        self.give(ReceiveReturn(warehouse=house, customer=shop, lines=(line,), reason="dented"))

    @rule(
        n=which, house=houses, lot=lots, quantity=st.integers(0, 40), place=bins, complete=st.booleans(), owner=owners,
        ago=late,
    )  # fmt: skip
    def count(
        self, n: int, house: str, lot: str, quantity: int, place: str, complete: bool, owner: str, ago: int
    ) -> None:
        lot, place = self.found(house, n, lot, place)
        line = Line(**self.of(lot, quantity), place=place)
        command = Count(warehouse=house, lines=(line,), complete=complete, owner=owner, **self.at(ago))  # type: ignore[arg-type]  # one key, of that type
        self.give(command)

    @rule(
        n=which, house=houses, lot=lots, quantity=st.integers(0, 40), place=bins, owner=owners, whole=st.booleans(),
        meanwhile=few, ago=st.sampled_from((0, 0, 3)),
    )  # fmt: skip
    def count_on_a_sheet(
        self, n: int, house: str, lot: str, quantity: int, place: str, owner: str, whole: bool, meanwhile: int, ago: int
    ) -> None:
        """Somebody looks into a bin, something may be moved, and what he saw is posted."""
        lot, place = self.found(house, n, lot, place)
        made = self.give(MakeCount(warehouse=house, places=(place,), threshold=1000))
        if made is None:
            return
        sheet = UUID(str(made.value["sheet"]))
        seen = self.desk.now - timedelta(minutes=ago)
        line = CountEntry(**self.of(lot, quantity), place=place, id=uuid4(), seen=seen, owner=owner)
        self.give(KeepCount(warehouse=house, sheet=sheet, lines=(line,)))
        if whole:
            self.give(CloseBin(warehouse=house, sheet=sheet, place=place, seen=seen))
        self.move(n, house, lot, meanwhile, place, "A-02" if place == "A-01" else "A-01", 0)
        self.give(FinishCount(warehouse=house, sheet=sheet, leave_out=True))
        if self.give(PostCount(warehouse=house, sheet=sheet, reason="miscounted")) is None:
            self.give(CancelCount(warehouse=house, sheet=sheet, reason="r"))

    @rule(n=which, house=houses, lot=lots, quantity=few, place=places | boxes, owner=owners)
    def destroy(self, n: int, house: str, lot: str, quantity: int, place: str, owner: str) -> None:
        lot, place = self.found(house, n, lot, place)
        command = Destroy(warehouse=house, lines=(self.line(lot, quantity, place),), reason="r", owner=owner)
        self.give(command, [went(command.lines[0])])

    @rule(n=which, house=houses, lot=lots, place=places | boxes)
    def sample(self, n: int, house: str, lot: str, place: str) -> None:
        lot, place = self.found(house, n, lot, place)
        line = self.line(lot, 1, place)
        self.give(Sample(warehouse=house, lines=(line,)), [went(line)])

    @rule(n=which, house=houses, lot=lots, other=lots, quantity=few, place=bins)
    def produce(self, n: int, house: str, lot: str, other: str, quantity: int, place: str) -> None:
        lot, place = self.found(house, n, lot, place)
        made = Output(**self.of(other, quantity), expiry=LAST)
        line = self.line(lot, quantity, place)
        self.give(Produce(warehouse=house, inputs=(line,), outputs=(made,)), [went(line), came(made)])

    @rule(n=which, house=houses, lot=lots, one=lots, other=lots, quantity=few, place=bins)
    def split(self, n: int, house: str, lot: str, one: str, other: str, quantity: int, place: str) -> None:
        lot, place = self.found(house, n, lot, place)
        labels = [self.line(like(lot, one), quantity, ""), self.line(like(lot, other), 1, "")]
        parts = tuple(
            Part(quantity=line.quantity or 0, lot=line.lot, weight=line.weight, weight_unit=line.weight_unit)
            for line in labels
        )
        whole = replace(self.line(lot, quantity + 1, place), weight=None)
        noted = [came(label) for label in labels]
        entry = ("out", lot, quantity + 1, sum(grams for *_, grams in noted))
        self.give(Split(warehouse=house, line=whole, parts=parts), [entry, *noted])

    @rule(n=which, house=houses, one=lots, other=lots, to=lots, quantity=few, place=bins)
    def merge(self, n: int, house: str, one: str, other: str, to: str, quantity: int, place: str) -> None:
        one, place = self.found(house, n, one, place)
        lines = (self.line(one, quantity, place), self.line(like(one, other), 1, place))
        to = like(one, to)
        gone = [went(line) for line in lines]
        noted = [*gone, ("in", to, quantity + 1, sum(grams for *_, grams in gone))]
        self.give(Merge(warehouse=house, lines=lines, lot=to), noted)

    @rule(n=which, house=houses, lot=lots, to=lots, quantity=few, place=bins)
    def relabel(self, n: int, house: str, lot: str, to: str, quantity: int, place: str) -> None:
        lot, place = self.found(house, n, lot, place)
        line, to = self.line(lot, quantity, place), like(lot, to)
        noted = [went(line), came(replace(line, lot=to))]
        self.give(Relabel(warehouse=house, line=line, lot=to, reason="r"), noted)

    @rule(house=houses, lot=lots)
    def hold(self, house: str, lot: str) -> None:
        result = self.give(Hold(warehouse=house, lines=(Line(item=item(lot), lot=lot),), reason="r"))
        if result is not None:
            self.blocks.append((house, str(result.value["block"]), lot))

    @precondition(lambda self: self.blocks)
    @rule(number=some)
    def release(self, number: int) -> None:
        house, block, lot = self.blocks.pop(number % len(self.blocks))
        self.give(Release(warehouse=house, block=block, lines=(Line(item=item(lot), lot=lot),), reason="r"))

    @precondition(lambda self: self.events)
    @rule(number=st.integers(0, 500))
    def never_happened(self, number: int) -> None:
        house, event = self.events[number % len(self.events)]
        if self.give(Correct(warehouse=house, event=event, error="did_not_occur", reason="r")) is not None:
            self.noted.pop(event, None)

    @precondition(lambda self: self.events)
    @rule(number=st.integers(0, 500), lot=lots, quantity=st.integers(0, 20))
    def was_otherwise(self, number: int, lot: str, quantity: int) -> None:
        house, event = self.events[number % len(self.events)]
        line = Line(**self.of(lot, quantity))
        command = Correct(warehouse=house, event=event, error="incorrect_data", reason="r", lines=(line,))
        result = self.give(command)
        if result is not None and event in self.noted:
            before = self.noted.pop(event)
            now = [entry for entry in before if entry[1] != lot]
            kinds = dict.fromkeys(kind for kind, name, *_ in before if name == lot)
            now += [(kind, *came(line)[1:]) for kind in kinds]
            self.noted[next(new for new in result.events if new != event)] = now

    # -- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def it_balances(self) -> None:
        assert not Balance.objects.filter(quantity__lt=0).exists()
        assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
        said: Counter[str] = Counter()
        heavy: Counter[str] = Counter()
        for kind, lot, quantity, grams in (entry for entries in self.noted.values() for entry in entries):
            said[lot] += quantity if kind == "in" else -quantity
            heavy[lot] += grams if kind == "in" else -grams
        held, weights = sums(Balance.objects.all())
        explained, lost = sums(Posting.objects.filter(counterpart=VARIANCE))
        for lot in (*LOTS, *WEIGHED):
            key = key16(uri(lot))
            assert held.get(key, 0) == said[lot] * ONE + explained.get(key, 0), lot
            assert weights.get(key, 0) == heavy[lot] * ONE // 1000 + lost.get(key, 0), f"the weight of {lot}"

    @invariant()
    def a_replay_says_the_same(self) -> None:
        if self.done.total() % TOLD_AGAIN == TOLD_AGAIN - 1:
            assert differences() == []


@pytest.mark.django_db
def test_it_balances(steps: int, law_seed: int, record_testsuite_property: Callable[[str, object], None]) -> None:
    record_testsuite_property("law_seed", law_seed)
    print(f"\n--law-seed {law_seed} --steps {steps}")
    build_dairy()
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
    total: Counter[str] = Counter()

    class Counted(House):
        def teardown(self) -> None:
            super().teardown()
            total.update(self.done)

    lives = settings(
        max_examples=max(1, steps // A_LIFE),
        stateful_step_count=A_LIFE,
        deadline=None,
        database=None,
        print_blob=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(law_seed)(Counted), settings=lives)
    print(dict(total))
    assert steps < TOLD_AGAIN * A_LIFE or {"Receive", "Move", "Ship", "Count", "PostCount", "Split", "Correct"} <= set(
        total
    )
