"""Sampling by attributes: ISO 2859-1:1999, identical with GB/T 2828.1-2012. Single sampling, Tables 1 and 2-A to 2-C.

Pure. The tables stand here as they are printed: a number is an acceptance number, ``v`` an arrow down, ``^`` an arrow
up, ``.`` nothing. The rejection number is always the acceptance number plus one.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LETTERS = "ABCDEFGHJKLMNPQRS"
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
# Percent nonconforming up to 10, nonconformities per 100 items beyond (5.2).
AQLS = (
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5", "4.0",
    "6.5", "10", "15", "25", "40", "65", "100", "150", "250", "400", "650", "1000",
)  # fmt: skip
LAST_PERCENT = Decimal(10)

# Table 1: lots of up to so many, then the code letter of each level.
_TABLE_1 = """
8       A A A A A A B
15      A A A A A B C
25      A A B B B C D
50      A B B C C D E
90      B B C C C E F
150     B B C D D F G
280     B C D E E G H
500     B C D E F H J
1200    C C E F G J K
3200    C D E G H K L
10000   C D F G J L M
35000   C D F H K M N
150000  D E G J L N P
500000  D E G J M P Q
more    D E H K N Q R
"""
_NORMAL = """
A v v v v v v v v v v v v v v 0 v v 1 2 3 5 7 10 14 21 30
B v v v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44
C v v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^
D v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^ ^
E v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^ ^ ^
F v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^
G v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^
H v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^
J v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^
K v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
L v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
M v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
N v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
P v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
Q 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
R ^ ^ 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
"""
_TIGHTENED = """
A v v v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27
B v v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41
C v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^
D v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^ ^
E v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^ ^ ^
F v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^
G v v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^
H v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^
J v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^
K v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
L v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
M v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
N v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
P v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
Q v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
R 0 ^ v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
S . . 1 . . . . . . . . . . . . . . . . . . . . . . .
"""
_REDUCED = """
A v v v v v v v v v v v v v v 0 v v 1 2 3 5 7 10 14 21 30
B v v v v v v v v v v v v v 0 ^ v v 1 2 3 5 7 10 14 21 30
C v v v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^
D v v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^ ^
E v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^ ^ ^
F v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^
G v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^
H v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^
J v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^
K v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
L v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
M v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
N v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
P v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
Q 0 ^ ^ v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
R ^ ^ ^ 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
"""
_SIZES = dict(zip(LETTERS, (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150), strict=True))
_REDUCED_SIZES = dict(zip(LETTERS[:-1], (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800), strict=True))


class Severity(StrEnum):
    """How strictly a series of lots is inspected (9)."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many pieces of a lot are drawn, and how many of them may be nonconforming. `whole`: it is all of them."""

    letter: str
    size: int
    accept: int
    whole: bool = False

    @property
    def reject(self) -> int:
        return self.accept + 1


def _rows(table: str) -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in table.strip().splitlines())
    return {first: tuple(rest) for first, *rest in rows}


_LETTER_ROWS = [(first, row) for first, row in _rows(_TABLE_1).items()]
_MASTER = {
    Severity.NORMAL: (_rows(_NORMAL), _SIZES),
    Severity.TIGHTENED: (_rows(_TIGHTENED), _SIZES),
    Severity.REDUCED: (_rows(_REDUCED), _REDUCED_SIZES),
}


def letter_of(lot_size: int, level: str) -> str:
    """The sample size code letter of a lot (Table 1). A lot of one piece is taken as the smallest the table knows."""
    column = LEVELS.index(level)
    return next(row[column] for most, row in _LETTER_ROWS if most == "more" or lot_size <= int(most))


def plan_of(letter: str, aql: str, severity: Severity = Severity.NORMAL) -> Sampling:
    """The plan that a letter and an AQL lead to, arrows followed (Tables 2-A, 2-B, 2-C)."""
    rows, sizes = _MASTER[severity]
    column, at = AQLS.index(aql), LETTERS.index(letter)
    while (cell := rows[LETTERS[at]][column]) in ("v", "^"):
        at += 1 if cell == "v" else -1
    return Sampling(LETTERS[at], sizes[LETTERS[at]], int(cell))


def sampling_of(lot_size: int, level: str, aql: str, severity: Severity = Severity.NORMAL) -> Sampling:
    """The sample of a lot. Where it would be the lot or more, every piece is inspected."""
    found = plan_of(letter_of(lot_size, level), aql, severity)
    if found.size < lot_size:
        return found
    return Sampling(found.letter, max(lot_size, 1), found.accept, whole=True)


def one_step_tighter(aql: str) -> str | None:
    """The next smaller AQL, None below the smallest."""
    at = AQLS.index(aql)
    return AQLS[at - 1] if at else None


def counts_pieces(aql: str) -> bool:
    """Are nonconforming pieces counted, or every nonconformity of each (5.2)?"""
    return Decimal(aql) <= LAST_PERCENT
