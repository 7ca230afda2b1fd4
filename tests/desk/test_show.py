"""The page of a lot says everything about it; other things have the sections that apply."""

import csv
import io
import json
import re
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from PIL import Image

from suyuan.accounts.models import User
from suyuan.capture.guard import governed
from suyuan.desk.near import is_wide
from suyuan.gs1.identifiers import gln_uri, lot_uri
from suyuan.ledger.keeping import keeping
from suyuan.ledger.keys import key16
from suyuan.ledger.sequencer import sequence_all
from suyuan.tlog.proof import check_proof, parse_proof
from tests.desk import company
from tests.desk.conftest import Sit
from tests.plugins.engines import Statements

LOT_PAGE = f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}"
SHIPPED = sum(480 + 12 * n for n in range(company.CUSTOMERS))


def test_it_works(sit: Sit) -> None:
    page = sit("keeper").get(LOT_PAGE)
    assert page.status_code == 200
    shown = page.context["page"]
    assert shown.title == "Plain yoghurt 150 g"
    assert shown.states == ("in_stock", "released", "shipped")
    assert [(str(row.thing.name), row.quantity.amount) for row in shown.where.rows] == [
        ("Filling line 2", 12480 - SHIPPED)
    ]
    assert [(row.thing.code, str(row.quantity)) for row in shown.came.rows] == [
        ("RM-1101", "2200 KGM"), ("RM-2207", "310.5 KGM"), ("P-8831", "12480 C62"), ("K-17", "120 GRM"),
    ]  # fmt: skip
    assert shown.went.figures[0] == (company.CUSTOMERS, "customers")
    assert shown.went.figures[1][0].amount == SHIPPED
    assert shown.went.more == company.CUSTOMERS - len(shown.went.rows)
    assert shown.gaps == ()


def test_the_balance_adds_up(sit: Sit) -> None:
    balance = sit("keeper").get(LOT_PAGE).context["page"].balance
    assert balance.entered.amount == 12480
    assert sum(share.quantity.amount for share in balance.shares) == 12480
    assert balance.unexplained.amount == Decimal(0)


def test_the_graph_holds_both_directions(sit: Sit) -> None:
    page = sit("keeper").get(LOT_PAGE)
    graph = page.context["page"].graph
    kinds = [node.kind for node in graph.nodes]
    assert kinds.count("step") == 1
    assert kinds.count("party") == 3 + 8 + 1  # three suppliers, eight customers, one card for the others
    assert [node.id for node in graph.nodes if node.subject] == [company.LOT_URI]
    ids = {node.id for node in graph.nodes}
    assert all(edge.source in ids and edge.target in ids for edge in graph.edges)
    text = page.content.decode()
    assert f'data-drawn="{len(graph.nodes)}"' in text
    assert text.count('<path class="line"') == len(graph.edges)
    links = re.findall(r'<a class="node [^"]*" href="([^"]+)"', text)
    assert f"/thing?id=/01/{company.MILK}/10/RM-1101" in links
    assert "#tab-parties" in links


def test_the_graph_is_a_file_that_shows_the_same(sit: Sit) -> None:
    client = sit("keeper")
    query = LOT_PAGE.partition("?")[2]
    svg = client.get(f"/thing/graph?{query}&as=svg")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    assert svg.headers["Content-Disposition"].startswith("attachment")
    drawn = ElementTree.fromstring(svg.content)  # well formed, which a browser would not tell
    words = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}tspan")}
    shown = client.get(LOT_PAGE).context["page"].graph
    assert {line for node in shown.nodes for line in node.lines if len(line) < 20} <= words
    png = client.get(f"/thing/graph?{query}&as=png")
    image = Image.open(io.BytesIO(png.content))
    assert image.width == pytest.approx(2 * float(drawn.attrib["width"]), abs=2)
    assert image.height == pytest.approx(2 * float(drawn.attrib["height"]), abs=2)
    colours = {colour for _count, colour in image.getcolors(maxcolors=100_000) or ()}
    assert {(225, 232, 239), (86, 97, 111)} <= colours  # a card in stock, and lines


