"""What a party is told: a text made of a template of its language and role, and of what the case and its scope say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from suyuan.accounts.models import Site
from suyuan.capture.who import Who
from suyuan.catalog.queries import names_for
from suyuan.governance.context import Context
from suyuan.gs1.identifiers import identify
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import micros, moment
from suyuan.operations.events import zone_of
from suyuan.recall.answer_links import answer_link
from suyuan.recall.contacts import contacts
from suyuan.recall.kinds import Kind, NoticeState, Purpose, Role
from suyuan.recall.models import Case, Notice, Scope, ScopeGoods, ScopeParty
from suyuan.recall.rules import Amounts, keys_of, silent_until
from suyuan.stock.queries import about, uris_of

TEMPLATES = Path(__file__).parent / "templates" / "recall" / "notices"
LANGUAGES = ("zh", "en")
MOST_LINES = 500  # goods that a notice lists; of more it says how many
_KINDS: Mapping[str, Mapping[str, str]] = {
    "zh": {Kind.RECALL: "召回", Kind.WITHDRAWAL: "撤回", Kind.DRILL: "召回演练"},
    "en": {Kind.RECALL: "Recall", Kind.WITHDRAWAL: "Withdrawal", Kind.DRILL: "Mock recall"},
}
_CLASSES: Mapping[str, tuple[str, str, str]] = {"zh": ("一", "二", "三"), "en": ("1", "2", "3")}
_COMMA: Mapping[str, str] = {"zh": "，", "en": ", "}
_UNTIL: Mapping[str, str] = {"zh": "至", "en": "best before"}
_MORE: Mapping[str, str] = {"zh": "……另有 {count} 项", "en": "… and {count} more"}
_HAZARD: Mapping[str, str] = {"zh": "危害：", "en": "Hazard: "}
_UNITS: Mapping[str, Mapping[str, str]] = {
    "zh": {"C62": "件", "EA": "件", "H87": "件", "KGM": "千克", "LTR": "升", "MTR": "米", "": "件"},
    "en": {"C62": "pcs", "EA": "pcs", "H87": "pcs", "KGM": "kg", "LTR": "l", "MTR": "m", "": "pcs"},
}


class _Values(dict[str, str]):
    """A template that somebody has changed may name what there is not: it then stands there as it is."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@cache
def template(language: str, role: str, purpose: str) -> tuple[str, str]:
    """Subject and text. Suppliers and makers are told alike."""
    name = {Role.MAKER.value: Role.SUPPLIER.value}.get(role, role)
    text = (TEMPLATES / language / f"{name}_{purpose}.txt").read_text(encoding="utf-8")
    subject, _, body = text.partition("\n")
    return subject, body


@dataclass(frozen=True, slots=True)
class Facts:
    """What all notices of a case say alike."""

    case: Case
    scope: Scope
    sender: Mapping[str, str]
    now: datetime
    today: date
    due: datetime
    reason: str


def facts_of(ctx: Context, who: Who, case: Case, scope: Scope, reason: str = "") -> Facts:
    zone = zone_of(who, case.log)
    site = Site.objects.filter(code=who.directory.warehouses[case.log].site).first()
    names = {"zh": site.name_zh or site.name_en, "en": site.name_en or site.name_zh} if site else {}
    now = ctx.now.astimezone(zone)
    due = silent_until(now, case.hazard_class)
    return Facts(case, scope, names, now, now.date(), due, reason or case.reason)


def written(
    facts: Facts, role: str, purpose: str, language: str, name: str, goods: str, had: Amounts, link: str = ""
) -> tuple[str, str]:
    """Subject and text of one notice."""
    case, totals = facts.case, facts.scope.totals
    subject, body = template(language, role, purpose)
    values = _Values(
        kind=_KINDS[language][case.kind], case=case.number, title=case.title, name=name,
        reason=facts.reason, hazard=_HAZARD[language] + case.hazard if case.hazard else "", goods=goods,
        quantity=amounts_text(had, language), affected=amounts_text(totals["affected"], language),
        here=amounts_text(totals["here"], language), sent=amounts_text(totals["customer"], language),
        customers=str(totals["customers"]), due=f"{facts.due:%Y-%m-%d %H:%M}", day=f"{facts.today:%Y-%m-%d}",
        opened=f"{moment(case.opened).astimezone(facts.now.tzinfo):%Y-%m-%d %H:%M}",
        finish=f"{case.finish_due:%Y-%m-%d}" if case.finish_due else "-", sender=facts.sender.get(language, ""),
        link=link,
    )  # fmt: skip
    values["class"] = _CLASSES[language][case.hazard_class - 1]
    return subject.format_map(values)[:300], body.format_map(values).replace("\n\n\n", "\n\n")


