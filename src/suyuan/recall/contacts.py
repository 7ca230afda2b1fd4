"""How a party can be reached, from what the catalog has of it. No name of a person, no private number."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suyuan.catalog.directory import directory
from suyuan.catalog.models import Partner
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import MAIL
from suyuan.delivery.models import AdviceChannel
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem
from suyuan.recall.kinds import Way

_DIGITS = re.compile(r"\d")
CHINESE = frozenset({"", "CN", "HK", "MO", "TW"})  # a country nobody entered is taken for ours


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of a party: its name, an address for each way there is, the `language` it is written to in, the
    `department` to ask for."""

    party: str
    code: str
    name_zh: str
    name_en: str
    ways: Mapping[str, str]
    language: str
    department: str = ""

    def name(self, language: str) -> str:
        first, second = (self.name_zh, self.name_en) if language == "zh" else (self.name_en, self.name_zh)
        return first or second or self.code

    @property
    def best(self) -> str:
        """The quickest way: what the worker sends by itself before what people do."""
        return next((way for way in (Way.WEBHOOK, Way.MAIL, Way.PHONE) if way in self.ways), Way.LETTER).value


def contacts(parties: Iterable[str]) -> dict[str, Contact]:
    """Party URI, as a trace names it → its contact; of one that is no partner only its number. Three statements."""
    known = directory()
    wanted = list(dict.fromkeys(parties))
    partner = {uri: found.uri for uri in wanted if (found := known.partner_of(uri))}
    uris = {known.kept(uri) for uri in partner.values()}
    rows = {row.uri: row for part in chunks(uris) for row in Partner.objects.filter(uri__in=part)}
    channels = AdviceChannel.objects.filter(is_active=True).values_list("partner__uri", "url")
    hooks = {str(uri): str(url) for uri, url in channels}
    return {uri: _contact(uri, rows.get(known.kept(partner.get(uri, ""))), hooks) for uri in wanted}


def _contact(uri: str, row: Partner | None, hooks: Mapping[str, str]) -> Contact:
    if row is None:
        return Contact(uri, identify(uri).code, "", "", {}, "zh")
    ways: dict[str, str] = {}
    if row.uri in hooks:
        ways[Way.WEBHOOK.value] = hooks[row.uri]
    if mail := row.recall_email or row.email or _mail_in(row.contact):
        ways[Way.MAIL.value] = mail
    if phone := next(filter(is_phone, (row.recall_phone, row.phone)), ""):
        ways[Way.PHONE.value] = phone.strip()
    if row.address.strip():
        ways[Way.LETTER.value] = " ".join(part for part in (row.postcode, row.region, row.city, row.address) if part)
    language = "zh" if row.country.upper() in CHINESE else "en"
    return Contact(uri, row.code, row.name_zh, row.name_en, ways, language, row.recall_contact or row.contact)


def _mail_in(text: str) -> str:
    """An address that somebody entered with the department, before there was a field for it."""
    found = MAIL.search(text)
    return found[0] if found else ""


def is_phone(text: str) -> bool:
    """Are there enough digits to call?"""
    return len(_DIGITS.findall(text)) >= 5


def contact_problems(way: str, contact: str, name: str, field: str = "contact") -> list[Problem]:
    """Is it an address of this way, where the way needs one?"""
    text = contact.strip()
    if not text:
        return [Problem("recall.contact_missing", field, {"name": name})]
    right = {
        Way.MAIL.value: MAIL.fullmatch(text) is not None,
        Way.WEBHOOK.value: text.startswith(("https://", "http://")),
        Way.PHONE.value: is_phone(text),
    }.get(way, True)
    return [] if right else [Problem("recall.contact_wrong", field, {"contact": text[:80]})]
