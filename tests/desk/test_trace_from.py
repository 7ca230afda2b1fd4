"""The trace from anything: a name, a person, a line, a day, a place, a partner, an order, a check that was not met."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner
from suyuan.desk.finding import find
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.records import person_uri
from suyuan.inspection.models import Inspection
from suyuan.ledger.keys import key16, micros
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.trace.concerned import Sought, concerned
from suyuan.trace.words import by_words
from tests.desk import company
from tests.desk.conftest import Sit

SECOND = "HH261121A01"
LINE = "https://id.gs1.org/414/6901234000009/254/LINE-2"


def ask(client: Client, **said: str) -> list[str]:
    """The codes of what is traced together."""
    page = client.get(f"/trace?{urlencode(said)}")
    assert page.status_code == 200
    shown = page.context.get("page")
    return sorted(row.cells[1].code for row in shown.subjects.rows) if shown else []


def test_an_empty_question_says_what_may_be_asked(sit: Sit) -> None:
    page = sit("keeper").get("/trace")
    assert "Say what you know" in page.content.decode()


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"q": company.LOT}, {company.LOT}),
        ({"q": "RM-1101"}, {"RM-1101"}),
        ({"q": "YOG-150"}, {company.YOGHURT}),
        ({"q": "FARM-1"}, {"RM-1101"}),
        ({"q": "敕勒川"}, {"RM-1101"}),
        ({"q": "chilechuan"}, {"RM-1101"}),
        ({"q": "PO-26-110"}, {"RM-1101"}),
        ({"q": "SO-26-503"}, {company.LOT}),
        ({"q": "C003"}, {company.LOT}),
        ({"q": LINE}, {"RM-1101", "RM-2207", "P-8831", "K-17", company.LOT, "HH261114A02", SECOND}),
    ],
)
def test_the_goods_concerned_are_traced(sit: Sit, said: dict[str, str], codes: set[str]) -> None:
    assert set(ask(sit("keeper"), **said)) == codes


def test_a_day_narrows(sit: Sit) -> None:
    client = sit("keeper")
    day = str(company.NOW.date())
    assert SECOND in ask(client, since=day)
    assert company.LOT not in ask(client, since=day)
    assert ask(client, q="C003", since=day) == []
    assert "No event names goods" in client.get(f"/trace?q=C003&since={day}").content.decode()
    assert ask(client, q="YOG-150", since=day) == [SECOND]


def test_a_person_is_found_by_any_of_his_names(sit: Sit) -> None:
    verdict = Verdict(uri=f"https://id.gs1.org/01/{company.YOGHURT}/10/{SECOND}", verdict="pass")
    user = User.objects.get(username="inspector")
    context = Context(actor=actor_of(user, {}), request_id=uuid4(), now=company.NOW)
    execute(context, Inspect(warehouse="plant", lines=(verdict,)))
    client = sit("keeper")
    assert ask(client, person="李静") == ask(client, person="inspect") == [SECOND]
    assert ask(client, person="李静", q=SECOND) == [SECOND]
    assert ask(client, person="李静", q=company.LOT) == []
    assert ask(client, person="李静", until="2026-11-20") == []
    assert ask(client, person="keeper") == []
    assert client.get("/trace?person=nobody").context["problems_found"][0].code == "governance.user_unknown"


def test_whoever_did_it(firm: None) -> None:
    """Every event of the company was given by the system actor; of an inspector there is none."""
    mine = concerned(Sought(people=frozenset([key16(person_uri(SYSTEM.id))])))
    assert company.LOT_URI in {one.uri for one, _at in mine.goods}
    inspector = User.objects.get(username="inspector")
    assert concerned(Sought(people=frozenset([key16(person_uri(str(inspector.pk)))]))).goods == ()


def test_a_line_is_where_it_was_made(sit: Sit) -> None:
    client = sit("keeper")
    assert set(ask(client, line="2")) >= {company.LOT, SECOND} or ask(client, line="LINE-2")
    assert ask(client, line="line that never was") == []


def test_what_is_left_out_is_said(firm: None) -> None:
    since, until = micros(company.NOW - timedelta(days=30)), micros(company.NOW)
    whole = concerned(Sought(since=since, until=until))
    assert (whole.older, whole.left) == (False, {})
    some = concerned(Sought(since=since, until=until), most_goods=2)
    assert len(some.goods) == 2
    assert sum(some.left.values()) == len(whole.goods) - 2
    few = concerned(Sought(since=since, until=until), most=3)
    assert few.older
    assert few.events == 3
    assert [at for _one, at in few.goods] == sorted((at for _one, at in few.goods), reverse=True)
    assert concerned(Sought()).goods == ()


def test_conditions_hold_together(firm: None) -> None:
    line = key16(LINE)
    both = concerned(Sought(places=frozenset([line]), since=micros(company.NOW - timedelta(hours=3))))
    assert {one.uri.rpartition("/")[2] for one, _at in both.goods} == {SECOND, "P-8831", "K-17"}


def test_a_check_that_was_not_met(sit: Sit) -> None:
    checks = [
        {"number": 1, "name_zh": "酸度", "name_en": "Acidity", "kind": "measured", "weight": "major", "scope": "lot"},
        {"number": 2, "name_zh": "异物", "name_en": "Foreign matter", "kind": "yes_no", "weight": "critical"},
    ]
    checks[0]["upper"], checks[1]["scope"] = "90", "lot"
    with governed():
        for n, (lot, results, state) in enumerate(
            [(company.LOT, {"0.1": "95", "0.2": "yes"}, "failed"), (SECOND, {"0.1": "80", "0.2": "yes"}, "passed")]
        ):
            Inspection.objects.create(
                id=f"00000000-0000-4000-8000-00000000000{n}", number=f"QC-{n}", log="plant", state=state,
                goods=f"https://id.gs1.org/01/{company.YOGHURT}/10/{lot}", item=f"https://id.gs1.org/01/{company.YOGHURT}",
                mode="sampling", quantity=1, unit="C62", lot_size=1, severity="normal", size=1, accept=0, checks=checks,
                results=results, opened=0, decided=micros(company.NOW),
            )  # fmt: skip
    client = sit("keeper")
    assert ask(client, check="acid") == [company.LOT]
    assert ask(client, check="酸度") == [company.LOT]
    assert ask(client, check="foreign") == []
    assert ask(client, check="*") == [company.LOT]
    assert ask(client, check="acid", until="2020-01-01") == []


def test_several_meanings_are_listed_and_nothing_else_answered(sit: Sit) -> None:
    page = sit("keeper").get("/trace?q=超市&since=2026-01-01")
    assert page.context.get("page") is None
    table = page.context["choices"]
    assert len(table.rows) == company.CUSTOMERS
    assert "since=2026-01-01" in table.rows[0].cells[2].url
    assert sit("keeper").get(table.rows[0].cells[2].url).context["page"]


def test_the_files_hold_all_and_the_graph_is_there(sit: Sit) -> None:
    client = sit("keeper")
    page = client.get(f"/trace?q={LINE}")
    assert page.context["drawn"]
    for panel in page.context["panels"]:
        assert panel.table.hidden == 0
        lines = list(csv.reader(io.StringIO(client.get(panel.table.export).content.decode("utf-8-sig"))))
        assert len(lines) == 1 + len(panel.table.rows)
    assert client.get(f"/trace?q={LINE}&as=svg").headers["Content-Type"] == "image/svg+xml"
    assert client.get(f"/trace?q={LINE}&as=png").content.startswith(b"\x89PNG")


@pytest.mark.parametrize("query", ["q=" + "x" * 3000, "since=never", "person=%00", "line=%27%3B--", "q=%3Cscript%3E"])
def test_odd_questions_are_answered(sit: Sit, query: str) -> None:
    page = sit("keeper").get(f"/trace?{query}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize("id_", [f"/01/{company.YOGHURT}", f"/417/{company.gln(100)}", LINE, "PO-26-110"])
def test_other_pages_lead_to_the_trace_of_all_they_stand_for(sit: Sit, id_: str) -> None:
    client = sit("keeper")
    address = client.get("/search", {"q": id_}).headers["Location"] if id_.startswith("PO") else f"/thing?id={id_}"
    links = [link.url for link in client.get(address).context["page"].actions if link.url.startswith("/trace")]
    assert len(links) == 1
    assert client.get(links[0]).context["page"].subjects.rows


def test_who_may_recall_gets_there_from_the_page_and_from_the_trace(sit: Sit) -> None:
    lot = f"/01/{company.YOGHURT}/10/{company.LOT}"
    links = [link.url for link in sit("inspector").get(f"/thing?id={lot}").context["page"].actions]
    assert f"/recall/new?id={lot}" in links
    assert not [link for link in sit("keeper").get(f"/thing?id={lot}").context["page"].actions if "recall" in link.url]
    assert sit("keeper").get("/trace?q=C003").context["recall"] == ""
    leads = sit("inspector").get("/trace?q=C003").context["recall"]
    assert sit("inspector").get(leads).context["uris"] == [f"https://id.gs1.org{lot}"]


def test_of_very_much_sums_are_shown_first(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyuan.desk.tracing.is_very_wide", lambda *_keys: True)
    client = sit("inspector")
    page = client.get(f"/trace?{urlencode({'q': company.LOT})}")
    assert page.context["summed"].parties.total == company.CUSTOMERS
    assert [row.cells[1].code for row in page.context["subjects"].rows] == [company.LOT]
    assert "/recall/new?id=" in page.content.decode()
    whole = client.get(page.context["whole"])
    assert whole.context["page"].went.figures[0] == (company.CUSTOMERS, "customers")


def test_who_may_not_trace_is_refused(sit: Sit) -> None:
    assert sit("admin").get("/trace?q=YOG-150").status_code == 403


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("酸奶", "YOG-150"), ("yoghurt", "YOG-150"), ("PLAIN  yog", "YOG-150"), ("牛乳", "MILK"), ("太原", "C001"),
        ("ｙｏｇｈｕｒｔ", "YOG-150"), ("stor 3", "C002"), ("a'b%_", ""), ("x", ""), ("", ""),
    ],
)  # fmt: skip
def test_names_are_found_by_any_part(firm: None, text: str, first: str) -> None:
    found = by_words(text)
    codes = [
        code
        for one in found[:1]
        for model in (Item, Partner)
        for code in model.objects.filter(uri=one.uri).values_list("code", flat=True)
    ]
    assert codes == ([first] if first else [])


def test_the_box_finds_names_and_people(sit: Sit) -> None:
    assert [thing.name for thing in find("酸奶", "zh-hans").things] == ["原味酸奶 150 g"]
    page = sit("keeper").get("/search", {"q": "王芳"})
    assert "/trace?person=" in page.content.decode()
