"""Any carrier with an interface of JSON over HTTPS: what is asked and where the answer stands is said by configuration.

The account's mapping is JSON of the shape of `Mapping` below; the handbook has an example. In addresses and bodies
``{reference}`` and the like stand for values (`values_of`); a text that is nothing but one of them keeps its kind.
Webhooks are signed by Standard Webhooks or by an HMAC-SHA256 in a header.
"""

import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from time import time
from typing import Literal
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from suyuan.connectors.carriers.signing import check_hmac, check_standard, digest
from suyuan.connectors.carriers.talking import (
    Json,
    address_problems,
    at,
    cannot,
    garbage,
    json_of,
    moment_of,
    refused,
    secret,
    silent,
    talk,
    text_at,
)
from suyuan.delivery.kinds import Step
from suyuan.delivery.port import WORDS, Account, Adapter, Booked, Call, Heard, Label, Parcel, Sent, Told, Unsigned
from suyuan.delivery.rules import mapped
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.hooks import Answer

KEY, WEBHOOK_KEY = N_("Key"), N_("Webhook key")
_PLACE = re.compile(r"\{([a-z_]+)\}")
_TYPES = ((b"%PDF-", "application/pdf"), (b"\x89PNG", "image/png"))
Encoding = Literal["hex", "base64"]


