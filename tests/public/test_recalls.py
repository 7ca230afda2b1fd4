"""What anybody reads of recalls: what two people published, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.test import Client

from suyuan.ledger.keys import micros
from suyuan.public import recalls
from suyuan.recall.models import Case
from suyuan.ui.limits import Limit

pytestmark = pytest.mark.django_db
AT = micros(datetime(2026, 11, 21, 2, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _calm() -> Iterator[None]:
    with patch.object(recalls, "LIMIT", Limit(recalls.MOST)):
        yield


def case(number: str, **fields: object) -> Case:
    said = {
        "public_title_zh": "召回原味酸奶",
        "public_text_zh": "请停止食用。\n可退货。",
        "published": AT,
        "kind": "recall",
    }
    return Case.objects.create(
        number=number, uri=f"https://example.com/doc/recall/{number}", log="plant", regime="food",
        hazard_class=1, title="secret title", reason="secret reason", opened=AT, opened_by="u1", opened_person="u1",
        **{**said, **fields},
    )  # fmt: skip


def test_it_works() -> None:
    case("R1", public_title_en="Plain yoghurt is recalled", public_text_en="Do not eat it.")
    for lang, title in (("zh", "召回原味酸奶"), ("en", "Plain yoghurt is recalled")):
        listed = Client().get(f"/recalls?lang={lang}")
        assert title in listed.content.decode()
        assert listed.headers["Content-Language"] == {"zh": "zh-hans", "en": "en"}[lang]
        shown = Client().get(f"/recalls/R1?lang={lang}").content.decode()
        assert title in shown
        assert "secret" not in shown
        assert "plant" not in shown


def test_in_the_other_language_where_there_is_but_one() -> None:
    case("R1")
    shown = Client().get("/recalls/R1?lang=en").content.decode()
    assert '<article class="card edged-block state-recalled" lang="zh-hans">' in shown


def test_only_what_is_published() -> None:
    case("R1", published=None)
    case("D2", kind="drill")
    for number in ("R1", "D2", "R3", "x" * 300):
        assert Client().get(f"/recalls/{number}").status_code == 404
    assert "召回原味酸奶" not in Client().get("/recalls?lang=zh").content.decode()


def test_text_is_text() -> None:
    case("R1", public_title_zh="<script>1</script>", public_text_zh="<b>2</b>")
    shown = Client().get("/recalls/R1?lang=zh").content.decode()
    assert "<script>1" not in shown
    assert "<b>2" not in shown


def test_it_is_kept_for_a_minute_and_asked_for_by_its_tag() -> None:
    case("R1")
    first = Client().get("/recalls/R1?lang=zh")
    assert "public" in first.headers["Cache-Control"]
    assert "max-age=60" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    assert first.cookies == {}
    again = Client(headers={"if-none-match": first.headers["ETag"]}).get("/recalls/R1?lang=zh")
    assert again.status_code == 304
    assert "Content-Security-Policy" in first.headers


def test_not_too_often_and_only_read() -> None:
    with patch.object(recalls, "LIMIT", Limit(2)):
        found = [Client().get("/recalls").status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert Client().post("/recalls").status_code == 405
