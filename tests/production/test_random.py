"""Whatever is done with assemblies in whatever order, and told late: the tables are what the events say."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Assemble,
    Destroy,
    Inspect,
    Line,
    Move,
    ReceiptLine,
    Receive,
    ReceiveTransfer,
    ReplacePart,
    Ship,
    TakeApart,
    Transfer,
    Verdict,
)
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Balance, Posting
from tests.operations.dairy import QUALITY, Desk

PUMPS, SKIDS = [f"P{n}" for n in range(1, 7)], ["S1", "S2", "S3"]


def serial(item: str, number: str) -> Line:
    return Line(item=item, serials=(number,))


def something(chance: random.Random, sent: list[str]) -> object:
    """One command, sensible or not."""
    skid, pump = serial("SKID", chance.choice(SKIDS)), serial("PUMP", chance.choice(PUMPS))
    other, seals = serial("PUMP", chance.choice(PUMPS)), Line(item="SEAL", lot="L", quantity=chance.randint(1, 3))
    log = chance.choice(("main", "main", "main", "cold"))
    inner = serial("SKID", chance.choice(SKIDS))
    return chance.choice(
        (
            Assemble(warehouse=log, product=skid, parts=(pump, seals)),
            Assemble(warehouse=log, product=skid, parts=(pump,)),
            Assemble(warehouse=log, product=skid, parts=(inner,)),
            ReplacePart(warehouse=log, product=skid, old=(pump,), new=(other,), to="A-01", reason="r", good=True),
            ReplacePart(warehouse=log, product=skid, old=(seals,), to="A-02", reason="r"),
            TakeApart(warehouse=log, product=skid, reason="r", ends=chance.random() < 0.5),
            Inspect(warehouse=log, lines=(Verdict(item="SKID", serials=skid.serials, verdict="pass"),)),
            Move(warehouse=log, lines=(skid,), to=chance.choice(("A-01", "OUT"))),
            Move(warehouse=log, lines=(seals,), to="LINE"),
            Transfer(warehouse=log, to="cold" if log == "main" else "main", lines=(skid,)),
            ReceiveTransfer(warehouse="cold", sender="main", desadv=(sent or ["-"])[-1], lines=(skid,)),
            Ship(warehouse=log, customer="SHOP", lines=(skid,)),
            Destroy(warehouse=log, lines=(skid,), reason="r"),
        )
    )


@pytest.mark.parametrize("seed", range(5))
def test_assemblies(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    with governed():
        do_add_items(items=[
            NewItem(code="SKID", base_unit="EA", tracking="serial"), NewItem(code="SEAL", base_unit="EA"),
        ])  # fmt: skip
    lines = (ReceiptLine(item="PUMP", serials=tuple(PUMPS)), ReceiptLine(item="SEAL", lot="L", quantity=40))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))
    good = (Verdict(item="PUMP", serials=tuple(PUMPS), verdict="pass"), Verdict(item="SEAL", lot="L", verdict="pass"))
    desk.run(Inspect(warehouse="main", lines=good))
    desk.later(hours=1)
    sent: list[str] = []
    done = 0
    for step in range(40):
        command = something(chance, sent)
        late = timedelta(minutes=chance.choice((0, 0, 0, 7, 25)))
        if late and hasattr(command, "at"):
            command = replace(command, at=desk.now - late)  # type: ignore[type-var]  # all are dataclasses
        try:
            result = execute(desk.context(approver=QUALITY), command)
        except Refused:
            continue
        done += 1
        sent += [str(result.value["desadv"])] if isinstance(command, Transfer) else []
        assert differences() == [], (step, command)
    assert done > 0
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
    assert not Balance.objects.filter(quantity__lt=0).exists()
