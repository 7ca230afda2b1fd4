"""The settings page: what each setting does, changed by two administrators, and nothing overwritten."""

from django.http import HttpResponse

from suyuan.accounts.models import User
from suyuan.capture.guard import governed
from suyuan.governance.models import ApprovalRequest, Setting
from suyuan.governance.settings import OVER_TOLERANCE, SETTINGS, SIGNATURES, SMALL_FIRM, value_of
from tests.desk import company
from tests.desk.conftest import Sit

WANTED = {"key": SIGNATURES, "value": "one", "version": "0", "reason": "finance is one person"}


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return str(response.content.decode())


def test_it_works(sit: Sit) -> None:
    admin, other = sit("admin"), sit("office")
    page = text(admin.get("/settings"))
    assert "The qualified person and finance both sign." in page
    assert page.count("Never changed.") == len(SETTINGS)
    assert "another administrator has signed" in page
    assert admin.post("/settings", WANTED).headers["Location"] == "/approvals"
    assert value_of(SIGNATURES) == "both"
    request = ApprovalRequest.objects.get()
    form = {"action": "approve", "meaning": "responsible", "reason": "right", "password": company.PASSWORD}
    assert other.post(f"/approvals/{request.pk}", form).status_code == 302
    assert value_of(SIGNATURES) == "one"
    page = text(admin.get("/settings"))
    assert "管理员" in page
    assert "finance is one person" in page


def test_whoever_is_alone_changes_it_at_once(sit: Sit) -> None:
    admin = sit("admin")
    with governed():
        User.objects.filter(username="office").update(is_active=False)
    assert "holds at once" in text(admin.get("/settings"))
    wanted = {"key": SMALL_FIRM, "value": "yes", "version": "0", "reason": "two of us"}
    assert admin.post("/settings", wanted).headers["Location"] == "/settings"
    assert value_of(SMALL_FIRM) is True


def test_what_is_wrong_stands_there_and_what_was_typed_stays(sit: Sit) -> None:
    admin = sit("admin")
    page = text(admin.post("/settings", WANTED | {"reason": ""}))
    assert f'id="reason-{SIGNATURES}-wrong"' in page
    assert f'id="reason-{SMALL_FIRM}-wrong"' not in page
    assert 'value="one" checked' in page
    assert "alert-danger" in text(admin.post("/settings", WANTED | {"key": "none"}))
    assert "alert-danger" in text(admin.post("/settings", WANTED | {"value": "three"}))
    assert not ApprovalRequest.objects.exists()


def test_a_percentage_is_typed(sit: Sit) -> None:
    admin, other = sit("admin"), sit("office")
    wanted = {"key": OVER_TOLERANCE, "value": "lots", "version": "0", "reason": "as usual"}
    page = text(admin.post("/settings", wanted))
    assert f'id="value-{OVER_TOLERANCE}-wrong"' in page
    assert 'value="lots"' in page
    assert admin.post("/settings", wanted | {"value": "2.5"}).headers["Location"] == "/approvals"
    form = {"action": "approve", "meaning": "responsible", "reason": "right", "password": company.PASSWORD}
    other.post(f"/approvals/{ApprovalRequest.objects.get().pk}", form)
    assert value_of(OVER_TOLERANCE) == "2.5"
    assert "2.5 %" in text(admin.get("/settings"))


def test_a_form_that_showed_an_older_value_changes_nothing(sit: Sit) -> None:
    admin = sit("admin")
    with governed():
        Setting.objects.create(key=SIGNATURES, value="one", version=1)
    page = text(admin.post("/settings", WANTED | {"value": "both"}))
    assert "alert-danger" in page
    assert value_of(SIGNATURES) == "one"
    assert not ApprovalRequest.objects.exists()


def test_only_who_manages_accounts_sees_or_changes_it(sit: Sit) -> None:
    keeper = sit("keeper")
    assert keeper.get("/settings").status_code == 403
    assert keeper.post("/settings", WANTED).status_code == 403
    assert value_of(SIGNATURES) == "both"


def test_the_audit_says_roles_in_the_readers_words(sit: Sit) -> None:
    sit("admin").post("/settings", WANTED)
    assert "Administrator" in text(sit("admin").get("/audit"))
    assert "系统管理员" in text(sit("admin", language="zh-hans").get("/audit"))
