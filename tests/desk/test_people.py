"""People and rights at the desk: accounts, roles, teams, tokens, one's own account and its second factor."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from suyuan.accounts.models import Role, Team, Token, User
from suyuan.accounts.proving import proves_identity
from suyuan.accounts.queries import actor_of, token_of
from suyuan.accounts.writes import do_add_user
from suyuan.capture import guard
from suyuan.capture.guard import governed
from tests.desk import company
from tests.desk.conftest import Sit

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return str(response.content.decode())


def user(name: str) -> User:
    return User.objects.get(username=name)


def shown_secret(response: object) -> str:
    found = re.search(r'alert-success.*?data-copy="([^"]+)"', text(response), re.DOTALL)
    assert found
    return str(found[1])


def code_now() -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(SECRET, counters[len(counters) // 2])))


def new_person(client: Client, **more: str) -> object:
    form = {"request_id": str(uuid4()), "username": "zhao", "name": "赵六", "kind": "person", "language": "en", **more}
    return client.post("/people/new", form)


def test_it_works(sit: Sit) -> None:
    admin = sit("admin")
    made = new_person(admin)
    password = shown_secret(made)
    zhao = user("zhao")
    page = f"/people/{zhao.pk}"
    assert set(re.findall(r'<form method="post"(?: action="([^"]*)")?', text(made).partition("<main")[2])) == {page}
    assert admin.post(page, {"do": "grant", "role": "keeper", "at": "plant"}).status_code == 302
    assert actor_of(zhao, {}).may("receive", "plant")
    assert "赵六" in text(admin.get("/people?q=zha&role=keeper&kind=person&state=on"))
    client = Client()
    assert client.post("/login", {"username": "zhao", "password": password}).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/account/password"
    new = {"oldpassword": password, "password1": "corn-7-harvest", "password2": "corn-7-harvest"}
    assert client.post("/account/password", new).status_code == 302
    assert client.get("/").status_code == 200
    assert not user("zhao").must_change_password


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(sit: Sit) -> None:
    response = new_person(sit("admin"), username="keeper", name="", phone="138 1234")
    page = text(response)
    assert "There is already an account" in page
    assert 'id="name-wrong"' in page
    assert 'value="138 1234"' in page
    assert not User.objects.filter(name="").exists()


def test_a_first_password_is_shown_once(sit: Sit) -> None:
    admin, sent = sit("admin"), {"request_id": str(uuid4())}
    first = new_person(admin, **sent)
    again = new_person(admin, **sent)
    assert shown_secret(first) not in text(again)
    assert "alert-success" not in text(again)


def test_switching_off_ends_what_is_open(sit: Sit) -> None:
    admin, keeper = sit("admin"), sit("keeper")
    assert keeper.get("/").status_code == 200
    admin.post(f"/people/{user('keeper').pk}", {"do": "off"})
    assert keeper.get("/").status_code == 302
    admin.post(f"/people/{user('keeper').pk}", {"do": "on"})
    assert Client().login(username="keeper", password=company.PASSWORD)


def test_all_sessions_can_be_ended(sit: Sit) -> None:
    admin, keeper = sit("admin"), sit("keeper")
    admin.post(f"/people/{user('keeper').pk}", {"do": "sessions"})
    assert keeper.get("/").status_code == 302


def test_ones_own_sessions_are_listed_and_ended(firm: None) -> None:
    here, there = Client(), Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    for client in (here, there):
        client.post("/login", {"username": "keeper", "password": company.PASSWORD})
    assert "Firefox · Windows" in text(here.get("/account"))
    here.post("/account", {"end": "others"})
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_the_table_of_rights_says_who_holds_what(sit: Sit) -> None:
    admin = sit("admin")
    page = text(admin.get("/people/roles?permission=adjust"))
    assert "王芳" in page
    assert "李静" not in page.split('id="holders"')[1].split("</table>")[0]
    assert "李静" in text(admin.get("/people/roles?role=inspector"))


def test_a_role_is_copied_and_changed(sit: Sit) -> None:
    admin = sit("admin")
    form = {"request_id": str(uuid4()), "code": "night", "name_zh": "夜班", "level-receive": "C", "level-ship": "R"}
    assert "Receive goods" in text(admin.get("/people/roles/edit?copy=keeper"))
    assert admin.post("/people/roles/edit?copy=keeper", form).status_code == 302
    assert Role.objects.get(code="night").permissions == ["receive", "ship:read"]
    assert "already used" in text(admin.post("/people/roles/edit", {**form, "request_id": str(uuid4())}))
    changed = {"request_id": str(uuid4()), "level-receive": "Co"}
    assert admin.post("/people/roles/edit?code=night", changed).status_code == 302
    assert Role.objects.get(code="night").permissions == ["receive:own"]


def test_a_team(sit: Sit) -> None:
    admin = sit("admin")
    form = {"request_id": str(uuid4()), "code": "a", "name_zh": "甲班", "site_id": "hohhot", "member": ["keeper"]}
    assert admin.post("/people/teams/edit", form).status_code == 302
    assert [one.username for one in Team.objects.get(code="a").members.all()] == ["keeper"]
    assert "王芳" in text(admin.get("/people/teams"))


def test_a_token_is_shown_once_and_revoked(sit: Sit) -> None:
    admin = sit("admin")
    page = f"/people/{user('keeper').pk}"
    form = {
        "do": "token", "request_id": str(uuid4()), "token_name": "Gate", "expires": "2026-12-31", "in": ["plant"],
        "permission": ["receive"],
    }  # fmt: skip
    secret = shown_secret(admin.post(page, form))
    token = Token.objects.get(name="Gate")
    assert token_of(secret, company.NOW) == token
    assert secret not in text(admin.get(page))
    assert (token.permissions, token.warehouses) == (["receive"], ["plant"])
    assert token.expires_at > company.NOW + timedelta(days=40)
    told = Client(headers={"authorization": f"Bearer {secret}"}).get("/people")
    assert (told.status_code, told.headers["Content-Type"]) == (401, "text/plain; charset=utf-8")
    admin.post(page, {"do": "revoke_token", "token": str(token.pk)})
    assert token_of(secret, company.NOW) is None


def test_the_account_of_a_machine_is_told_how_machines_work(sit: Sit) -> None:
    with governed():
        do_add_user(username="scale", name="Scale 1", password=company.PASSWORD, kind="device")
    assert "account of a machine" in text(sit("scale").get("/"))


@pytest.mark.parametrize("path", ["/people", "/people/roles", "/people/teams"])
def test_only_who_may_sees_people(sit: Sit, path: str) -> None:
    assert sit("keeper").get(path).status_code == 403
    assert sit("admin").get(path).status_code == 200


def test_the_export_is_harmless(sit: Sit) -> None:
    admin = sit("admin")
    new_person(admin, name="=cmd|' /C calc'!A0")
    lines = admin.get("/people?csv=1").content.decode("utf-8-sig")
    assert "'=cmd|" in lines


def with_app(name: str) -> None:
    TOTP.activate(user(name), SECRET)
    RecoveryCodes.activate(user(name))


def test_a_code_is_asked_for_after_the_password(firm: None) -> None:
    with_app("keeper")
    client = Client()
    asked = client.post("/login", {"username": "keeper", "password": company.PASSWORD, "next": "/receiving"})
    assert asked.headers["Location"].startswith("/account/code")
    assert client.get("/").status_code == 302
    assert 'name="code"' in text(client.get("/account/code"))
    assert client.post("/account/code", {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    assert client.post("/account/code", {"code": code_now()}).headers["Location"] == "/receiving"
    assert client.get("/").status_code == 200


def test_the_secret_of_an_app_is_sealed(firm: None, settings: Settings) -> None:
    with_app("keeper")
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert SECRET not in str(stored.data)
    assert stored.wrap().validate_code(code_now())
    cache.clear()
    settings.SECRET_KEY = "x" * 50
    assert not stored.wrap().validate_code(code_now())


def test_wrong_codes_count_as_wrong_passwords(firm: None, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    with_app("keeper")
    client = Client(headers={"accept-language": "en"})
    client.post("/login", {"username": "keeper", "password": company.PASSWORD})
    for _ in range(6):
        client.post("/account/code", {"code": "000000"})
    client.post("/account/code", {"code": code_now()})
    assert client.get("/").status_code == 302
    assert Client().post("/login", {"username": "keeper", "password": company.PASSWORD}).status_code == 429


def test_a_new_password_from_an_administrator_ends_the_rest(sit: Sit, settings: Settings) -> None:
    admin = sit("admin")
    settings.AXES_ENABLED = True
    wrong = {"username": "keeper", "password": "wrong"}
    assert [Client().post("/login", wrong).status_code for _ in range(6)][-1] == 429
    assert Client().post("/login", wrong | {"password": company.PASSWORD}).status_code == 429
    password = shown_secret(admin.post(f"/people/{user('keeper').pk}", {"do": "password"}))
    keeper = Client()
    assert keeper.post("/login", wrong | {"password": password}).status_code == 302
    assert keeper.get("/").headers["Location"] == "/account/password"


def test_a_first_password_is_changed_and_work_begins(sit: Sit) -> None:
    password = shown_secret(new_person(sit("admin")))
    zhao = Client()
    zhao.post("/login", {"username": "zhao", "password": password})
    form = {"oldpassword": password, "password1": "green-hills-7", "password2": "green-hills-7"}
    assert zhao.post("/account/password", form).headers["Location"] == "/"
    assert zhao.get("/").status_code == 200


def test_a_password_changed_from_ones_own_account_leads_back_there(firm: None) -> None:
    client = Client()
    assert client.login(username="keeper", password=company.PASSWORD)
    form = {"oldpassword": company.PASSWORD, "password1": "green-hills-7", "password2": "green-hills-7"}
    assert 'name="next" value="/account"' in text(client.get("/account/password?next=/account"))
    assert client.post("/account/password", form | {"next": "/account"}).headers["Location"] == "/account"


def test_identity_is_proved_by_password_or_code(firm: None, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    with_app("keeper")
    cache.clear()
    request = RequestFactory().post("/")
    request.user = user("keeper")
    assert proves_identity(request, password=company.PASSWORD)
    code = code_now()
    assert proves_identity(request, code=f"{code[:3]} {code[3:]}")
    assert not proves_identity(request, code=code)  # a code counts once
    assert not proves_identity(request)
    for _ in range(5):
        assert not proves_identity(request, password="wrong")
    assert not proves_identity(request, password=company.PASSWORD)  # the account rests


@pytest.mark.parametrize(
    "path",
    [
        "/account", "/account/password", "/account/again", "/account/keys", "/account/keys/add", "/account/app",
        "/account/recovery", "/account/recovery/new", "/account/logout", "/account/inactive",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_ones_own_account_open(firm: None, path: str, language: str) -> None:
    client = Client(headers={"accept-language": language})
    client.post("/login", {"username": "keeper", "password": company.PASSWORD})
    response = client.get(path, follow=True)
    if response.redirect_chain and "again" in response.redirect_chain[-1][0]:
        response = client.post(response.redirect_chain[-1][0], {"password": company.PASSWORD}, follow=True)
    assert response.status_code == (404 if path == "/account/recovery" else 200)
    page = text(response)
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*(?: src=|application/json))", page)


def test_nobody_signs_up(firm: None) -> None:
    assert Client().get("/account/signup").status_code == 404


@pytest.mark.parametrize(("kind", "partner"), [("carrier", "FARM-1"), ("device", "")])
def test_a_carrier_and_a_device_see_nothing_of_the_warehouse(sit: Sit, kind: str, partner: str) -> None:
    """Whatever the desk shows of goods, lots and partners is not theirs; their own things have doors of their own."""
    admin = sit("admin")
    new_person(admin, username="driver", kind=kind, partner=partner)
    driver = user("driver")
    admin.post(f"/people/{driver.pk}", {"do": "grant", "role": kind, "at": "plant"})
    with governed():
        User.objects.filter(pk=driver.pk).update(must_change_password=False)
    client = Client(headers={"accept-language": "en"})
    client.force_login(driver, backend="django.contrib.auth.backends.ModelBackend")
    home = client.get("/")
    assert home.status_code == 200
    assert "flows" not in home.context
    assert not home.context["tasks"]  # a carrier has his own where something is entrusted to him
    goods = ("/waiting/pending", "/search?q=MILK", f"/thing?id={company.LOT_URI}")
    for path in (*goods, "/receiving", "/shipping", "/people"):
        assert client.get(path).status_code == 403, path


@pytest.fixture
def guarded(firm: None) -> Iterator[None]:
    """As in life: what is governed is written by commands alone."""
    guard.resume("test")
    yield
    guard.suspend("test")


def test_what_people_do_to_their_own_account_passes_the_guard(guarded: None) -> None:
    client = Client()
    client.post("/login", {"username": "admin", "password": company.PASSWORD})
    client.post("/language", {"language": "en"})
    new = {"oldpassword": company.PASSWORD, "password1": "corn-7-harvest", "password2": "corn-7-harvest"}
    assert client.post("/account/password", new).status_code == 302
    admin = user("admin")
    assert (admin.language, admin.check_password("corn-7-harvest"), admin.last_login is None) == ("en", True, False)
    assert client.get("/people").status_code == 200
    assert Client().post("/login", {"username": "admin", "password": "corn-7-harvest"}).status_code == 302
    new_person(client, username="pda-1", kind="device")
    secret = shown_secret(
        client.post(f"/people/{user('pda-1').pk}", {"do": "token", "token_name": "PDA", "expires": "2026-12-31"})
    )
    assert token_of(secret, company.NOW) is not None
