"""What stands about the things that a command concerns: a word for each, which another word follows on any change."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection

from suyuan.catalog.models import Item, Partner, Place
from suyuan.governance.models import Setting
from suyuan.governance.registry import Plan
from suyuan.governance.settings import setting_uri
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16

_SUBJECTS = "SELECT subject, log, last_record, blocks FROM stock_subject WHERE subject {keys}"
_BALANCES = (
    "SELECT subject, log, holder, owner, receipt, status, quantity, second FROM stock_balance "
    "WHERE (quantity > 0 OR second > 0) AND subject {keys}"
)
_NAMED = (Item, Partner, Place)
_LENGTH = 16  # hexadecimal digits of a word


def concerned(plan: Plan) -> list[str]:
    """The URIs that a plan is about, goods and names; not what gets its number only when it is done."""
    return sorted({*plan.fields, *plan.about} - {*plan.drawn})


def versions_of(uris: Iterable[str]) -> dict[str, str]:
    """URI → what stands there now: of goods their last event and balances, of names the version. Six statements."""
    wanted = sorted(set(uris))
    goods, names = _goods(wanted), _names(wanted)
    return {uri: ".".join(part for part in (names.get(uri, ""), goods.get(uri, "")) if part) for uri in wanted}


def _goods(uris: list[str]) -> dict[str, str]:
    keys = {key16(uri): uri for uri in uris}
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for sql in (_SUBJECTS, _BALANCES):
            for subject, *columns in select_in(cursor, sql, keys):
                found.setdefault(keys[bytes(subject)], []).append("|".join(map(_text, columns)))
    return {uri: sha256("\n".join(sorted(rows)).encode()).hexdigest()[:_LENGTH] for uri, rows in found.items()}


def _text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _names(uris: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model in _NAMED:
        found |= {
            uri: str(version) for uri, version in model.objects.filter(uri__in=uris).values_list("uri", "version")
        }
    found |= {setting_uri(row.key): str(row.version) for row in Setting.objects.all()}
    return found
