"""How numbers and codes are written, the same on a page, in its CSV and in print. Pure."""

from decimal import Decimal

from suyuan.gs1.quantities import decimal_text

THIN_GROUP = 4  # digits a person reads at one glance
SHORTEST_GROUPED = 9


def grouped_number(amount: Decimal | int) -> str:
    """``1234567.5`` → ``1,234,567.5``: thousands apart, no exponent, no trailing zeros."""
    text = decimal_text(Decimal(amount))
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{'.' + rest if rest else ''}"


def code_groups(code: str) -> tuple[str, ...]:
    """A long number in groups of four for the eye, the last one full: ``06901234567892`` → 06 9012 3456 7892.

    The groups are set apart by space that is not part of the text, so what is copied is the number itself.
    """
    if not (code.isascii() and code.isdigit()) or len(code) < SHORTEST_GROUPED:
        return (code,)
    first = len(code) % THIN_GROUP
    head = (code[:first],) if first else ()
    return head + tuple(code[i : i + THIN_GROUP] for i in range(first, len(code), THIN_GROUP))
