"""`suyuan demo`."""

from datetime import date

import pytest

from suyuan.cli.main import main
from suyuan.demo.command import until_from
from suyuan.demo.staff import STAFF
from suyuan.gs1.problems import Problem
from suyuan.ledger.models import Pending, Record
from tests.demo.conftest import Empty

ASKED = ["demo", "--days", "3", "--scale", "0.1", "--until", "2026-01-15", "--lang", "en"]


def test_it_works(empty: Empty, capsys: pytest.CaptureFixture[str]) -> None:
    with empty():
        assert main(ASKED) == 0
        said = capsys.readouterr().out
        assert "password suyuan-demo" in said
        assert {line.split()[0] for line in said.splitlines() if line.startswith("  ")} == set(STAFF)
        assert "Warning" in said
        assert "suyuan trace MY" in said
        assert not Pending.objects.exists()  # all of it is signed


def test_a_second_time_it_only_tells_what_is_there(empty: Empty, capsys: pytest.CaptureFixture[str]) -> None:
    with empty():
        main(ASKED)
        count = Record.objects.count()
        first = capsys.readouterr().out
        assert main(["demo", "--if-empty", "--lang", "en"]) == 0
        assert Record.objects.count() == count
        assert capsys.readouterr().out.splitlines()[1:] == first.splitlines()[1:]


def test_another_company_beside_it_is_refused(empty: Empty, capsys: pytest.CaptureFixture[str]) -> None:
    with empty():
        main(ASKED)
        assert main(["demo", "--seed", "2", "--lang", "en"]) == 2
        assert "--days 3 --scale 0.1 --seed 1 --until 2026-01-15" in capsys.readouterr().err


def test_a_database_in_use_is_left_alone(empty: Empty, capsys: pytest.CaptureFixture[str]) -> None:
    with empty():
        assert main(["warehouse", "add", "Ours", "--gln", "9526400100016"]) == 0
        count = Record.objects.count()
        assert main(["demo", "--lang", "en"]) == 2
        assert "records of its own" in capsys.readouterr().err
        assert main(["demo", "--if-empty"]) == 0
        assert Record.objects.count() == count


def test_options_that_make_no_sense_are_all_named(empty: Empty, capsys: pytest.CaptureFixture[str]) -> None:
    with empty():
        wrong = ["--days", "2", "--scale", "1000", "--until", "31.2.2026"]
        assert main(["demo", *wrong, "--lang", "en"]) == 2
        said = capsys.readouterr().err
        assert "2 days are not possible" in said
        assert "scale 1000" in said
        assert "31.2.2026 is no date" in said
        assert not Record.objects.exists()


def test_the_future_is_not_told() -> None:
    problems: list[Problem] = []
    until_from("2026-11-24", date(2026, 11, 23), problems)
    assert [problem.code for problem in problems] == ["demo.until_future"]
