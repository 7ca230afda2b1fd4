"""The company of `company.py`, and people at its desks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from tests.desk import company
from tests.plugins.engines import Templates

Sit = Callable[..., Client]
Hire = Callable[[str], Client]


@pytest.fixture
def still() -> Iterator[None]:
    """It is always the same moment."""
    with company.clock():
        yield


@pytest.fixture
def firm(templates: Templates, django_db_blocker: DjangoDbBlocker, still: None) -> Iterator[None]:
    """The company in a database of this test's own, built once a session."""
    with django_db_blocker.unblock(), templates.database("sqlite", company.build):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of this test's own, where the heads that it signs are kept."""
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path / "home"))


@pytest.fixture
def sit(firm: None) -> Sit:
    """`sit("keeper")` is that person's browser, working in the plant unless told otherwise, in English."""

    def seated(username: str, warehouse: str = "plant", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        assert client.login(username=username, password=company.PASSWORD)
        client.post("/warehouse", {"warehouse": warehouse})
        return client

    return seated


@pytest.fixture
def hire(sit: Sit) -> Hire:
    """`hire("finance")` is the browser of somebody new who has this one role everywhere."""

    def hired(role: str) -> Client:
        with governed():
            do_add_user(username=f"new-{role}", name=role, password=company.PASSWORD, grants=[At(role)])
        return sit(f"new-{role}")

    return hired
