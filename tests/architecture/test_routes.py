"""Every route × every role × {his own site, another site, everywhere, nobody}: what a page asks for is what it lets in.

Generated from the URL configuration. A route whose view does not say whom it is for fails, so that a new page cannot be
forgotten; what a role may is read from the table of roles, so that a page which answers to others fails as well. Where
the address names a register there is a route for each of them, since each has a right of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from pytest_django.plugin import DjangoDbBlocker

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.roles import default_roles
from suyuan.accounts.rules import EVERYWHERE, Actor
from suyuan.accounts.writes import At, do_add_site, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.writes import do_add_warehouse
from suyuan.ui.access import OWN, Access, Reader, access_of
from tests.desk import company
from tests.plugins.engines import Templates

OWN_SITE, OTHER_SITE, COMPANY = "plant", "far", "company"
PLACES = (OWN_SITE, OTHER_SITE, COMPANY)
ROLES = tuple(role.code for role in default_roles())
NOTHING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Route:
    """An address with something in each of its gaps."""

    name: str
    url: str
    view: Callable[..., HttpResponse]
    access: Access | None

    def __str__(self) -> str:
        return self.name or self.url


def gap(converter: object) -> str:
    """A value that the converter of a path takes, of something that does not exist.

    Of a route that asks each register for a right of its own, that is what the name stands for in the first place.
    """
    if isinstance(converter, UUIDConverter):
        return NOTHING
    return "0" if isinstance(converter, IntConverter) else "none"


def routes(patterns: list[URLPattern | URLResolver], before: str = "", space: str = "") -> Iterator[Route]:
    for one in patterns:
        filled = str(one.pattern)
        for name, converter in one.pattern.converters.items():
            start = filled.index("<")
            stop = filled.index(f"{name}>") + len(name) + 1
            filled = filled[:start] + gap(converter) + filled[stop:]
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + filled, f"{one.namespace}:" if one.namespace else space)
        else:
            yield from named(space + (one.name or ""), "/" + before + filled, one.callback)


def named(name: str, url: str, view: Callable[..., HttpResponse]) -> Iterator[Route]:
    """A route; where its right depends on the name in it, one for each name, and one for a name that is none."""
    access = access_of(view)
    if access is None or not access.by_name:
        yield Route(name, url, view, access)
        return
    yield Route(name, url, view, OWN)
    for one, asked in access.by_name.items():
        yield Route(f"{name}:{one}", url.replace("/none", f"/{one}", 1), view, asked)


@cache
def all_routes() -> tuple[Route, ...]:
    return tuple(routes(get_resolver().url_patterns))


def of(*readers: Reader) -> list[Route]:
    return [route for route in all_routes() if route.access and route.access.reader in readers]


def walked() -> list[Route]:
    """Every route that asks a role for something; of those that differ in the register alone, each list, and otherwise
    one for each right.
    """
    found: dict[object, Route] = {}
    for route in of(Reader.ROLE):
        assert route.access is not None
        one = route.url if route.name.startswith("desk:list:") else (route.view, route.access.permission)
        found.setdefault(one if ":" in route.name.partition(":")[2] else route.url, route)
    return list(found.values())


def build() -> None:
    with governed():
        company.build()
        do_add_site(code="far", name_zh="远方", name_en="Far", time_zone="Asia/Shanghai")
        do_add_warehouse(
            code="far", name_zh="远方仓", name_en="Far", gln="6901234000023", site="far", lot_token="FA",
            sscc_prefix="69012342",
        )  # fmt: skip
        for role in ROLES:
            for place in PLACES:
                add_person(role, place)


def add_person(role: str, place: str) -> None:
    kind = {"carrier": "carrier", "device": "device"}.get(role, "person")
    do_add_user(
        username=f"{role}-{place}", name=f"{role} {place}", password=company.PASSWORD, kind=kind,
        partner="FARM-1" if kind == "carrier" else "",
        grants=[At(role, EVERYWHERE if place == COMPANY else place)],
    )  # fmt: skip


@pytest.fixture(scope="module")
def firm(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with company.clock(), django_db_blocker.unblock(), templates.database("sqlite", build):
        yield


def seated(role: str, place: str, csrf: bool = False) -> tuple[Client, Actor]:
    """Somebody with this role there, who asked to work in the one warehouse whatever his own is."""
    user = User.objects.get(username=f"{role}-{place}")
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["warehouse"] = OWN_SITE
    session.save()
    return client, actor_of(user, directory().sites)


def may(actor: Actor, access: Access, place: str) -> bool:
    """As the table has it; whoever may something everywhere works in the one warehouse."""
    if access.one_of:
        return any(may(actor, one, place) for one in access.one_of)
    held = actor.permissions.get(access.permission, frozenset())
    here = OWN_SITE if place == COMPANY else place
    return bool(held) if access.anywhere else EVERYWHERE in held or (here in held and not access.everywhere)


@pytest.mark.parametrize("route", all_routes(), ids=str)
def test_every_route_says_whom_it_is_for(route: Route) -> None:
    assert route.access is not None, f"{route.url}: wrap the view in desk_page, api_view or ui.access.declared"


def test_the_walk_finds_the_routes() -> None:
    urls = {route.url for route in all_routes()}
    assert {"/", "/login", "/receiving", "/waiting/none", "/health", "/account/keys/0/remove"} <= urls
    assert {route.access.reader for route in all_routes() if route.access} >= {Reader.PUBLIC, Reader.OWN, Reader.ROLE}


def test_nobody_in_particular_is_sent_to_the_login(firm: None) -> None:
    wrong = []
    for route in of(Reader.OWN, Reader.ROLE):
        for method in (Client().get, Client().post):
            response = method(route.url)
            sent = response.status_code == 302 and response.headers["Location"].startswith("/login")
            if not sent and response.status_code != 405:
                wrong.append((route.url, response.status_code))
    assert wrong == []


def test_without_a_token_no_machine_comes_in(firm: None) -> None:
    found = {
        (route.url, method(route.url).status_code)
        for route in of(Reader.TOKEN, Reader.SIGNED)
        for method in (Client().get, Client().post)
    }
    assert {status for _url, status in found} <= {401, 405}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_comes_as_far_as_the_table_says(firm: None, role: str, place: str) -> None:
    client, actor = seated(role, place)
    wrong = []
    for route in walked():
        assert route.access is not None
        response = client.get(route.url)
        if (response.status_code != 403) != may(actor, route.access, place) and response.status_code != 405:
            wrong.append((route.url, route.access.permission, response.status_code))
        frame = response.context["frame"] if response.context and "frame" in response.context else None
        if frame is not None and place != COMPANY and frame.warehouse not in ("", place):
            wrong.append((route.url, "works in", frame.warehouse))
    assert wrong == []


def test_each_register_is_judged() -> None:
    rights = {(route.name, route.access.permission) for route in of(Reader.ROLE) if route.access}
    assert {("desk:list:items", "item.edit:read"), ("desk:row:sites", "place.edit:read")} <= rights
    assert {("desk:bulk:items", "item.edit"), ("desk:new:sites", "place.edit")} <= rights
    assert ("desk:template:opening", "receive") in rights


@pytest.mark.parametrize("role", ROLES)
def test_posting_needs_the_right_as_well(firm: None, role: str) -> None:
    client, actor = seated(role, OWN_SITE)
    wrong = []
    for route in walked():
        assert route.access is not None
        if not may(actor, route.access, OWN_SITE):
            response = client.post(route.url, {"request_id": str(uuid4())})
            if response.status_code not in (403, 405):
                wrong.append((route.url, response.status_code))
    assert wrong == []


def test_a_form_of_another_site_is_refused_everywhere(firm: None) -> None:
    """No token, no POST: but for machines, which bring their own and no cookie."""
    client, _actor = seated("admin", OWN_SITE, csrf=True)
    answers = {route.url: client.post(route.url, {}).status_code for route in all_routes()}
    machines = {route.url for route in of(Reader.TOKEN, Reader.SIGNED)}
    assert {url: status for url, status in answers.items() if url not in machines and status != 403} == {}
    assert {url: status for url, status in answers.items() if url in machines and status not in (401, 405)} == {}


def test_nobody_is_in_two_places(firm: None) -> None:
    for place in (OWN_SITE, OTHER_SITE):
        assert seated("keeper", place)[1].scopes("receive") == {place}
    assert UUID(NOTHING).int == 0
