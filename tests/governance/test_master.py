"""Names and rights change by commands, and the changes are found."""

from suyuan.accounts.models import Grant, User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.writes import At
from suyuan.catalog.directory import directory
from suyuan.catalog.drafts import NewItem, NewPartner, NewPlace
from suyuan.governance.master import AddItems, AddPartners, AddPlaces, AddSite, AddWarehouse
from suyuan.governance.params import Personal, Secret
from suyuan.governance.queries import changes_about
from suyuan.governance.rights import AddUser, GrantRole, RevokeRole
from suyuan.ledger.models import Body, Identifier, Record
from tests.operations.dairy import ADMIN, BUYER, KEEPER, Desk, refusal


def test_items(desk: Desk) -> None:
    result = desk.run(AddItems(items=(NewItem(code="JAM", base_unit="EA"),)), BUYER)
    (uri,) = result.value["uris"]
    assert uri in directory().items
    (change,) = changes_about(uri)
    assert change.log == "company"
    assert Identifier.objects.get(log="company", uri=uri).kind == "item"
    assert change.body["params"]["items"][0]["code"] == "JAM"
    assert refusal(desk, AddItems(items=(NewItem(code="jam", base_unit="EA"),)), BUYER) == {
        ("items[0].code", "catalog.code_taken")
    }
    assert refusal(desk, AddItems(items=(NewItem(code="TEA", base_unit="EA"),)), KEEPER) == {
        ("", "governance.not_allowed")
    }


def test_a_warehouse_with_places(desk: Desk) -> None:
    desk.run(AddSite(code="sh", time_zone="Asia/Shanghai"), ADMIN)
    desk.run(AddWarehouse(code="new", gln="6901234000023", site="sh", sscc_prefix="6901235"), ADMIN)
    desk.run(AddPlaces(place_of="new", places=(NewPlace(code="B-1"),)), ADMIN)
    assert directory().warehouse_of("https://id.gs1.org/414/6901234000023/254/B-1") == "new"


def test_partners(desk: Desk) -> None:
    desk.run(AddPartners(partners=(NewPartner(code="NEW", roles=["supplier", "maker"]),)), BUYER)
    assert "NEW" in {partner.code for partner in directory().partners.values()}


def test_people(desk: Desk) -> None:
    command = AddUser(
        username=Personal("wang"),
        name=Personal("Wang Wu"),
        password=Secret("letmein-77"),
        grants=(At("keeper", "main"),),
    )
    desk.run(command, ADMIN)
    user = User.objects.get(username="wang")
    assert user.check_password("letmein-77")
    assert actor_of(user, {}).may("receive", "main")
    bodies = b"".join(bytes(body) for body in Body.objects.values_list("body", flat=True))
    assert b"wang" not in bodies.lower()
    assert b"letmein" not in bodies
    desk.run(GrantRole(user=Personal("Wang"), role="inspector", at="cold"), ADMIN)
    desk.run(RevokeRole(user=Personal("wang"), role="keeper", at="main"), ADMIN)
    assert list(Grant.objects.filter(user=user).values_list("role_id", "scope")) == [("inspector", "cold")]
    assert Record.objects.filter(log="company", kind="change").count() == 3


def test_rights_that_cannot_be(desk: Desk) -> None:
    assert refusal(desk, GrantRole(user=Personal("nobody"), role="keeper"), ADMIN) == {
        ("user", "governance.user_unknown")
    }
    assert refusal(desk, GrantRole(user=Personal("x"), role="keeper", at="moon"), ADMIN) == {
        ("at", "governance.warehouse_unknown")
    }