def amounts_text(amounts: Amounts, language: str) -> str:
    """“12 pcs, 3.5 kg”; a dash for nothing."""
    parts = [
        f"{decimal_text(unscaled(amount))} {_UNITS[language].get(unit, unit)}"
        for unit, amount in sorted(amounts.items())
    ]
    return _COMMA[language].join(parts) or "-"


class Labels:
    """Goods as people read them off a label: name, lot or serial number, last day. All of a case asked for at once."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self.uris = uris_of(keys)
        self.found = {key: identify(uri) for key, uri in self.uris.items()}
        self.days = {
            key: date.fromordinal(known.expiry).isoformat()
            for key, known in about(self.uris).items()
            if known.expiry is not None
        }
        named = {one.item or one.uri for one in self.found.values()}
        self.names = {"zh": names_for(named, "zh-hans"), "en": names_for(named, "en")}

    def lines(self, keys: Iterable[bytes], language: str) -> str:
        """A line each, by name."""
        known = sorted(self._line(key, language) for key in set(keys) if key in self.found)
        more = [_MORE[language].format(count=len(known) - MOST_LINES)] if len(known) > MOST_LINES else []
        return "\n".join([*known[:MOST_LINES], *more])

    def _line(self, key: bytes, language: str) -> str:
        one = self.found[key]
        name = self.names[language].get(one.item or one.uri) or identify(one.item or one.uri).code
        parts = (
            name,
            "" if one.uri == one.item else one.code,
            f"{_UNTIL[language]} {self.days[key]}" if key in self.days else "",
        )
        return "- " + _COMMA[language].join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told though he had nothing of the goods: an authority, a certifier. `way` and `contact` as of a
    notice; `language` zh or en.
    """

    name: str
    way: str
    contact: str
    language: str = "zh"
    role: str = Role.AUTHORITY.value


def do_draft(
    ctx: Context,
    who: Who,
    case: Case,
    scope: Scope,
    parties: Iterable[tuple[str, str]],
    *,
    purpose: Purpose = Purpose.START,
    way: str = "",
    others: Sequence[Recipient] = (),
    reason: str = "",
) -> list[Notice]:
    """Drafts for these parties (URI, role), and for others. A fixed number of statements."""
    wanted = set(parties)
    rows = [row for row in ScopeParty.objects.filter(scope=scope) if (row.party, row.role) in wanted]
    known = contacts(row.party for row in rows)
    of_scope = ScopeGoods.objects.filter(scope=scope, out=0, direction="subject").values_list("key", flat=True)
    subjects = [bytes(key) for key in of_scope[: MOST_LINES + 1]] if others else []
    had: dict[tuple[str, str], dict[str, int]] = {}
    goods: dict[tuple[str, str], set[bytes]] = {}
    for row in rows:
        had.setdefault((row.party, row.role), {})[row.unit] = row.quantity
        goods.setdefault((row.party, row.role), set()).update(keys_of(row.goods))
    labels = Labels({key for keys in goods.values() for key in keys} | set(subjects))
    facts = facts_of(ctx, who, case, scope, reason)
    drafts = [
        _draft(ctx, facts, purpose, Recipient(
            name=known[party].name(known[party].language), way=way or known[party].best, role=role,
            contact=known[party].ways.get(way or known[party].best, ""), language=known[party].language,
        ), party, labels.lines(goods[party, role], known[party].language), had[party, role])
        for party, role in had
    ]  # fmt: skip
    drafts += [_draft(ctx, facts, purpose, other, "", labels.lines(subjects, other.language), {}) for other in others]
    return Notice.objects.bulk_create(drafts)


def _draft(ctx: Context, facts: Facts, purpose: Purpose, to: Recipient, party: str, goods: str, had: Amounts) -> Notice:
    link = answer_link(facts.case, party)
    subject, body = written(facts, to.role, purpose.value, to.language, to.name, goods, had, link)
    return Notice(
        case=facts.case, version=facts.scope.version, purpose=purpose.value, party=party, role=to.role, name=to.name,
        way=to.way, contact=to.contact.strip()[:300], language=to.language, subject=subject, body=body,
        state=NoticeState.DRAFTED.value, drafted=micros(ctx.now), drafted_by=ctx.actor.id,
        drafted_person=ctx.actor.human,
    )  # fmt: skip


def as_recipient(notice: Notice) -> Recipient:
    """Whom a notice went to."""
    return Recipient(
        name=notice.name, way=notice.way, contact=notice.contact, language=notice.language, role=notice.role
    )
