"""UN/EDIFACT ORDERS (D.96A, D.01B and those between) as sales orders: each fault with the segment that has it.

Pure but for the names of items and partners.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from suyuan.catalog.directory import Directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount, unit
from suyuan.orders.edifact_reading import PIECES, Codes, day_of, end_problems, header_problem, messages_of
from suyuan.orders.edifact_syntax import Segment, at, fault
from suyuan.orders.kinds import Priority
from suyuan.orders.written import WriteSale

TYPES = {"220": Priority.NORMAL, "105": Priority.NORMAL, "224": Priority.URGENT}  # DE 1001: order, order, rush order
FUNCTIONS = {"": True, "9": True, "4": False, "5": False}  # DE 1225: original; change, replace → only a new one?
DATES = {"137": "ordered", "2": "delivery", "63": "delivery", "10": "expected", "11": "expected"}  # DE 2005


@dataclass(slots=True)
class OrderMessage:
    """An ORDERS message: the order it wants, what is wrong with it, and which segment said what.

    `segments`: field of the order or of a line, as problems name it → the segment.
    """

    reference: str
    first: Segment
    number: str = ""
    document: str = ""
    customer: str = ""
    warehouse: str = ""
    only_new: bool = True
    head: dict[str, Value] = field(default_factory=dict)
    lines: list[dict[str, Value]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    segments: dict[str, Segment] = field(default_factory=dict)

    @property
    def command(self) -> WriteSale:
        """Only where nothing is wrong with it."""
        return WriteSale(
            warehouse=self.warehouse,
            number=self.number,
            head=Row(self.head),
            lines=tuple(Row(line) for line in self.lines),
            only_new=self.only_new,
        )

    def blame(self, problem: Problem) -> Problem:
        """A problem of the command, with the segment that caused it."""
        name = problem.field
        while name and name not in self.segments:
            name = name.rpartition(".")[0] or name.rpartition("[")[0]
        return at(self.segments.get(name, self.first), problem)


# -- the message ------------------------------------------------------------------------------------------------------


def read_orders(text: str, known: Directory, warehouse: str) -> tuple[list[OrderMessage], list[Problem]]:
    """The messages of an interchange, and what is wrong with it outside of them. `warehouse`: who delivers where the
    message does not say; partners are known by GLN or by our own code.
    """
    parted = messages_of(text)
    codes = Codes.of(known)
    found = [_Reader(part, codes, warehouse, parted.mark).message for part in parted.messages]
    for message, inside in zip(found, parted.inside, strict=True):
        message.problems += inside
    return found, list(parted.problems)


class _Reader:
    """Reads one message, segment after segment."""

    def __init__(self, segments: Sequence[Segment], codes: Codes, warehouse: str, mark: str) -> None:
        self.codes, self.mark = codes, mark
        self.pack = (1, 1)
        self.message = OrderMessage(segments[0].get(0), segments[0], warehouse=warehouse)
        self.line: dict[str, Value] | None = None
        self.summary = False
        read = {
            "BGM": self._bgm, "DTM": self._dtm, "NAD": self._nad, "LIN": self._lin, "PIA": self._pia, "QTY": self._qty,
            "FTX": self._ftx, "CUX": self._cux, "PRI": self._pri, "UNS": self._uns, "CNT": self._cnt,
        }  # fmt: skip
        problem = header_problem(segments[0], "ORDERS")
        self.message.problems += [problem] if problem else []
        if problem is None:
            for segment in segments[1:]:
                if segment.tag in read:
                    read[segment.tag](segment)
            self._whole(segments)

    def _wrong(self, segment: Segment, code: str, /, **params: str) -> None:
        self.message.problems.append(fault(segment, code, **params))

    def _put(self, name: str, value: Value, segment: Segment) -> None:
        """A field of the line that is open, else of the head."""
        if self.line is not None:
            self.line[name] = value
            self.message.segments[f"lines[{len(self.message.lines) - 1}].{name}"] = segment
        else:
            self.message.head[name] = value
            self.message.segments[name] = segment

    def _bgm(self, segment: Segment) -> None:
        """C002: which kind of order; C106: its number; 1225: what is to be done with it. In D.96A the number stands
        alone, later in a composite."""
        message = self.message
        message.document = segment.get(1)
        message.segments["number"] = segment
        if not message.document:
            self._wrong(segment, "edi_number_missing")
        if segment.get(0) not in TYPES:
            self._wrong(segment, "edi_type", type=segment.get(0) or "–")
        else:
            self._put("priority", TYPES[segment.get(0)].value, segment)
        if segment.get(2) not in FUNCTIONS:
            self._wrong(segment, "edi_function", function=segment.get(2))
        message.only_new = FUNCTIONS.get(segment.get(2), True)
        self._put("reference", message.document, segment)

    def _dtm(self, segment: Segment) -> None:
        name = DATES.get(segment.get(0))
        if name is None or (self.line is not None and name != "expected"):
            return
        day = day_of(segment.get(0, 1), segment.get(0, 2))
        if day is None:
            self._wrong(segment, "edi_date", text=segment.get(0, 1))
        elif segment.get(0) != "63" or "delivery" not in self.message.head:
            self._put(name, day, segment)

    def _nad(self, segment: Segment) -> None:
        role, code = segment.get(0), segment.get(1)
        if role in ("SU", "SF"):
            own = self.codes.known.glns.get(code)
            if own is not None:
                self.message.warehouse = own
            elif role == "SF" and code:
                self._wrong(segment, "edi_warehouse", code=code)
        elif role in ("BY", "CA"):
            found = self.codes.partner(code)
            if found is None:
                self._wrong(segment, "edi_partner", code=code or "–")
            else:
                self._put("partner" if role == "BY" else "carrier", found.code, segment)
                self.message.customer = found.code if role == "BY" else self.message.customer

    def _lin(self, segment: Segment) -> None:
        number = segment.get(0)
        self.message.lines.append({})
        self.line, self.pack = self.message.lines[-1], (1, 1)
        self.message.segments[f"lines[{len(self.message.lines) - 1}]"] = segment
        if number.isascii() and number.isdigit() and 0 < len(number) < 7:
            self._put("line", int(number), segment)
        else:
            self._wrong(segment, "edi_line_number", text=number or "–")
        code = segment.get(2)
        if code:
            self._item(segment, code, segment.get(2, 1))

    def _pia(self, segment: Segment) -> None:
        """Our own number of the item, or a lot (C212 with SA and NB)."""
        if self.line is None:
            self._wrong(segment, "edi_before_lin")
            return
        for n in range(1, len(segment.elements)):
            code, kind = segment.get(n), segment.get(n, 1)
            if kind == "NB" and code:
                self._put("lot", code, segment)
            elif kind in ("SA", "EN", "SRV", "UP") and code and "item" not in self.line:
                self._item(segment, code, kind)

    def _item(self, segment: Segment, code: str, kind: str) -> None:
        found = self.codes.item(code, kind)
        if found is None:
            self._wrong(segment, "edi_item", code=code)
            found = (code, 1, 1)
        if self.line is not None:
            self._put("item", found[0], segment)
            self.pack = found[1], found[2]

    def _qty(self, segment: Segment) -> None:
        if segment.get(0) != "21":
            return
        if self.line is None:
            self._wrong(segment, "edi_before_lin")
            return
        try:
            amount = parse_amount(segment.get(0, 1).replace(self.mark, "."))
        except Refused:
            self._wrong(segment, "edi_quantity", text=segment.get(0, 1) or "–")
            return
        code = segment.get(0, 2).upper()
        if code in PIECES:
            code = ""
        elif code:
            try:
                unit(code)
            except Refused:
                self._wrong(segment, "edi_unit", unit=code)
        amount = amount if code else amount * self.pack[0] / self.pack[1]  # so many packs of that GTIN
        self._put("quantity", amount, segment)
        if code:
            self._put("unit", code, segment)

    def _ftx(self, segment: Segment) -> None:
        """Free text stands in the note of the order; that of a line with its number."""
        text = " ".join(part.strip() for part in (segment.elements[3] if len(segment.elements) > 3 else ()) if part)
        if not text:
            return
        line = self.line.get("line") if self.line is not None else None
        before = str(self.message.head.get("note") or "")
        told = f"{line}: {text}" if line else text
        self.message.head["note"] = f"{before}\n{told}".strip()[:1000]
        self.message.segments.setdefault("note", segment)

    def _cux(self, segment: Segment) -> None:
        self._put("currency", segment.get(0, 1), segment)

    def _pri(self, segment: Segment) -> None:
        if self.line is None or segment.get(0) not in ("AAA", "AAB"):
            return
        try:
            self._put("price", parse_amount(segment.get(0, 1).replace(self.mark, ".")), segment)
        except Refused:
            self._wrong(segment, "edi_quantity", text=segment.get(0, 1) or "–")

    def _uns(self, segment: Segment) -> None:
        self._line_whole()
        self.line, self.summary = None, True

    def _cnt(self, segment: Segment) -> None:
        """Control totals: 2 is the number of lines (DE 6069)."""
        if segment.get(0) == "2" and segment.get(0, 1) != str(len(self.message.lines)):
            self._wrong(segment, "edi_count", said=segment.get(0, 1), found=str(len(self.message.lines)))

    def _line_whole(self) -> None:
        """What each line must have said by the end."""
        for n, line in enumerate(self.message.lines):
            segment = self.message.segments[f"lines[{n}]"]
            told = {problem.field for problem in self.message.problems}
            if "item" not in line:
                self._wrong(segment, "edi_item_missing")
            if "quantity" not in line and not any(".QTY" in name for name in told):
                self._wrong(segment, "edi_quantity_missing")

    def _whole(self, segments: Sequence[Segment]) -> None:
        message = self.message
        if not self.summary:
            self._line_whole()
            self._wrong(segments[-1], "edi_uns_missing")
        if "number" not in message.segments:
            self._wrong(segments[0], "edi_missing", missing="BGM")
        if not message.customer and not any(".NAD" in problem.field for problem in message.problems):
            self._wrong(segments[0], "edi_missing", missing="NAD+BY")
        if not message.lines:
            self._wrong(segments[0], "edi_missing", missing="LIN")
        if not message.warehouse:
            self._wrong(segments[0], "edi_missing", missing="NAD+SF")
        message.problems += end_problems(segments)
        # Two customers may well number their orders alike.
        message.number = f"{message.customer}-{message.document}"
