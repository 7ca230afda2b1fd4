"""Carrier accounts as a register, and their keys: entered, used, never shown."""

import json

import pytest
from django.conf import settings as options

from suyuan.catalog.register import Row
from suyuan.delivery.commands import KeepCarrierSecret
from suyuan.delivery.models import CarrierAccount, CarrierSecret
from suyuan.delivery.queries import cutoffs
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sealing import seal, secrets_of, tail_of, unseal
from suyuan.governance.params import Secret
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body, PersonalValue
from tests.delivery.conftest import account, keys
from tests.delivery.servers import MAPPING
from tests.operations.dairy import ADMIN, KEEPER, Desk, refusal


def put(**values: str) -> PutCarrierAccounts:
    return PutCarrierAccounts(rows=(Row({"code": "A1", "partner": "FAST", "adapter": "manual", **values}),))


def test_it_works(desk: Desk) -> None:
    desk.run(put(cutoff="1-5 16:30", services="1 Express"), ADMIN)
    desk.run(put(code="A2", cutoff="1 15:00; 6 12:00"), ADMIN)
    found = CarrierAccount.objects.get(key="A1")
    assert (found.code, found.partner.code, found.adapter) == ("A1", "FAST", "manual")
    assert {day: until.hour for day, until in cutoffs(found.partner.uri)[found.partner.uri].items()} == {
        1: 15, 2: 16, 3: 16, 4: 16, 5: 16, 6: 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"partner": "SHOP"}, {("rows[0].partner", "delivery.carrier_wrong")}),
        ({"partner": "NOBODY"}, {("rows[0].partner", "catalog.partner_unknown")}),
        ({"code": "顺丰"}, {("rows[0].code", "delivery.code_wrong")}),
        ({"adapter": "pigeon"}, {("rows[0].adapter", "catalog.choice")}),
        ({"cutoff": "at noon"}, {("rows[0].cutoff", "delivery.cutoff_wrong")}),
        ({"services": "1 a\n1 b"}, {("rows[0].services", "delivery.services_wrong")}),
        (
            {"adapter": "sf"},
            {(f"rows[0].{name}", "delivery.field_needed") for name in ("customer", "sender_name", "sender_address")},
        ),
        (
            {"adapter": "rest", "address": "http://10.0.0.1/", "mapping": "{}"},
            {("rows[0].address", "delivery.address_wrong"), ("rows[0].mapping", "delivery.mapping_wrong")},
        ),
        (
            {"adapter": "rest", "address": "https://10.0.0.1/", "mapping": json.dumps(MAPPING)},
            {("rows[0].address", "delivery.address_host")},
        ),
    ],
)
def test_what_is_wrong_is_said_at_once(desk: Desk, values: dict[str, str], problems: set[tuple[str, str]]) -> None:
    assert refusal(desk, put(**values), ADMIN) == problems


def test_only_who_says_where_things_stand_may(desk: Desk) -> None:
    assert refusal(desk, put(), KEEPER) == {("", "governance.not_allowed")}


def test_a_key_stands_nowhere_in_plain(desk: Desk) -> None:
    account(desk, "SF", "sf", customer="x", sender_name="x", sender_address="x")
    keys(desk, "SF", check_word="c0rrect-horse")
    row = CarrierSecret.objects.get()
    assert b"c0rrect-horse" not in bytes(row.sealed)
    assert not any(b"c0rrect-horse" in bytes(body) for body in Body.objects.values_list("body", flat=True))
    assert "c0rrect-horse" not in set(PersonalValue.objects.values_list("value", flat=True))
    found = CarrierAccount.objects.get(key="SF")
    assert secrets_of(options.SUYUAN.secret_key, found) == {"check_word": "c0rrect-horse"}
    keys(desk, "SF", check_word="another")
    assert secrets_of(options.SUYUAN.secret_key, found) == {"check_word": "another"}
    keys(desk, "SF", check_word="")
    assert secrets_of(options.SUYUAN.secret_key, found) == {}


def test_keys_that_the_connection_does_not_know(desk: Desk) -> None:
    account(desk, "OWN", "manual")

    def keep(account: str, name: str = "key") -> KeepCarrierSecret:
        return KeepCarrierSecret(account=account, name=name, value=Secret("x"))

    assert refusal(desk, keep("OWN"), ADMIN) == {("name", "delivery.secret_unknown")}
    assert refusal(desk, keep("NONE"), ADMIN) == {("account", "delivery.account_unknown")}
    assert refusal(desk, keep("OWN"), KEEPER) == {("", "governance.not_allowed")}


def test_a_sealed_value_means_nothing_elsewhere() -> None:
    sealed = seal("installation", "SF", "check_word", "word")
    assert unseal("installation", "SF", "check_word", sealed) == "word"
    assert sealed != seal("installation", "SF", "check_word", "word")
    for key, account_, name, data in (
        ("another", "SF", "check_word", sealed), ("installation", "SF2", "check_word", sealed),
        ("installation", "SF", "key", sealed), ("installation", "SF", "check_word", sealed[:-1] + b"\0"),
        ("installation", "SF", "check_word", b""),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            unseal(key, account_, name, data)
        assert refused.value.problems[0].code == "delivery.secret_lost"
    assert tail_of("one", "SF") != tail_of("two", "SF") != tail_of("two", "K")
