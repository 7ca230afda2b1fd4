"""Who does what: the lanes from the data, changed by a planner, and said on the pages where it is done."""

from datetime import timedelta
from uuid import UUID

import pytest

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.catalog.directory import directory
from suyuan.catalog.register import Row
from suyuan.desk.steps_views import duration
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.insight.default_steps import DEFAULTS
from suyuan.insight.models import ProcessStep
from suyuan.insight.refreshing import refresh
from suyuan.insight.registers import PutProcessSteps, commands_there_are, is_starter
from suyuan.insight.steps import PROCESSES
from tests.desk import company
from tests.desk.conftest import Hire, Sit


def put(values: dict[str, object]) -> None:
    admin = User.objects.get(username="admin")
    actor = actor_of(admin, directory().sites)
    row = Row(values)  # type: ignore[arg-type]  # values of the register's fields
    execute(Context(actor=actor, request_id=UUID(int=77), now=company.NOW), PutProcessSteps(rows=(row,)))


def test_it_works(sit: Sit) -> None:
    page = sit("keeper").get("/steps").content.decode()
    for word in ("Receiving", "Recall", "Warehouse keeper", "Qualified person", "A truck arrives, or a notice is due"):
        assert word in page
    assert 'href="/receiving"' in page
    assert "Alert: Delivery late" in page
    assert "Receive goods" in page
    only = sit("keeper").get("/steps?process=recall").content.decode()
    assert "Record answers, ask again" in only
    assert "A truck arrives, or a notice is due" not in only


def test_what_waits_and_who_is_on_it(sit: Sit, hire: Hire) -> None:
    refresh(company.NOW + timedelta(days=3))
    page = sit("keeper").get("/steps").content.decode()
    assert "alert" in page
    assert "?kind=pending_long" in page
    assert "?kind=pending_long" not in hire("carrier").get("/steps").content.decode()


def test_a_planner_changes_it(sit: Sit) -> None:
    put({"process": "inbound", "number": 20, "role": "inspector", "trigger_en": "The bell rings"})
    client = sit("keeper")
    page = client.get("/receiving").content.decode()
    assert "responsible:" in page
    assert "Quality inspector" in page
    assert "The bell rings" in page
    put_off = {"process": "inbound", "number": 20, "is_active": False}
    execute(
        Context(
            actor=actor_of(User.objects.get(username="admin"), directory().sites), request_id=UUID(int=78),
            now=company.NOW,
        ),
        PutProcessSteps(rows=(Row(put_off),)),  # type: ignore[arg-type]  # values of the register's fields
    )  # fmt: skip
    assert "The bell rings" not in client.get("/receiving").content.decode()
    assert sit("office").get("/data/process_steps").status_code == 200


def test_what_cannot_be(firm: None) -> None:
    wrong = {"role": "king", "started_by": "command:Nothing alert:expired", "page": "https://evil.example"}
    with pytest.raises(Refused) as refused:
        put({"process": "inbound", "number": 99, "name_en": "x", "command": "X", **wrong})
    assert [problem.code for problem in refused.value.problems] == [
        "insight.role_unknown", "insight.page_wrong", "insight.started_wrong", "insight.started_wrong",
    ]  # fmt: skip


def test_the_defaults_hold_together(firm: None) -> None:
    commands = commands_there_are()
    assert {step.process for step in DEFAULTS} == set(PROCESSES)
    unknown = [
        word
        for step in DEFAULTS
        for word in (*step.started_by.split(), f"command:{step.command}")
        if not is_starter(word, commands)
    ]
    assert unknown == []
    assert ProcessStep.objects.count() == len(DEFAULTS)


def test_durations_as_people_say_them() -> None:
    assert [duration(minutes) for minutes in (15, 60, 90, 2880)] == ["15 min", "1 h", "90 min", "2 d"]
