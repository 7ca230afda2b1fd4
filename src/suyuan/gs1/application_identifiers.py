"""The application identifiers: what each may hold and which others it needs or forbids.

General Specifications 3 and 4.13. A row of `_TABLE` reads ``AI or range | components | needs one of | forbids``. A
component is N, X (CSET 82), Y (CSET 39) or Z (base64url) with a length (``14``, or ``..20`` for 1 to 20), the checks on
it after colons, and ``?`` if it may be absent.
``01+21`` needs both; ``31*`` is any AI that begins so. An AI never forbids itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from suyuan.gs1.keys import is_checked
from suyuan.gs1.problems import Problem
from suyuan.gs1.value_checks import CHECKS, Check, check_key

_CLASSES = {"N": "[0-9]", "X": '[!"%-?A-Z_a-z]', "Y": "[#/0-9A-Z-]", "Z": "[A-Za-z0-9_=-]"}
# Without FNC1 behind them, by their first two digits (General Specifications 7.8.5, predefined-length table).
_FIXED_STARTS = frozenset({"00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
                           "31", "32", "33", "34", "35", "36", "41"})  # fmt: skip
# May not stand in the query of a Digital Link; all others may.
_NOT_ATTRIBUTES = frozenset({"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8040",
                             "8041", "8042", "8043", "8200"})  # fmt: skip

_TRADE = "01,02,03,8006,8026"
_TABLE = f"""
00        | N18:key            |                              |
01        | N14:key            |                              | 255,37
02        | N14:key            | 37                           | 01,03
03        | N14:key            |                              | 01,02,37,235
10        | X..20              | {_TRADE}                     |
11        | N6:date0           | {_TRADE}                     |
12        | N6:date0           | 8020                         |
13        | N6:date0           | {_TRADE}                     |
15        | N6:date0           | {_TRADE}                     |
16        | N6:date0           | {_TRADE}                     |
17        | N6:date0           | {_TRADE},255                 |
20        | N2                 | {_TRADE}                     |
21        | X..20              | 01,03,8006                   | 235
22        | X..20              | 01                           |
235       | X..28              | 01                           |
240-241   | X..30              | {_TRADE}                     |
242       | N..6               | 01,02,8006,8026              |
243       | X..20              | 01,03                        |
250       | X..30              | 01+21,03+21,8006+21          |
251       | X..30              | 01,03,8006                   |
253       | N13:key X..17?     |                              |
254       | X..20              | 414                          |
255       | N13:key N..12?     |                              | 01,02,415,8006,8020,8026
30        | N..8               | 01,02                        |
3100-3105 | N6                 | 01,02                        | 310*
3110-3115 | N6                 | 01,02                        | 311*
3120-3125 | N6                 | 01,02                        | 312*
3130-3135 | N6                 | 01,02                        | 313*
3140-3145 | N6                 | 01,02                        | 314*
3150-3155 | N6                 | 01,02                        | 315*
3160-3165 | N6                 | 01,02                        | 316*
3200-3205 | N6                 | 01,02                        | 320*
3210-3215 | N6                 | 01,02                        | 321*
3220-3225 | N6                 | 01,02                        | 322*
3230-3235 | N6                 | 01,02                        | 323*
3240-3245 | N6                 | 01,02                        | 324*
3250-3255 | N6                 | 01,02                        | 325*
3260-3265 | N6                 | 01,02                        | 326*
3270-3275 | N6                 | 01,02                        | 327*
3280-3285 | N6                 | 01,02                        | 328*
3290-3295 | N6                 | 01,02                        | 329*
3300-3305 | N6                 | 00,01                        | 330*
3310-3315 | N6                 | 00,01                        | 331*
3320-3325 | N6                 | 00,01                        | 332*
3330-3335 | N6                 | 00,01                        | 333*
3340-3345 | N6                 | 00,01                        | 334*
3350-3355 | N6                 | 00,01                        | 335*
3360-3365 | N6                 | 00,01                        | 336*
3370-3375 | N6                 | 01                           | 337*
3400-3405 | N6                 | 00,01                        | 340*
3410-3415 | N6                 | 00,01                        | 341*
3420-3425 | N6                 | 00,01                        | 342*
3430-3435 | N6                 | 00,01                        | 343*
3440-3445 | N6                 | 00,01                        | 344*
3450-3455 | N6                 | 00,01                        | 345*
3460-3465 | N6                 | 00,01                        | 346*
3470-3475 | N6                 | 00,01                        | 347*
3480-3485 | N6                 | 00,01                        | 348*
3490-3495 | N6                 | 00,01                        | 349*
3500-3505 | N6                 | 01,02                        | 350*
3510-3515 | N6                 | 01,02                        | 351*
3520-3525 | N6                 | 01,02                        | 352*
3530-3535 | N6                 | 00,01                        | 353*
3540-3545 | N6                 | 00,01                        | 354*
3550-3555 | N6                 | 00,01                        | 355*
3560-3565 | N6                 | 01,02                        | 356*
3570-3575 | N6                 | 01,02                        | 357*
3600-3605 | N6                 | 01,02                        | 360*
3610-3615 | N6                 | 01,02                        | 361*
3620-3625 | N6                 | 00,01                        | 362*
3630-3635 | N6                 | 00,01                        | 363*
3640-3645 | N6                 | 01,02                        | 364*
3650-3655 | N6                 | 01,02                        | 365*
3660-3665 | N6                 | 01,02                        | 366*
3670-3675 | N6                 | 00,01                        | 367*
3680-3685 | N6                 | 00,01                        | 368*
3690-3695 | N6                 | 00,01                        | 369*
37        | N..8               | 00+02,00+8026                |
3900-3909 | N..15              | 255,8020                     | 390*,391*,394*,8111
3910-3919 | N3:currency N..15  | 8020                         | 391*
3920-3929 | N..15              | 01+30,01+31*,01+32*,01+35*,01+36* | 392*,393*
3930-3939 | N3:currency N..15  | 30,31*,32*,35*,36*           | 393*
3940-3943 | N4                 | 255                          | 394*,8111
3950-3955 | N6                 | 30,31*,32*,35*,36*           | 392*,393*,395*,8005
400       | X..30              |                              |
401       | X..30:prefix       |                              |
402       | N17:key            |                              |
403       | X..30              | 00                           |
410-414   | N13:key            |                              |
415       | N13:key            | 8020                         |
416-417   | N13:key            |                              |
420       | X..20              |                              | 421
421       | N3:country X..9    |                              | 4307
422       | N3:country         | {_TRADE}                     | 426
423       | N3:country N3:country? N3:country? N3:country? N3:country? | 01,02,03 | 426
424       | N3:country         | 01,02,03                     | 426
425       | N3:country N3:country? N3:country? N3:country? N3:country? | 01,02,03 | 426
426       | N3:country         | 01,02,03                     |
427       | X..3               | 01+422,02+422,03+422         |
4300-4301 | X..35:percent      | 00                           |
4302      | X..70:percent      | 00                           |
4303      | X..70:percent      | 4302                         |
4304-4306 | X..70:percent      | 00                           |
4307      | X2:country2        | 00                           |
4308      | X..30              | 00                           |
4309      | N10:latitude N10:longitude | 00                   |
4310-4311 | X..35:percent      | 00                           |
4312      | X..70:percent      | 00                           |
4313      | X..70:percent      | 4312                         |
4314-4316 | X..70:percent      | 00                           |
4317      | X2:country2        | 00                           |
4318      | X..20              | 00                           |
4319      | X..30              | 00                           |
4320      | X..35:percent      | 00                           |
4321-4323 | N1:yesno           | 00                           |
4324-4325 | N6:date0 N4:time   | 00                           |
4326      | N6:date            | 00                           |
4330      | N6 X1:minus?       | 00                           | 4331
4331      | N6 X1:minus?       | 00                           | 4330
4332      | N6 X1:minus?       | 00                           | 4333
4333      | N6 X1:minus?       | 00                           | 4332
7001      | N13                | 01,02,8006,8026              |
7002      | X..30              | 01,02                        |
7003      | N6:date N4:time    | 01,02,03                     |
7004      | N..4               | 01+10,03+10                  |
7005      | X..12              | 01,02                        |
7006      | N6:date            | 01,02                        |
7007      | N6:date N6:date?   | 01,02                        |
7008      | X..3               | 01,02                        |
7009      | X..10              | 01,02                        |
7010      | X..2               | 01,02,03                     |
7011      | N6:date N4:time?   | 01,02,03                     |
7020      | X..20              | 01+416,03+416,8006+416       |
7021      | X..20              | 01,03,8006                   |
7022      | X..20              | 01+7021,03+7021,8006+7021    |
7023      | X..30:prefix       |                              |
7030-7039 | N3:country999 X..27 | 01,02                       |
7040      | N1 X1 X1 X1:importer |                            |
7041      | X..4:package       | 00                           |
710-717   | X..20              | 01                           |
7230-7239 | X2 X..28           | 01,8004                      |
7240      | X..20              | 01,8006                      | 03
7241      | N2:media           | 8017,8018                    |
7242      | X..25              | 8017,8018                    |
7250      | N8:longdate        | 8018                         | 7251
7251      | N8:longdate N4:time | 8018                        | 7250
7252      | N1:sex             | 8018                         |
7253-7254 | X..40:percent      | 8017,8018                    | 7256,7259
7255      | X..10              | 8017,8018                    | 7256,7259
7256      | X..90:percent      | 8017,8018                    |
7257      | X..70:percent      | 8018                         |
7258      | X3:sequence        | 8018+7259                    |
7259      | X..40:percent      | 8018                         | 7256
8001      | N4:nonzero N5:nonzero N3:nonzero N1:winding N1 | 01 |
8002      | X..20              |                              |
8003      | N1:zero N13:key X..16? |                          |
8004      | X..30:prefix       |                              |
8005      | N6                 | 01,02                        |
8006      | N14:key N4:piece   |                              | 01,03,37
8007      | X..34:iban         | 415                          |
8008      | N6:date N2:hour N2:minute? N2:second? | 01,02,03  |
8009      | X..50              | 00,01,03                     |
8010      | Y..30:prefix       |                              |
8011      | N..12:nozeroprefix | 8010                         |
8012      | X..20              | 01,03,8006                   |
8013      | X..25:pair:prefix  |                              |
8014      | X..25:pair:prefix:letter | 01                     |
8017      | N18:key            |                              | 8018
8018      | N18:key            |                              | 8017
8019      | N..10              | 8017,8018                    |
8020      | X..25              | 415                          |
8026      | N14:key N4:piece   | 37                           | 02,03,8006
8030      | Z..90:base64       | 00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018 |
8040      | N15                | 01+21                        |
8041      | N15                | 01+21+8040                   |
8042      | N32                | 01+21+8040                   |
8043      | N18 N..2?          | 01+21+8040                   |
8110      | X..70              |                              |
8111      | N4                 | 255                          |
8112      | X..70              |                              |
8200      | X..70              | 01                           |
90        | X..30              |                              |
91-99     | X..90              |                              |
"""

_COMPONENT = re.compile(r"([NXYZ])(\.\.)?([0-9]+)((?::[a-z0-9]+)*)(\?)?")


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One row: `checks` are (start, stop, check) over the value, `longest` is the greatest length of the value."""

    ai: str
    pattern: re.Pattern[str]
    checks: tuple[tuple[int, int, Check], ...]
    shortest: int
    longest: int
    numeric: bool
    fixed: bool
    attribute: bool
    key: slice | None
    needs: tuple[tuple[str, ...], ...]
    forbids: tuple[str, ...]


