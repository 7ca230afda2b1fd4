"""Which places are ours, from the terminal."""

import pytest

from suyuan.cli.warehouse import code_from, lot_token_from
from suyuan.gs1.keys import check_digit
from suyuan.ledger.models import Record
from tests.cli.conftest import Suyuan
from tests.ledgers.story import GLN_A, GLN_B


@pytest.mark.usefixtures("empty")
def test_it_works(suyuan: Suyuan) -> None:
    assert "suyuan warehouse add NAME --gln GLN" in suyuan("warehouse", "list").out
    added = suyuan("warehouse", "add", "Main hub", "--gln", GLN_A, "--time-zone", "Europe/Paris")
    assert (added.code, added.err) == (0, "")
    assert added.out == f"Warehouse main-hub ({GLN_A}) added to site main-hub, time zone Europe/Paris.\n"
    second = suyuan("warehouse", "add", "北京仓", "--gln", GLN_B, "--site", "main-hub", "--json")
    assert second.json == {
        "code": "w1",
        "gln": GLN_B,
        "name": "北京仓",
        "site": "main-hub",
        "time_zone": "Europe/Paris",
    }
    assert [row["code"] for row in suyuan("warehouse", "list", "--json").json] == ["main-hub", "w1"]
    assert "北京仓" in suyuan("warehouse", "list").out


@pytest.mark.usefixtures("empty")
def test_it_leaves_a_record_of_the_change(suyuan: Suyuan) -> None:
    suyuan("warehouse", "add", "Hub", "--gln", GLN_A)
    assert Record.objects.filter(log="company", kind="change").count() == 2  # the site, the warehouse


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["X", "--gln", GLN_A], "another"),
        (["X", "--gln", "6901234000024"], "check digit"),
        (["X", "--gln", "12"], "no GLN"),
        (["X", "--gln", "6901234000023", "--code", "A!"], "A!"),
        (["X", "--gln", "6901234000023", "--code", "company"], "company"),
        (["X", "--gln", "6901234000023", "--code", "a"], "“a”"),
        (["X", "--gln", "6901234000023", "--time-zone", "Mars/Olympus"], "Mars/Olympus"),
        (["X", "--gln", "6901234000023", "--site", "a", "--time-zone", "Asia/Tokyo"], "has the time zone UTC"),
        (["X", "--gln", "6901234000023", "--site", "No Site"], "cannot be a code"),
        ([" ", "--gln", "6901234000023"], "needs a name"),
    ],
)
def test_a_refusal_leaves_nothing_behind(suyuan: Suyuan, words: list[str], said: str) -> None:
    done = suyuan("warehouse", "add", *words)
    assert done.code == 2
    assert said in done.err
    assert [row["code"] for row in suyuan("warehouse", "list", "--json").json] == ["a", "b"]


@pytest.mark.usefixtures("empty")
def test_many_warehouses_with_chinese_names(suyuan: Suyuan) -> None:
    """w1 and w10 begin alike; their lot numbers must not."""
    for n in range(12):
        digits = f"69012345{n:04}"
        done = suyuan("warehouse", "add", "仓", "--gln", digits + check_digit(digits), "--json")
        assert done.err == ""
        assert done.json["code"] == f"w{n + 1}"


def test_codes_are_made_of_names() -> None:
    assert code_from("Main hub", ()) == "main-hub"
    assert code_from("Main hub", {"main-hub"}) == "main-hub-2"
    assert code_from("A very long name of a warehouse", ()) == "a-very-long"
    assert code_from("仓库", {"w1"}) == "w2"
    assert code_from("company", ()) == "w1"
    assert code_from("!!!", ()) == "w1"


def test_lot_tokens_never_begin_alike() -> None:
    assert lot_token_from("main-hub", ()) == "MAINHU"
    assert lot_token_from("w10", {"W1"}) == "AAA"
    assert lot_token_from("w10", {"W1", "AAA", "AA"}) == "ABA"