def test_cards_behind_a_count_open_and_close(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyuan.desk.graphs.MOST_ALIKE", 1)
    client = sit("keeper")
    page = client.get(f"/thing?id=/01/{company.CUP}/10/P-8831")
    piles = {node.lines: node.opens for node in page.context["page"].graph.nodes if node.opens}
    assert piles.keys() == {("Plain yoghurt 150 g", "× 2"), ("Made", "× 2")}
    links = re.findall(r'<a class="node more" href="([^"]+)" hx-get="([^"]+)"', page.content.decode())
    assert len(links) == 2
    [(href, swapped)] = [one for one in links if piles["Plain yoghurt 150 g", "× 2"] in one[0]]
    assert href == swapped
    opened = client.get(href.replace("&amp;", "&"))
    text = opened.content.decode()
    assert "HH261114 A01" in re.sub("<[^>]+>", "", text) or company.LOT in text
    assert 'id="traced"' in text
    assert [one.word for one in opened.context["drawn"].close] == ["Plain yoghurt 150 g × 2"]
    closed = client.get(opened.context["drawn"].close[0].url)
    assert company.LOT not in closed.content.decode()
    assert closed.context["drawn"].hidden == 2 + 2


@pytest.mark.parametrize("query", ["", "id=/01/123/10/A", f"id=/01/{company.YOGHURT}"])
def test_there_is_no_graph_of_what_is_no_goods(sit: Sit, query: str) -> None:
    assert sit("keeper").get(f"/thing/graph?{query}").status_code == 404


def test_a_raw_material_leads_to_the_customers_of_what_was_made(sit: Sit) -> None:
    shown = sit("keeper").get(f"/thing?id=/01/{company.MILK}/10/RM-1101").context["page"]
    assert shown.went.figures[0] == (company.CUSTOMERS, "customers")
    assert shown.states[0] == "expired"


@pytest.mark.parametrize("tab", ["events", "parties", "backward", "stock"])
def test_every_table_exports_what_it_shows(sit: Sit, tab: str) -> None:
    client = sit("keeper")
    url = next(t.url for t in client.get(LOT_PAGE).context["page"].tabs if t.id == tab)
    shown = client.get(url).context["panel"].table
    response = client.get(f"{LOT_PAGE}&csv={tab}")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert len(rows) == len(shown.rows) + 1
    assert rows[0][0] == shown.columns[0].title


@pytest.mark.parametrize(
    ("id_", "says"),
    [
        (f"/01/{company.YOGHURT}", "HH261121A01"),
        (gln_uri(company.PLANT, "IN"), "RM-1101"),
        (f"/417/{company.gln(100)}", company.LOT),
        ("https://id.suyuan.example/doc/po/PO-26-110", "Received"),
    ],
)
def test_items_places_partners_and_papers(sit: Sit, id_: str, says: str) -> None:
    response = sit("keeper").get("/thing", {"id": id_})
    assert response.status_code == 200
    assert says in response.content.decode()


def test_a_thing_nobody_recorded_has_a_page_that_says_so(sit: Sit) -> None:
    response = sit("keeper").get("/thing", {"id": lot_uri(company.YOGHURT, "NEVER").removeprefix("https://id.gs1.org")})
    assert response.status_code == 200
    assert "No event names this yet." in response.content.decode()


@pytest.mark.parametrize("id_", ["", "no uri", "/01/123/10/A", "javascript:alert(1) x", "x" * 5000])
def test_what_is_no_thing_is_refused_in_a_sentence(sit: Sit, id_: str) -> None:
    response = sit("keeper").get("/thing", {"id": id_})
    assert response.status_code == 404
    assert "is not the address of a thing" in response.content.decode()


def test_the_page_is_in_the_language_of_its_reader(sit: Sit) -> None:
    shown = sit("keeper", language="zh-hans").get(LOT_PAGE).content.decode()
    for word in ("原味酸奶 150 g", "在库", "来源", "去向", "事件", "溯源"):
        assert word in shown


def test_the_cost_does_not_grow_with_the_customers(sit: Sit, statements: Callable[[], Statements]) -> None:
    """One lot went to eighteen customers, the other to none; both pages ask as often, but for the level between."""
    client = sit("keeper")
    client.get(LOT_PAGE)
    counts = []
    for url in (LOT_PAGE, f"/thing?id=/01/{company.YOGHURT}/10/HH261121A01"):
        with statements() as seen:
            client.get(url)
        counts.append(len(seen.sql))
    assert max(counts) <= 60
    assert abs(counts[0] - counts[1]) <= 6, counts


def test_a_lot_is_held_from_its_page_with_a_reason(sit: Sit) -> None:
    client = sit("keeper")
    hold = next(link for link in client.get(LOT_PAGE).context["page"].actions)
    asked = client.get(hold.url)
    assert [(int(quantity.amount), word) for quantity, word in asked.context["figures"]] == [
        (12480 - SHIPPED, "in stock"), (SHIPPED, "under way"),
    ]  # fmt: skip
    assert [p.field for p in client.post(hold.url, {"reason": " "}).context["problems_found"]] == ["reason"]
    done = client.post(hold.url, {"request_id": str(uuid4()), "reason": "Off flavour"}, follow=True)
    shown = done.context["page"]
    assert shown.states[0] == "held"
    assert [link.url.partition("?")[0] for link in shown.actions[:2]] == ["/nonconformances/new", "/dossier"]
    assert hold.url in {link.url for link in shown.actions[2:]}
    assert [(block.state, block.reason, block.actor) for block in shown.blocks] == [("held", "Off flavour", "王芳")]
    refused = client.post(
        "/shipping",
        {"do": "record", "customer": "C001", "line-0-uri": company.LOT_URI, "line-0-quantity": "1"},
    )
    assert "stock.held" in {p.code for p in refused.context["problems_found"]}


@pytest.mark.usefixtures("home")
def test_the_proof_can_be_taken_away_and_checked_without_us(sit: Sit) -> None:
    client = sit("keeper")
    url = next(tab.url for tab in client.get(LOT_PAGE).context["page"].tabs if tab.id == "proof")
    waiting = client.get(url).context["panel"].proofs[0]
    assert waiting.index is None
    assert client.get(f"/proof?log=plant&record={waiting.event}").status_code == 404
    with governed():
        sequence_all(company.NOW)
    shown = client.get(url).context["panel"]
    found = shown.proofs[0]
    text = client.get(found.download).content.decode()
    signer = keeping().signer("plant")
    assert signer is not None
    leaf = parse_proof(text).extra
    assert leaf is not None
    index, head = check_proof(leaf, text, [signer.verifier])
    assert (index, head.size) == (found.index, found.size)
    assert json.loads(leaf)["id"] == found.event.replace("-", "")
    assert b64encode(head.root).decode() == shown.checkpoints[0].root


@pytest.mark.parametrize("query", ["", "log=plant", "log=plant&record=x", "log=../../etc&record=" + str(UUID(int=1))])
def test_a_proof_of_nothing_is_refused(sit: Sit, query: str) -> None:
    assert sit("keeper").get(f"/proof?{query}").status_code == 404


MILK_PAGE = f"/thing?id=/01/{company.MILK}/10/RM-1101"


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for, very much came of it."""
    monkeypatch.setattr("suyuan.desk.answers.is_wide", lambda _key: True)


def test_a_page_that_can_not_wait_for_the_trace_shows_the_first_steps(sit: Sit, wide: None) -> None:
    client = sit("keeper")
    page = client.get(LOT_PAGE)
    shown = page.context["page"]
    assert shown.states == ("in_stock", "released", "shipped")
    assert [str(row.quantity) for row in shown.where.rows] == [f"{12480 - SHIPPED} C62"]
    assert {(row.thing.code, str(row.quantity)) for row in shown.came.rows} == {
        ("RM-1101", "2200 KGM"), ("RM-2207", "310.5 KGM"), ("P-8831", "12480 C62"), ("K-17", "120 GRM"),
    }  # fmt: skip
    assert shown.went.figures == ()  # nobody counted yet
    assert shown.balance.entered.amount == 12480
    assert shown.graph is None
    assert f'hx-get="{LOT_PAGE}&amp;whole=1"' in page.content.decode()
    milk = client.get(MILK_PAGE).context["page"]
    assert [row.thing.code for row in milk.went.rows] == ["HH261114A01", "HH261114A02"]


def test_the_whole_way_is_there_when_it_is_asked_for(sit: Sit, wide: None) -> None:
    page = sit("keeper").get(f"{LOT_PAGE}&whole=1")
    shown = page.context["page"]
    assert shown.went.figures[0] == (company.CUSTOMERS, "customers")
    assert shown.whole == ""
    for part in ('id="traced"', 'id="facts"', 'id="gaps"', 'id="flows"', "data-drawn"):
        assert part in page.content.decode()  # what the short page takes from it


@pytest.fixture
def very_wide(wide: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """So much of it that nobody waits for all of it."""
    monkeypatch.setattr("suyuan.desk.answers.is_very_wide", lambda *_keys: True)


def test_of_very_much_sums_are_shown_that_the_whole_way_agrees_with(sit: Sit, very_wide: None) -> None:
    client = sit("keeper")
    page = client.get(f"{MILK_PAGE}&whole=1")
    shown, whole = page.context["page"], client.get(f"{MILK_PAGE}&whole=all").context["page"]
    said = [(getattr(value, "amount", value), word) for value, word in shown.summed.figures]
    assert (3, "lots and serials") in said
    assert (company.CUSTOMERS, "partners") in said
    assert {(row.thing.code, row.quantity) for row in shown.went.rows} == {
        (row.thing.code, row.quantity) for row in whole.went.rows
    }
    assert len(shown.summed.parties.rows) == shown.summed.parties.total == company.CUSTOMERS
    assert [row.cells[0].code for row in shown.summed.places.rows]
    assert shown.graph is None
    assert whole.graph is not None
    assert (shown.whole, whole.whole) == (f"{MILK_PAGE}&whole=all", "")
    html = page.content.decode()
    assert 'hx-trigger="load"' not in html  # what takes a minute is not asked for by itself
    assert f'href="{MILK_PAGE}&amp;whole=all"' in html


def test_nothing_that_is_not_shown_is_traced(sit: Sit, wide: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sit("keeper")
    tabs = {tab.id: tab.url for tab in client.get(LOT_PAGE).context["page"].tabs}

    def refuse(*_args: object, **_rest: object) -> None:
        raise AssertionError("traced")

    for module in ("answers", "panels"):
        monkeypatch.setattr(f"suyuan.desk.{module}.trace", refuse)
    assert client.get(LOT_PAGE).status_code == 200
    assert client.get(tabs["events"]).context["panel"].table.total == 1 + company.CUSTOMERS + 1
    with pytest.raises(AssertionError, match="traced"):
        client.get(tabs["forward"])


def test_goods_are_wide_by_what_came_of_them(firm: None) -> None:
    milk, lot = key16(lot_uri(company.MILK, "RM-1101")), key16(company.LOT_URI)
    assert not is_wide(milk)
    assert is_wide(lot, most=company.CUSTOMERS)  # so many deliveries name it
    assert is_wide(milk, most=3)
    assert not is_wide(key16(lot_uri(company.MILK, "NEVER")), most=1)


@pytest.mark.parametrize("url", [LOT_PAGE, f"/thing/tab?id=/01/{company.YOGHURT}/10/{company.LOT}&tab=events"])
def test_who_may_not_trace_sees_neither_page_nor_tab(sit: Sit, url: str) -> None:
    user = User.objects.get(username="inspector")
    with governed():
        user.grants.all().delete()
    page = sit("inspector").get(url)
    assert page.status_code == 403
    assert "do not include the right" in page.content.decode()


def test_a_tab_sends_who_is_logged_out_to_the_login_and_back_to_the_page(firm: None) -> None:
    url = f"/thing/tab?id=/01/{company.YOGHURT}/10/{company.LOT}&tab=events"
    assert Client().get(url).headers["Location"].startswith("/login?next=/thing/tab")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LOT_PAGE}"}
    answer = Client().get(url, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"] == f"/login?{urlencode({'next': LOT_PAGE}, safe='/')}"


@pytest.mark.parametrize(("query", "says"), [
    ("id=/01/123/10/A&tab=events", "is not the address of a thing"),
    ("tab=events", "is not the address of a thing"),
    (f"id=/01/{company.YOGHURT}/10/{company.LOT}&tab=nothing", "has no tab “nothing”"),
    (f"id=/01/{company.YOGHURT}/10/{company.LOT}", "has no tab"),
    (f"id=/01/{company.YOGHURT}&tab=forward", "has no tab “forward”"),
])  # fmt: skip
def test_a_tab_that_is_not_there_is_refused_in_a_sentence(sit: Sit, query: str, says: str) -> None:
    page = sit("keeper").get(f"/thing/tab?{query}")
    assert page.status_code == 404
    assert says in page.content.decode()


def test_a_tab_shows_the_first_rows_and_exports_all(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyuan.desk.things.SHOWN", 5)
    client = sit("keeper")
    tabs = {tab.id: tab.url for tab in client.get(LOT_PAGE).context["page"].tabs}
    shown = client.get(tabs["parties"]).context["panel"].table
    assert len(shown.rows) == 5
    assert shown.total is not None
    assert shown.total > company.CUSTOMERS
    assert f"{shown.total - 5} more rows" in client.get(tabs["parties"]).content.decode()
    lines = client.get(shown.export).content.decode("utf-8-sig").splitlines()
    assert len(lines) == shown.total + 1


def test_the_way_says_in_which_direction_a_partner_had_to_do_with_it(sit: Sit) -> None:
    shipped = sit("keeper").get(LOT_PAGE)
    assert {step.outward for step in shipped.context["page"].timeline if step.partner} == {True}
    assert "→</span>" in shipped.content.decode()
    came = sit("keeper").get(f"/thing?id=/01/{company.MILK}/10/RM-1101")
    assert {step.outward for step in came.context["page"].timeline if step.partner} == {False}
    assert "←</span>" in came.content.decode()