@lru_cache
def _components(text: str) -> tuple[str, tuple[tuple[int, int, Check], ...], int, int]:
    """The pattern, the checks with their spans, and the shortest and longest value."""
    pattern, closing, shortest, longest = "", "", 0, 0
    checks: list[tuple[int, int, Check]] = []
    for word in text.split():
        match = _COMPONENT.fullmatch(word)
        assert match is not None, word
        kind, variable, size, names, optional = match.groups()
        one = _CLASSES[kind] + (f"{{1,{size}}}" if variable else f"{{{size}}}")
        # Optional components nest: the second only after the first.
        pattern += f"(?:{one}" if optional else one
        closing += ")?" if optional else ""
        checks += [(longest, longest + int(size), CHECKS[name]) for name in names.split(":")[1:]]
        shortest += 0 if optional else (1 if variable else int(size))
        longest += int(size)
    return pattern + closing, tuple(checks), shortest, longest


def _key_span(checks: tuple[tuple[int, int, Check], ...]) -> slice | None:
    """Where the key stands whose check digit is all there is to check, the pattern being met; None otherwise."""
    if len(checks) != 1 or checks[0][2] is not check_key:
        return None
    return slice(checks[0][0], checks[0][1])


def _names(text: str) -> Iterator[str]:
    first, _, last = text.strip().partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield str(number).zfill(len(first))