class Auth(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``header``: `value` with {key} in it; ``hmac``: that of `text` ({timestamp}, {body}); `timestamp`: its header."""

    kind: Literal["none", "header", "hmac"] = "header"
    header: str = "Authorization"
    value: str = "Bearer {key}"
    text: str = "{body}"
    encoding: Encoding = "hex"
    timestamp: str = ""


class Ask(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request, and the paths at which its answer says what is wanted."""

    path: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    body: Json = None
    form: bool = False
    waybill: str = ""
    estimated: str = ""


class Ok(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How an answer says that it was done: `values` at `path`; `later`: those that mean that it is to be tried again;
    `message`: the path to why not."""

    path: str
    values: tuple[str, ...]
    later: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    message: str = ""


class Reports(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where the reports stand in an answer or a call (`list`; empty: it is one itself), and in each what it says."""

    at: str
    code: str
    list: str = ""
    text: str = ""
    place: str = ""
    id: str = ""
    waybill: str = ""
    reference: str = ""
    estimated: str = ""


class Webhook(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    reports: Reports
    sign: Literal["standard", "hmac"] = "standard"
    header: str = "x-signature"
    encoding: Encoding = "hex"
    prefix: str = ""
    timestamp: str = ""
    waybill: str = ""
    reference: str = ""
    answer: dict[str, Json] = {}


class Mapping(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All of it. `statuses`: the carrier's word → ours; `zone`: of his times that name none."""

    book: Ask
    statuses: dict[str, str]
    find: Ask | None = None
    cancel: Ask | None = None
    label: Ask | None = None
    track: Ask | None = None
    reports: Reports | None = None
    webhook: Webhook | None = None
    auth: Auth = Auth()
    ok: Ok | None = None
    zone: str = "Asia/Shanghai"


def read_mapping(text: str) -> Mapping:
    """ValueError(why) for what cannot be one."""
    try:
        found = msgspec.json.decode(text.encode(), type=Mapping)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None
    unknown = sorted(set(found.statuses.values()) - {"", *Step})
    if unknown:
        raise ValueError(f"statuses: {', '.join(unknown)}; {', '.join(Step)}")
    if found.track is not None and found.reports is None:
        raise ValueError("reports: track")
    if not found.book.waybill:
        raise ValueError("book.waybill")
    asks = [one for one in (found.book, found.find, found.cancel, found.label, found.track) if one is not None]
    for ask in asks:
        named = set(_PLACE.findall(ask.path + json.dumps(ask.body)))
        if strange := sorted(named - KNOWN):
            raise ValueError(f"{{{strange[0]}}}")
        if not ask.path.startswith("/"):
            raise ValueError(f"path: {ask.path}")
    try:
        ZoneInfo(found.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"zone: {found.zone}") from None
    return found


_PARTY = ("name", "phone", "country", "region", "city", "address", "postcode")
KNOWN = frozenset(
    {"reference", "waybill", "service", "parcels", "weight", "note", "goods", "customer", "pays", "callback"}
    | {f"{who}_{what}" for who in ("sender", "recipient") for what in _PARTY}
)


def values_of(account: Account, parcel: Parcel) -> dict[str, Json]:
    """What stands for each name in a mapping."""
    parties = {
        f"{who}_{name}": getattr(party, name)
        for who, party in (("sender", parcel.sender), ("recipient", parcel.recipient))
        for name in _PARTY
    }
    own = {name: getattr(parcel, name) for name in ("reference", "waybill", "service", "parcels", "note", "goods")}
    weight = float(parcel.weight) if parcel.weight else None
    known = {"customer": account.customer, "pays": account.pays, "callback": account.callback}
    return {**parties, **own, **known, "weight": weight}


def filled(template: Json, values: Map[str, Json]) -> Json:
    """The template with its values in."""
    if isinstance(template, dict):
        return {name: filled(part, values) for name, part in template.items()}
    if isinstance(template, list):
        return [filled(part, values) for part in template]
    if not isinstance(template, str):
        return template
    whole = _PLACE.fullmatch(template)
    if whole:
        return values.get(whole[1])
    return _PLACE.sub(lambda match: _text(values.get(match[1])), template)


def _text(value: Json) -> str:
    return "" if value is None else str(value)


class Rest:
    def __init__(self, account: Account) -> None:
        self.account = account
        try:
            self.mapping = read_mapping(account.mapping)
        except ValueError as error:
            raise refused(account, f"mapping: {error}") from None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.mapping.zone)

    def book(self, parcel: Parcel) -> Booked:
        found = self._ask(self.mapping.book, values_of(self.account, parcel))
        made = self._booked(self.mapping.book, found)
        if made is None:
            raise garbage(self.account, json.dumps(found, ensure_ascii=False)[:100])
        return made

    def find(self, reference: str) -> Booked | None:
        """Where no way to ask is configured, the same booking is sent again: `reference` makes it one."""
        ask = self.mapping.find
        if ask is None:
            return None
        found = self._ask(ask, {"reference": reference}, missing=True)
        return None if found is None else self._booked(ask, found)

    def _booked(self, ask: Ask, found: Json) -> Booked | None:
        waybill = text_at(found, ask.waybill or self.mapping.book.waybill)
        estimated = moment_of(at(found, ask.estimated), self.zone) if ask.estimated else None
        return Booked(waybill, estimated) if waybill else None

    def cancel(self, sent: Sent) -> None:
        if self.mapping.cancel is None:
            raise cannot(self.account)
        self._ask(self.mapping.cancel, _numbers(sent))

    def label(self, sent: Sent) -> Label | None:
        if self.mapping.label is None:
            return None
        data = self._send(self.mapping.label, _numbers(sent)).body
        kind = next((kind for start, kind in _TYPES if data.startswith(start)), "")
        return Label(data, kind) if kind else None

    def track(self, sent: Sent) -> Sequence[Told]:
        if self.mapping.track is None or self.mapping.reports is None:
            return ()
        return self._reports(self.mapping.reports, self._ask(self.mapping.track, _numbers(sent)))

    def parse_webhook(self, call: Call) -> Heard:
        webhook = self.mapping.webhook
        key = self.account.secrets.get("webhook_key", "")
        if webhook is None or not key:
            raise Unsigned("none")
        if webhook.sign == "standard":
            check_standard(key, call)
        else:
            check_hmac(
                key, call, header=webhook.header, encoding=webhook.encoding, prefix=webhook.prefix,
                timed=webhook.timestamp,
            )  # fmt: skip
        try:
            found = json.loads(call.body)
        except ValueError:
            raise garbage(self.account, "JSON") from None
        which = text_at(found, webhook.waybill), text_at(found, webhook.reference)
        return Heard(self._reports(webhook.reports, found, *which), webhook.answer)

    def _reports(self, where: Reports, found: Json, waybill: str = "", reference: str = "") -> list[Told]:
        rows = at(found, where.list)
        told = []
        for one in rows if isinstance(rows, list) else [rows]:
            when = moment_of(at(one, where.at), self.zone)
            if when is None:
                raise garbage(self.account, json.dumps(one, ensure_ascii=False)[:100])
            code = text_at(one, where.code)
            told.append(
                Told(
                    at=when, code=code, step=mapped(self.mapping.statuses, code), text=text_at(one, where.text),
                    place=text_at(one, where.place), id=text_at(one, where.id),
                    waybill=text_at(one, where.waybill) or waybill,
                    reference=text_at(one, where.reference) or reference,
                    estimated=moment_of(at(one, where.estimated), self.zone) if where.estimated else None,
                )
            )  # fmt: skip
        return told

    # -- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, ask: Ask, values: Map[str, Json], *, missing: bool = False) -> Json:
        """The answer as JSON. With `missing`, None where the carrier says that he has nothing of it."""
        answer = self._send(ask, values)
        if missing and answer.status == 404:
            return None
        found = json_of(self.account, answer)
        ok = self.mapping.ok
        said = text_at(found, ok.path) if ok else ""
        why = (text_at(found, ok.message) if ok else "") or said or f"HTTP {answer.status}"
        if ok and missing and said in ok.missing:
            return None
        if ok and said in ok.later:
            raise silent(self.account, why, unsure=True)
        if answer.status >= 400 or (ok and said not in ok.values):
            raise refused(self.account, why)
        return found

    def _send(self, ask: Ask, values: Map[str, Json]) -> Answer:
        safe = {name: quote(_text(value), safe="") for name, value in values.items()}
        url = self.account.address.rstrip("/") + str(filled(ask.path + " ", safe)).strip()
        content = filled(ask.body, values)
        body, kind = b"", ""
        if content is not None and ask.form:
            body, kind = urlencode(content).encode(), "application/x-www-form-urlencoded; charset=utf-8"
        elif content is not None:
            body, kind = json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8"
        headers = {"accept": "application/json, application/pdf", **self._signed(body)}
        return talk(self.account, ask.method, url, body, headers | ({"content-type": kind} if kind else {}))

    def _signed(self, body: bytes) -> dict[str, str]:
        auth = self.mapping.auth
        if auth.kind == "none":
            return {}
        key, now = secret(self.account, "key", KEY), str(int(time()))
        if auth.kind == "header":
            return {auth.header: auth.value.replace("{key}", key).replace("{customer}", self.account.customer)}
        text = auth.text.replace("{timestamp}", now).encode().replace(b"{body}", body)
        value = digest(key, text, auth.encoding)
        return {auth.header: value, **({auth.timestamp: now} if auth.timestamp else {})}


def _numbers(sent: Sent) -> dict[str, Json]:
    return {"waybill": sent.waybill, "reference": sent.reference, "service": sent.service}


def check(account: Account) -> list[Problem]:
    problems = address_problems(account)
    if account.mapping:
        try:
            read_mapping(account.mapping)
        except ValueError as error:
            problems.append(Problem("delivery.mapping_wrong", "mapping", {"text": str(error)[:200]}))
    return problems


ADAPTER = Adapter(
    word=WORDS["rest"], make=Rest, secrets={"key": KEY, "webhook_key": WEBHOOK_KEY}, needs=("address", "mapping"),
    check=check,
)  # fmt: skip
