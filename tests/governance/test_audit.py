"""The audit finds what was done, by its indexes, and what it rests on is accepted by fsck."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from suyuan.capture.guard import governed
from suyuan.cli import fsck
from suyuan.governance import audit, records
from suyuan.governance.audit import Wanted, search
from suyuan.gs1.problems import Problem
from suyuan.ledger.sequencer import sequence_all
from suyuan.operations.commands import Hold, Line, Move
from tests.governance.test_approve import GONE, House, opened
from tests.operations.dairy import AUDITOR, KEEPER, refusal, yoghurt


@pytest.fixture
def house(db: None) -> House:
    return opened()


def commands(wanted: Wanted) -> list[str]:
    return [one.command for one in search(wanted).entries]


def test_it_works(house: House) -> None:
    house.sign(house.ask(GONE))
    assert set(commands(Wanted())[:3]) == {"approval", "Destroy", "RequestApproval"}
    (destroyed,) = search(Wanted(command="Destroy")).entries
    assert (destroyed.name, destroyed.roles, destroyed.reason) == ("Kai", ("keeper",), "burst")
    assert destroyed.body["terminal"] == "Chrome"


def test_by_person_thing_and_log(house: House) -> None:
    house.sign(house.ask(GONE))
    kai, qin = (str(house.user(name).pk) for name in ("kai", "qin"))
    assert commands(Wanted(person=(qin,))) == ["approval"]
    assert set(commands(Wanted(person=(kai, qin)))) == {"approval", "Destroy", "RequestApproval"}
    about = commands(Wanted(about=yoghurt("L1")))
    assert {"Destroy", "RequestApproval", "Receive", "Inspect", "PutAway"} <= set(about)
    assert commands(Wanted(about=yoghurt("L9"))) == []
    assert commands(Wanted(about=yoghurt("L1"), person=(kai,), command="Destroy")) == ["Destroy"]
    assert commands(Wanted(logs=("cold",))) == []


def test_nothing_hides_a_refusal(house: House) -> None:
    refusal(house.desk, Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="r"), AUDITOR)
    (found,) = search(Wanted(refused=True)).entries
    assert found.refused
    assert found.body["codes"] == ["governance.not_allowed"]


def test_a_refusal_says_what_it_was_about_and_nothing_of_persons(house: House) -> None:
    line = Line(item="YOG", lot="L1", quantity=10**6, place="A-01")
    refusal(house.desk, Move(warehouse="main", lines=(line,), to="A-02"), KEEPER)
    (found,) = search(Wanted(refused=True)).entries
    assert found.body["codes"] == ["stock.short"]
    assert found.body["said"]["stock.short"]["goods"] == yoghurt("L1")
    assert records.harmless(Problem("operations.here_already", "", {"goods": "u", "who": "Kai", "time": "9:00"})) == {
        "goods": "u"
    }
    assert records.harmless(Problem("operations.item_unknown", "", {"item": "138 0013 8000"})) == {}


def test_text_is_found_in_reasons_and_names(house: House) -> None:
    house.ask(GONE, reason="They burst in the night")
    assert commands(Wanted(text="IN THE NIGHT")) == ["RequestApproval"]
    assert commands(Wanted(text="kai")) == ["RequestApproval"]
    assert commands(Wanted(text="nowhere to be found")) == []


def test_pages_follow_each_other(house: House) -> None:
    seen: list[bytes] = []
    found = search(Wanted(), 2)
    while True:
        seen += [one.id for one in found.entries]
        if found.after is None:
            break
        found = search(Wanted(before=found.after), 2)
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.engine
def test_it_is_read_by_its_indexes(engine: str) -> None:
    house = opened()
    house.sign(house.ask(GONE))
    if engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")  # of so few rows it would read all
    for wanted, index in (
        (Wanted(command="Destroy"), "ledger_record_command"),
        (Wanted(), "ledger_record_"),
        (Wanted(refused=True), "ledger_record_r"),
    ):
        where, parameters = audit._conditions(wanted)
        sql = f"{audit._HEADS} WHERE {where} ORDER BY r.record_time DESC, r.id DESC LIMIT 51"
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if engine == 'sqlite' else ''}{sql}", parameters)
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert index in plan, plan


@pytest.mark.engine
def test_fsck_accepts_what_approvals_leave(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path / "home"))
    house = opened()
    house.sign(house.ask(GONE))
    with governed():
        sequence_all(house.desk.now)
    parser = argparse.ArgumentParser()
    fsck.arguments(parser)
    assert fsck.run(parser.parse_args(["--seed", "7"])) == 0, capsys.readouterr().out
    assert all(one.index is not None for one in search(Wanted()).entries)