def _rows() -> Iterator[ApplicationIdentifier]:
    for line in _TABLE.strip().splitlines():
        names, components, needs, forbids = line.split("|")
        pattern, checks, shortest, longest = _components(components.strip())
        for ai in _names(names):
            yield ApplicationIdentifier(
                ai=ai,
                pattern=re.compile(pattern),
                checks=checks,
                shortest=shortest,
                longest=longest,
                numeric="X" not in components and "Y" not in components and "Z" not in components,
                fixed=ai[:2] in _FIXED_STARTS,
                attribute=ai not in _NOT_ATTRIBUTES,
                key=_key_span(checks),
                needs=tuple(tuple(group.strip().split("+")) for group in needs.split(",") if group.strip()),
                forbids=tuple(other.strip() for other in forbids.split(",") if other.strip()),
            )


TABLE = {row.ai: row for row in _rows()}
# Every AI's first two digits fix its length, so an element string can be cut without guessing.
_LENGTHS = {ai[:2]: len(ai) for ai in TABLE}


def ai_length(start: str) -> int:
    """The length of the AI that begins `start`, by its first two digits; 0 where no AI begins so."""
    return _LENGTHS.get(start[:2], 0)


def is_value(ai: str, value: str) -> bool:
    """Whether `value` may stand behind `ai`: the quick question; `value_problems` says why not."""
    row = TABLE[ai]
    if row.pattern.fullmatch(value) is None:
        return False
    if row.key is not None:
        return is_checked(value[row.key])
    for start, stop, check in row.checks:
        part = value[start:stop]
        if part and check(part) is not None:
            return False
    return True


def value_problems(ai: str, value: str) -> list[Problem]:
    """What is wrong with `value` behind `ai`; field is ``(ai)``. Unknown AI: gs1.ai_unknown."""
    row = TABLE.get(ai)
    if row is None:
        return [Problem("gs1.ai_unknown", f"({ai})", {"ai": ai})]
    if row.pattern.fullmatch(value) is None:
        return [_format_problem(row, value)]
    parts = ((value[start:stop], check) for start, stop, check in row.checks)
    found = (check(part) for part, check in parts if part)
    return [Problem(p.code, f"({ai})", {**p.params, "ai": ai}) for p in found if p is not None]


def _format_problem(row: ApplicationIdentifier, value: str) -> Problem:
    params = {"ai": row.ai, "value": value, "shortest": str(row.shortest), "longest": str(row.longest)}
    if not value:
        return Problem("gs1.empty", f"({row.ai})", params)
    if len(value) < row.shortest:
        return Problem("gs1.too_short", f"({row.ai})", params)
    if len(value) > row.longest:
        return Problem("gs1.too_long", f"({row.ai})", params)
    return Problem("gs1.format", f"({row.ai})", params)
