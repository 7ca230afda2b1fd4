"""The list of a register, for every register there is: filter, order, columns, pages, rights."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.fields import Type
from suyuan.catalog.register import Register, Row
from suyuan.catalog.registers import REGISTERS
from suyuan.desk.office_lists import (
    PAGE,
    RANGES,
    TEXTS,
    first_columns,
    keys_of,
    listable,
    narrowed,
    read_asked,
)
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.master import PUTS
from tests.desk import company
from tests.desk.conftest import Sit

NUMBERS = iter(range(10_000, 20_000))


def put(name: str, *rows: Mapping[str, Any], reason: str = "") -> None:  # Any: values of fields
    command = PUTS[name](rows=tuple(Row(row) for row in rows), reason=reason)
    execute(Context(actor=SYSTEM, request_id=UUID(int=next(NUMBERS)), now=company.NOW), command)


def found(register: Register, query: str) -> list[str]:
    return keys_of(register, narrowed(register, read_asked(register, QueryDict(query))))


@pytest.fixture
def many(firm: None) -> None:
    rows = [
        {"code": f"N-{n:03}", "base_unit": "C62", "name_en": f"Nail {n}", "weight": Decimal(n)} for n in range(1, 121)
    ]
    put("items", *rows)


@pytest.mark.parametrize("name", REGISTERS)
def test_it_works(sit: Sit, name: str) -> None:
    page = sit("office").get(f"/data/{name}")
    assert page.status_code == 200
    assert f"/data/{name}/export" in page.content.decode()


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_can_be_asked_for(firm: None, name: str) -> None:
    register = REGISTERS[name]
    assert set(register.keys) <= set(register.columns)
    for field in listable(register):
        path = f"f.{field.name}"
        queries = [f"sort={field.name}", f"sort=-{field.name}", f"{path}.is=empty", f"{path}.is=filled"]
        if field.type in TEXTS:
            queries.append(f"{path}=a")
        elif field.type in RANGES:
            least, most = ("2020-01-01", "2030-01-01") if field.type is Type.DATE else ("1", "2")
            queries.append(f"{path}.from={least}&{path}.to={most}")
        else:
            queries += [f"{path}={value}" for value in (["1", "0"] if field.type is Type.FLAG else field.choices or [])]
        everything = set(found(register, ""))
        answers = {query: found(register, query) for query in queries}
        assert set(answers[f"sort={field.name}"]) == everything
        assert len(answers[f"sort=-{field.name}"]) == len(everything)
        empty, filled = (set(answers[f"{path}.is={state}"]) for state in ("empty", "filled"))
        assert empty | filled == everything
        assert not empty & filled


def test_filters_narrow(many: None) -> None:
    items = REGISTERS["items"]
    assert found(items, "q=nail+12") == ["N-012", "N-112", "N-120"]
    assert found(items, "f.weight.from=119") == ["N-119", "N-120"]
    assert found(items, "f.weight.from=2.5&f.weight.to=3") == ["N-003"]
    assert found(items, "f.category=dai&sort=-code") == ["YOG-150", "WHEY"]
    assert found(items, "f.tracking=serial") == []
    assert found(items, "f.base_unit=KGM") == ["MILK", "WHEY"]
    assert found(REGISTERS["places"], "f.warehouse=plant&f.kind=line") == ["PLANT|LINE-2"]


def test_order_is_by_the_column_then_by_the_key(many: None) -> None:
    codes = found(REGISTERS["items"], "sort=-weight&q=nail")
    assert codes[:2] == ["N-120", "N-119"]
    assert found(REGISTERS["items"], "sort=base_unit&q=nail")[:2] == ["N-001", "N-002"]


def test_pages_of_fifty(many: None, sit: Sit) -> None:
    client = sit("office")
    first, second = (client.get(f"/data/items?q=nail&page={n}").content.decode() for n in (1, 2))
    assert first.count("data-row") == second.count("data-row") == PAGE
    assert "N-001" in first
    assert "N-051" in second
    assert "N-001" not in second
    assert "q=nail&amp;page=2" in first


def test_the_number_of_statements_does_not_grow(many: None, sit: Sit) -> None:
    client = sit("office")
    counts = []
    for query in ("q=cult", "q=nail"):
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/data/items?{query}")
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1


def test_what_cannot_be_read_is_said_and_left_out(sit: Sit) -> None:
    page = sit("office").get("/data/items?f.weight.from=heavy&sort=nonsense&columns=nothing&page=zz").content.decode()
    assert "YOG-150" in page
    assert "heavy" in page
    assert 'role="alert"' in page


def test_columns_are_kept_and_shared(sit: Sit) -> None:
    client = sit("office")
    done = client.post("/data/items/columns", {"column": ["weight", "spec"], "query": "q=o&page=3"})
    assert done.headers["Location"] == "/data/items?q=o&columns=weight%2Cspec"
    page = client.get("/data/items").content.decode()
    assert "sort=weight" in page
    assert "sort=base_unit" not in page
    shared = sit("admin").get(done.headers["Location"]).content.decode()
    assert "sort=weight" in shared
    assert "sort=code" in shared, "a row without its name could not be opened"


def test_first_columns_hold_the_key(firm: None) -> None:
    for register in REGISTERS.values():
        assert set(register.keys) <= set(first_columns(register))


def test_an_empty_list_says_what_to_do(sit: Sit) -> None:
    page = sit("office").get("/data/certificates").content.decode()
    assert "none yet" in page
    assert "/data/certificates/new" in page
    nothing = sit("office").get("/data/items?q=unheard-of").content.decode()
    assert "Nothing matches" in nothing


def test_text_is_escaped(sit: Sit) -> None:
    put("items", {"code": "X-1", "base_unit": "C62", "name_zh": "<b>bold</b>", "name_en": '"><script>x</script>'})
    page = sit("office").get("/data/items?q=x-1&f.name_zh=<i>").content.decode()
    assert "<b>bold" not in page
    assert "<i>" not in page
    assert "<script>x" not in sit("office").get("/data/items/row?key=X-1").content.decode()


def test_who_may_look_and_who_may_change(sit: Sit) -> None:
    keeper = sit("keeper")
    page = keeper.get("/data/items")
    assert page.status_code == 200
    assert "/data/items/new" not in page.content.decode()
    assert keeper.get("/data/items/new").status_code == 403
    assert keeper.get("/data/sites").status_code == 200
    assert keeper.get("/data/sites/new").status_code == 403
    assert keeper.get("/data/no-such").status_code == 404
    for path in ("switch", "bulk", "back"):
        assert keeper.post(f"/data/items/{path}?key=MILK", {"key": "MILK"}).status_code == 403
    index = keeper.get("/data").content.decode()
    assert "/data/items" in index
    assert "/data/sites" in index
    assert "/data/sites/new" not in index


def test_nobody_gets_in_without_logging_in(firm: None) -> None:

    for path in ("", "/items", "/items/new", "/items/row?key=MILK", "/items/history?key=MILK"):
        assert Client().get(f"/data{path}").headers["Location"].startswith("/login?next=/data")


def test_suggestions_begin_with_the_code(sit: Sit) -> None:
    page = sit("office").get("/data/items/suggest?v.item=MI&for=field-item").content.decode()
    assert page.index('value="MILK"') < len(page)
    page = sit("office").get("/data/categories/suggest?v.category=dairy&for=field-category").content.decode()
    assert 'id="field-category-named"' in page
    assert "Dairy" in page


def test_names_are_listed_in_the_readers_language(sit: Sit) -> None:
    assert "name_en" in sit("office").get("/data/items").context["asked"].columns
    assert "name_zh" in sit("office", language="zh-hans").get("/data/items").context["asked"].columns
