"""What a command that waits for a signature would do, in words: rows field by field, a merge, a setting."""

from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.fields import is_same
from suyuan.catalog.register import Register, Row, Standing, Values
from suyuan.desk import deeds
from suyuan.desk.access import Desk
from suyuan.desk.audit import say_code
from suyuan.desk.cards import Fact
from suyuan.desk.naming import Names
from suyuan.desk.office import Office, References, cell_of, code_of, may_read, name_of, row_url, standing_of, word_of
from suyuan.desk.recalling import case_url
from suyuan.desk.registers import PUTS, REGISTERS
from suyuan.governance.master import Put
from suyuan.governance.merging import MergeItems, MergePartners, PartItems, PartPartners
from suyuan.governance.settings import SETTINGS, PutSetting, value_of
from suyuan.operations.counting.post_count import PostCount
from suyuan.recall.cases import OfCase
from suyuan.recall.commands import ApproveNotices, NarrowScope, PublishNotice
from suyuan.stocktake.queries import sheet_of
from suyuan.ui.tables import Column, Jump, Table, Value
from suyuan.ui.tables import Row as Drawn

MOST = 200  # fields of rows on the page of a request
REGISTER_OF: Mapping[type, str] = {
    **{kind: name for name, kind in PUTS.items()},
    MergeItems: "items", PartItems: "items", MergePartners: "partners", PartPartners: "partners",
}  # fmt: skip
CODES: Mapping[str, str] = {"supplier": "partners", "owner": "partners", "item": "items"}  # field → whose code it is
SIDES = ("keep", "merged")
# Where in a recall stands what is to be read before it is signed.
TABS: Mapping[type, str] = {ApproveNotices: "notices", NarrowScope: "scope", PublishNotice: "public"}


def facts(command: object, desk: Desk) -> list[Fact]:
    """What a command says beside its goods and rows: names with their codes, links where there is a page."""
    if isinstance(command, PutSetting):
        return _of_setting(command)
    typed = [(name, value) for name, value in deeds.fields_of(command) if deeds.is_said(name, value)]
    names = Names([value for _name, value in typed if isinstance(value, str) and _is_uri(value)], desk.language)
    return [Fact(deeds.field_word(name), _value(command, name, value, names, desk)) for name, value in typed]


def _is_uri(text: str) -> bool:
    return text.startswith("http")


def _value(command: object, name: str, value: object, names: Names, desk: Desk) -> Value:
    if isinstance(value, str) and _is_uri(value):
        return names.thing(value)
    if isinstance(command, OfCase) and name == "case":
        return Jump(command.case, case_url(command.case, TABS.get(type(command), "")))
    if isinstance(command, PostCount) and name == "sheet":
        return _sheet(command)
    register = REGISTER_OF.get(type(command), "") if name in SIDES else CODES.get(name, "")
    if register:
        return _named(REGISTERS[register], str(value), desk)
    if name == "accept" and isinstance(value, frozenset):
        return " · ".join(say_code(code) for code in sorted(value))
    return deeds.printed_as(name, value)


def _sheet(command: PostCount) -> Value:
    """A count sheet by its number; its differences for whoever reads on."""
    sheet = sheet_of(command.warehouse, command.sheet)
    return Jump(sheet.number, reverse("desk:count-review", args=[sheet.pk])) if sheet else ""


def _named(register: Register, code: str, desk: Desk) -> Value:
    """A row by its code: its name, and its page for whoever may read that."""
    key = register.key_of({register.keys[-1]: code})
    standing = standing_of(register, key)
    if standing is None:
        return code
    text = _name(register, standing, desk)
    return Jump(text, row_url(register, key)) if may_read(desk.actor, register) else text


def _name(register: Register, standing: Standing, desk: Desk) -> str:
    code, name = code_of(register, standing.values), name_of(standing.values, desk.language)
    return f"{name} ({code})" if name and name != code else code


def _of_setting(command: PutSetting) -> list[Fact]:
    declared = SETTINGS.get(command.key)
    if declared is None:
        return [Fact(deeds.field_word("key"), command.key)]
    said = {value: _(word) for value, word in declared.choices.items()}
    return [
        Fact(deeds.field_word("key"), _(declared.word)),
        Fact(_("Stands now"), said.get(value_of(command.key), "")),
        Fact(_("Wanted"), said.get(command.value, str(command.value))),
        Fact(deeds.field_word("reason"), command.reason),
    ]


# -- rows of a register -----------------------------------------------------------------------------------------------


def rows_table(command: object, desk: Desk) -> Table | None:
    """The rows that a command puts, field by field: as it stands now and as it is wanted. Only what differs."""
    if not isinstance(command, Put):
        return None
    register = REGISTERS[REGISTER_OF[type(command)]]
    columns = (Column(_("What")), Column(_("Field")), Column(_("Stands now")), Column(_("Wanted")))
    office = Office(register, desk, register.all_fields())
    there = register.standing({register.key_of(row.values) for row in command.rows})
    drawn = [one for row in command.rows for one in _of_row(office, row, there.get(register.key_of(row.values)))]
    return Table(_(register.many), columns, drawn[:MOST], _("All of it stands as it is wanted."), len(drawn))


def _of_row(office: Office, row: Row, standing: Standing | None) -> Iterator[Drawn]:
    old: Values = standing.values if standing else {}
    wanted = {**old, **row.values}
    changed = [one for one in office.fields if not is_same(old.get(one.name), wanted.get(one.name))]
    references = References([old, wanted], changed, office)
    for n, field in enumerate(changed):
        texts = [cell_of(field, values, references) for values in (old, wanted)]
        said = [f"{cell.name} ({cell.text})" if cell.name else cell.text for cell in texts]
        yield Drawn((_what(office, row, standing) if not n else "", word_of(field), *said))


def _what(office: Office, row: Row, standing: Standing | None) -> Value:
    register = office.register
    if standing is None:
        return _("{code} (new)").format(code=code_of(register, row.values))
    text = _name(register, standing, office.desk)
    return Jump(text, office.row_url(register.key_of(row.values))) if may_read(office.desk.actor, register) else text
