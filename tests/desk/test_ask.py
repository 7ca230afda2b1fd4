"""What a request for a signature says: every command that may wait in words, names with codes, old beside new."""

import dataclasses
import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from suyuan.accounts.models import User
from suyuan.accounts.rules import PERSON, SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items
from suyuan.desk.deeds import FIELDS, WORDS
from suyuan.governance.approvals import asking
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.master import PutPartners
from suyuan.governance.merging import MergeItems
from suyuan.governance.models import ApprovalRequest
from suyuan.governance.registry import Spec, specs
from suyuan.governance.settings import PutSetting
from suyuan.operations import commands
from suyuan.operations.lines import Line
from suyuan.operations.quality.inspect import Inspect, Verdict
from tests.desk import company
from tests.desk.conftest import Sit

assert commands  # importing them declares them
WAITING = [spec for spec in specs() if spec.groups]
LINES = {field.name for field in dataclasses.fields(Line)}


def test_there_are_some() -> None:
    assert {"Release", "MergeItems", "PutPartners", "PutSetting"} <= {spec.name for spec in WAITING}


@pytest.mark.parametrize("spec", WAITING, ids=lambda spec: spec.name)
def test_every_command_that_may_wait_has_words(spec: Spec) -> None:
    assert spec.name in WORDS
    assert {field.name for field in dataclasses.fields(spec.kind)} <= set(FIELDS)


@pytest.fixture
def auditor(sit: Sit) -> Sit:
    with governed():
        do_add_user(username="auditor", name="周审", password=company.PASSWORD, grants=[At("auditor")])
    return sit


def said(sit: Sit, command: object) -> str:
    """The page of a request for this command, as its words and the addresses it leads to."""
    actor = replace(SYSTEM, id=str(User.objects.get(username="office").pk), person="", kind=PERSON)
    execute(Context(actor=actor, request_id=uuid4(), now=company.NOW), asking(command, "as agreed"))
    request: UUID = ApprovalRequest.objects.get().pk
    page = sit("auditor").get(f"/approvals/{request}").content.decode()
    part = page[page.index("What will happen") : page.index("What a signature binds")]
    part = re.sub(r'<a [^>]*href="([^"]*)"[^>]*>', r" [\1] ", part)
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_a_merge_names_both(auditor: Sit) -> None:
    with governed():
        do_add_items(items=[NewItem(code="MILK-2", name_zh="生牛奶", name_en="Raw cow milk", base_unit="KGM")])
    text = said(auditor, MergeItems(keep="MILK", merged="MILK-2", reason="one thing"))
    assert "Goes on [/data/items/row?key=MILK] Raw milk (MILK)" in text or "Goes on Raw milk (MILK)" in text
    assert "Raw cow milk (MILK-2)" in text
    assert "one thing" in text


def test_the_approval_of_a_partner_shows_old_and_new(auditor: Sit) -> None:
    put = PutPartners(rows=(Row({"code": "FARM-1", "status": "suspended"}),))
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW), put)
    text = said(auditor, PutPartners(rows=(Row({"code": "FARM-1", "status": "approved", "name_en": "Farm"}),)))
    assert "Chilechuan Farm (FARM-1)" in text
    assert re.search(r"Approval Suspended Approved", text)
    assert "Chilechuan Farm Farm" in text
    assert "Row(" not in text
    assert "name_en" not in text


def test_a_new_partner_shows_what_he_will_be(auditor: Sit) -> None:
    row = Row({"code": "NEW-1", "name_en": "New farm", "roles": ("supplier",), "status": "approved"})
    text = said(auditor, PutPartners(rows=(row,)))
    assert "NEW-1 (new)" in text
    assert "Is our Supplier" in text


def test_a_setting_says_what_it_means(auditor: Sit) -> None:
    text = said(auditor, PutSetting(key="small_firm", value=True, version=0, reason="two of us"))
    assert "Firm too small for two" in text
    assert "Stands now Whatever needs two people is signed by another person." in text
    assert "Wanted A person may approve what he asked for" in text
    assert "small_firm" not in text


def test_a_verdict_is_said(auditor: Sit) -> None:
    line = Verdict(uri=company.LOT_URI, verdict="fail", reason="swollen cups")
    text = said(auditor, Inspect(warehouse="plant", lines=(line,)))
    assert "not passed swollen cups" in text
    assert "Plain yoghurt 150 g" in text
