"""Carrier accounts as a register: how consignments are booked with each carrier."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Partner
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, NAME_EN, NAME_ZH, refusals, said
from suyuan.catalog.registers.tables import Column, Table, flag, rows_of, text, unknown
from suyuan.catalog.rules import code_key
from suyuan.delivery.kinds import ADVICE_FORMATS, AdviceFormat
from suyuan.delivery.models import AdviceChannel, CarrierAccount
from suyuan.delivery.port import WORDS, Account, adapter, names
from suyuan.delivery.rules import read_cutoffs, read_services
from suyuan.governance.master import Put, declare
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem

REACHED, TAKES, SENDER = N_("How it is reached"), N_("What he takes"), N_("From whom")
EDIT = "place.edit"
MANUAL = "manual"
_MAIL = re.compile(r"mailto:[^@\s,;?&]+@[^@\s,;?&]+", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9_-]+")  # it is part of the address that the carrier calls
ADAPTERS: Mapping[str, str] = {name: WORDS.get(name, name) for name in names()}

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("partner", N_("Carrier"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=BASICS,
          listed=True),
    IS_ACTIVE,
    Field("adapter", N_("Connection"), Type.CHOICE, needed=True, choices=ADAPTERS, default=MANUAL, group=REACHED,
          listed=True),
    Field("address", N_("Address"), longest=300, group=REACHED,
          hint=N_("As the carrier gives it; empty: his usual one")),
    Field("customer", N_("Customer code"), longest=100, group=REACHED, hint=N_("By which the carrier knows us")),
    Field("pays", N_("Monthly account"), longest=100, group=REACHED, hint=N_("The account that he charges")),
    Field("mapping", N_("Mapping"), longest=20_000, group=REACHED,
          hint=N_("JSON; what it says depends on the connection and stands in the handbook")),
    Field("services", N_("Services"), longest=2000, group=TAKES, hint=N_("A code and its name on each line")),
    Field("cutoff", N_("Leaves at"), longest=200, group=TAKES, listed=True,
          hint=N_("Weekdays and time, Monday is 1: 1-5 16:30; 6 12:00")),
    Field("sender_name", N_("Sender"), longest=100, group=SENDER),
    Field("sender_phone", N_("Telephone"), longest=40, group=SENDER),
    Field("sender_region", N_("Province"), longest=100, group=SENDER),
    Field("sender_city", N_("City"), longest=100, group=SENDER),
    Field("sender_address", N_("Street"), longest=300, group=SENDER),
)  # fmt: skip
_WORD = {one.name: one.word for one in FIELDS}
_PLAIN = ("address", "customer", "pays", "mapping", "services", "cutoff")
_SENDER = ("sender_name", "sender_phone", "sender_region", "sender_city", "sender_address")


def account_uri(key: str) -> str:
    """What an account is called in change records."""
    return own_path(settings.SUYUAN.origin, ("carrieraccount", key.lower()))


TABLE = Table(
    model=CarrierAccount,
    columns=(
        text("code"), text("name_zh"), text("name_en"), Column("partner", path="partner__code"), flag("is_active"),
        text("adapter"), *map(text, _PLAIN), *map(text, _SENDER),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=account_uri,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCarrierAccounts(Put):
    """Carrier accounts."""


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    ids, carries = rows_of(Partner, drafts, "partner", ("pk", "is_carrier"))
    problems = unknown(drafts, "partner", ids, "catalog.partner_unknown")
    for n, draft in enumerate(drafts):
        at, partner = f"rows[{n}]", said(draft, "partner")
        if said(draft, "code") and not _CODE.fullmatch(said(draft, "code")):
            problems.append(Problem("delivery.code_wrong", f"{at}.code", {"code": said(draft, "code")}))
        if carries.get(code_key(partner)) is False:
            problems.append(Problem("delivery.carrier_wrong", f"{at}.partner", {"partner": partner}))
        problems += refusals(read_cutoffs, said(draft, "cutoff"), f"{at}.cutoff")
        problems += refusals(read_services, said(draft, "services"), f"{at}.services")
        problems += adapter_problems(draft, at)
    return problems


def adapter_problems(draft: Draft, at: str) -> list[Problem]:
    """What the connection wants of the account."""
    found = adapter(said(draft, "adapter"))
    if found is None:
        return []  # the list of choices has refused it
    missing = [
        Problem("delivery.field_needed", f"{at}.{name}", {"field": _WORD[name]})
        for name in found.needs
        if not said(draft, name)
    ]
    account = Account(
        code=said(draft, "code"), address=said(draft, "address"), customer=said(draft, "customer"),
        pays=said(draft, "pays"), mapping=said(draft, "mapping"), hosts=settings.SUYUAN.webhook_hosts,
    )  # fmt: skip
    return missing + [Problem(p.code, f"{at}.{p.field}", p.params) for p in found.check(account)]


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    (ids,) = rows_of(Partner, drafts, "partner", ("pk",))
    TABLE.write(
        drafts,
        version,
        lambda draft: {"key": code_key(said(draft, "code")), "partner_id": ids[code_key(said(draft, "partner"))]},
    )
    return [account_uri(code_key(said(draft, "code"))) for draft in drafts]


CARRIER_ACCOUNTS = Register(
    name="carrier_accounts",
    one=N_("Carrier account"),
    many=N_("Carrier accounts"),
    fields=FIELDS,
    keys=("code",),
    permission=EDIT,
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)


# -- where customers want despatch advices ----------------------------------------------------------------------------

ADVICE_FIELDS = (
    Field("partner", N_("Customer"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=BASICS,
          listed=True),
    Field("url", N_("Address"), needed=True, longest=300, group=BASICS, listed=True,
          hint=N_("A webhook (https://…), signed by Standard Webhooks, or mailto: and an address of mail")),
    Field("format", N_("Format"), Type.CHOICE, choices=ADVICE_FORMATS, default=AdviceFormat.EPCIS.value, group=BASICS,
          listed=True),
    IS_ACTIVE,
)  # fmt: skip


def channel_uri(key: str) -> str:
    """What a channel is called in change records."""
    return own_path(settings.SUYUAN.origin, ("advicechannel", key.lower()))


CHANNEL_TABLE = Table(
    model=AdviceChannel,
    columns=(Column("partner", path="partner__code"), text("url"), text("format"), flag("is_active")),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["partner"]),
    uri="key",
    make_uri=channel_uri,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAdviceChannels(Put):
    """Where customers want despatch advices."""


def judge_channels(drafts: Sequence[Draft]) -> list[Problem]:
    ids, buys = rows_of(Partner, drafts, "partner", ("pk", "is_customer"))
    problems = unknown(drafts, "partner", ids, "catalog.partner_unknown")
    for n, draft in enumerate(drafts):
        partner, url = said(draft, "partner"), said(draft, "url")
        if buys.get(code_key(partner)) is False:
            problems.append(Problem("delivery.customer_wrong", f"rows[{n}].partner", {"partner": partner}))
        if url and not is_mail(url) and not url.lower().startswith(("https://", "http://")):
            problems.append(Problem("delivery.url_wrong", f"rows[{n}].url", {"url": url[:80]}))
    return problems


def is_mail(url: str) -> bool:
    """Does it lead to an address of mail?"""
    return _MAIL.fullmatch(url) is not None


def write_channels(drafts: Sequence[Draft], version: int) -> list[str]:
    (ids,) = rows_of(Partner, drafts, "partner", ("pk",))
    keys = {id(draft): code_key(said(draft, "partner")) for draft in drafts}
    CHANNEL_TABLE.write(
        drafts, version, lambda draft: {"key": keys[id(draft)], "partner_id": ids[keys[id(draft)]]}
    )  # fmt: skip
    return [channel_uri(keys[id(draft)]) for draft in drafts]


ADVICE_CHANNELS = Register(
    name="advice_channels",
    one=N_("Despatch advice channel"),
    many=N_("Despatch advice channels"),
    fields=ADVICE_FIELDS,
    keys=("partner",),
    permission=EDIT,
    standing=CHANNEL_TABLE.standing,
    judge=judge_channels,
    write=write_channels,
    rows=CHANNEL_TABLE.rows,
    read=CHANNEL_TABLE.read,
    columns=CHANNEL_TABLE.paths(),
)

REGISTERS = {CARRIER_ACCOUNTS.name: CARRIER_ACCOUNTS, ADVICE_CHANNELS.name: ADVICE_CHANNELS}
PUTS: dict[str, type[Put]] = {
    CARRIER_ACCOUNTS.name: PutCarrierAccounts,
    ADVICE_CHANNELS.name: PutAdviceChannels,
}
declare(PutCarrierAccounts, CARRIER_ACCOUNTS)
declare(PutAdviceChannels, ADVICE_CHANNELS)
