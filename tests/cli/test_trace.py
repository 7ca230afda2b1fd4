"""The trace in the terminal: the shape of its JSON, and the answers of domain.md on small ledgers of one's own."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Suyuan, Write, told
from tests.ledgers.story import Story, document, party, place, uri

pytestmark = pytest.mark.usefixtures("ledger")

Tell = Callable[[str], None]
Answer = dict[str, Any]  # JSON

DAIRY = """
08:00 receive L1 100 KGM at dock from farm #milk
08:10 receive L2 50 at dock from mill #cups
09:00 store L1 100 KGM at line
09:01 store L2 50 at line
10:00 make L1 60 KGM + L2 40 -> Y1 40 + W1 5 KGM at line #make
11:00 store Y1 40 at bin1
12:00 pack Y1 24 in P1 at bin1
13:00 ship P1 from dock to shop via d1 #ship
14:00 ship Y1 6 from bin1 to mart
"""


@pytest.fixture
def tell(suyuan: Suyuan, write: Write) -> Tell:
    def capture(text: str) -> None:
        assert suyuan("capture", write("story.json", told(text))).code == 0

    return capture


def rows(answer: Answer, direction: str) -> dict[str, tuple[str, int, str, str]]:
    return {r["id"]: (r["kind"], r["depth"], r["quantity"], r["unit"]) for r in answer[direction]}


def parties(answer: Answer) -> set[tuple[str, str, str, str]]:
    return {(p["role"], p["party"], p["quantity"], p["unit"]) for p in answer["parties"]}


def test_it_works(suyuan: Suyuan, tell: Tell) -> None:
    tell(DAIRY)
    done = suyuan("trace", "Y1", "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.json
    assert list(answer) == ["query", "subjects", "backward", "forward", "stock", "parties", "events", "gaps"]
    assert answer["query"] == "Y1"
    assert answer["subjects"] == [uri("Y1")]
    assert rows(answer, "backward") == {
        uri("L1"): ("lot", 1, "60", "KGM"),
        uri("L2"): ("lot", 1, "40", "C62"),
    }
    assert rows(answer, "forward") == {uri("P1"): ("container", 1, "1", "C62")}
    assert answer["stock"] == [
        {
            "id": uri("Y1"),
            "place": place("bin1"),
            "container": None,
            "quantity": "10",
            "unit": "C62",
            "status": "pending",
        }
    ]
    assert parties(answer) == {
        ("customer", party("shop"), "24", "C62"),
        ("customer", party("mart"), "6", "C62"),
        ("supplier", party("farm"), "100", "KGM"),
        ("supplier", party("mill"), "50", "C62"),
    }
    assert answer["gaps"] == []


def test_events_are_ids_in_the_order_they_happened(suyuan: Suyuan, write: Write) -> None:
    story = Story()
    suyuan("capture", write("story.json", told(DAIRY, story)))
    events = suyuan("trace", "Y1", "--json").json["events"]
    assert [events.index(story.ids[name]) for name in ("milk", "make", "ship")] == sorted(
        events.index(story.ids[name]) for name in ("milk", "make", "ship")
    )


def test_forward_from_a_supplier_lot(suyuan: Suyuan, tell: Tell) -> None:
    """Quantities forward are the whole amount made, never pro rata; customers those of what was made of it."""
    tell(DAIRY)
    answer = suyuan("trace", uri("L1"), "--json").json
    assert rows(answer, "forward") == {
        uri("Y1"): ("lot", 1, "40", "C62"),
        uri("W1"): ("lot", 1, "5", "KGM"),
        uri("P1"): ("container", 2, "1", "C62"),
    }
    assert rows(answer, "backward") == {}
    assert {(p["role"], p["party"]) for p in answer["parties"]} == {
        ("supplier", party("farm")),
        ("customer", party("shop")),
        ("customer", party("mart")),
    }
    assert {(s["id"], s["quantity"], s["unit"]) for s in answer["stock"]} == {
        (uri("L1"), "40", "KGM"),
        (uri("Y1"), "10", "C62"),
        (uri("W1"), "5", "KGM"),
    }


def test_a_container_speaks_of_its_content(suyuan: Suyuan, tell: Tell) -> None:
    tell(DAIRY)
    answer = suyuan("trace", uri("P1").rsplit("/", 1)[-1], "--json").json
    assert answer["subjects"] == [uri("P1")]
    assert {uri("Y1"), uri("L1"), uri("L2")} <= set(rows(answer, "backward"))
    assert ("customer", party("shop")) in {(p["role"], p["party"]) for p in answer["parties"]}


def test_returns_and_voids_are_taken_off(suyuan: Suyuan, tell: Tell) -> None:
    tell("""
        08:00 receive L1 100 at dock from farm
        09:00 ship L1 30 from dock to shop via d1
        09:30 ship L1 20 from dock to mart via d2
        10:00 return L1 12 at b.dock from shop
        11:00 void L1 20 at dock
    """)
    answer = suyuan("trace", "L1", "--json").json
    assert parties(answer) == {("supplier", party("farm"), "100", "C62"), ("customer", party("shop"), "18", "C62")}
    assert {(s["place"], s["quantity"]) for s in answer["stock"]} == {(place("dock"), "70"), (place("b.dock"), "12")}


def test_goods_under_way_stand_in_transit(suyuan: Suyuan, tell: Tell) -> None:
    tell("""
        08:00 receive L1 100 at dock from farm
        09:00 pack L1 20 in P1 at dock
        10:00 ship P1 from dock to b via d7
    """)
    (stands, moving) = sorted(
        suyuan("trace", "L1", "--json").json["stock"], key=lambda row: row["quantity"], reverse=True
    )
    assert (stands["place"], stands["container"], stands["quantity"]) == (place("dock"), None, "80")
    assert (moving["container"], moving["quantity"]) == (uri("P1"), "20")
    assert moving["place"].endswith("/transit/a/d7")


def test_a_serial_is_found_by_its_lot(suyuan: Suyuan, write: Write) -> None:
    """An identifier that carries both, and master data that name the lot, both make a member link."""
    story = Story()
    made = story.event("08:00 create S1 at dock")
    made["epcList"] = [f"{uri('L1')}/21/S1", uri("S2")]
    named = story.event("08:01 create S3 at dock") | {"ilmd": {"cbvmda:lotNumber": "L1"}}
    shipped = story.event("09:00 ship S1 + S3 from dock to shop")
    suyuan("capture", write("x.json", document([made, named, shipped])))
    answer = suyuan("trace", "L1", "--json").json
    assert {r["id"]: r["kind"] for r in answer["forward"]} == {uri("S1"): "serial", uri("S3"): "serial"}
    assert ("customer", party("shop"), "2", "C62") in parties(answer)


def test_an_ambiguous_query_answers_nothing_else(suyuan: Suyuan, tell: Tell) -> None:
    tell("08:00 receive L7 100 at dock from farm\n08:01 receive LX.L7 3 at dock from farm")
    done = suyuan("trace", "L7", "--json")
    assert done.code == 2
    assert list(done.json) == ["query", "candidates"]
    assert {(c["id"], c["kind"]) for c in done.json["candidates"]} == {(uri("L7"), "lot"), (uri("LX.L7"), "lot")}
    words = suyuan("trace", "L7")
    assert (words.code, uri("LX.L7") in words.out, "choose one" in words.err) == (2, True, True)
    assert suyuan("trace", uri("L7"), "--json").code == 0


@pytest.mark.parametrize(("lang", "said"), [("en", "Nothing recorded is called “nil”"), ("zh-hans", "nil")])
def test_an_unknown_query(suyuan: Suyuan, lang: str, said: str) -> None:
    words = suyuan("trace", "nil", lang=lang)
    assert (words.code, words.out) == (2, "")
    assert said in words.err
    done = suyuan("trace", "nil", "--json", lang=lang)
    assert (done.code, done.json) == (2, {"query": "nil", "candidates": []})


def test_gaps_are_sentences(suyuan: Suyuan, tell: Tell) -> None:
    tell("10:00 make L9 10 -> Y9 10 at line")
    answer = suyuan("trace", "Y9", "--json").json
    assert answer["gaps"] == [f"{uri('L9')} has no receipt and no production: where it came from is not recorded."]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["WHERE NOW", "CAME FROM", "WENT TO", "Customer", "To be inspected", "Events:"]),
        ("zh-hans", ["客户", "供应商"]),
    ],
)
def test_people_read_tables(suyuan: Suyuan, tell: Tell, lang: str, words: list[str]) -> None:
    tell(DAIRY)
    out = suyuan("trace", "Y1", lang=lang).out
    assert [word for word in words if word not in out] == []
    assert uri("L1") in out


@pytest.mark.parametrize("spelling", ["id", "urn", "link", "elements"])
def test_any_spelling_finds_it(suyuan: Suyuan, tell: Tell, spelling: str) -> None:
    tell("08:00 receive L1 100 at dock from farm")
    asked = {
        "id": uri("L1"),
        "urn": "urn:epc:class:lgtin:6901234.056789.L1",
        "link": uri("L1").replace("id.gs1.org", "example.com") + "?17=270101",
        "elements": "(01)06901234567892(10)L1",
    }[spelling]
    assert suyuan("trace", asked, "--json").json["subjects"] == [uri("L1")]
