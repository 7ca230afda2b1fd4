"""Segments of UN/EDIFACT by the syntax of ISO 9735-1, with a UNA or without: read, and written.

Read here and not by a library: those there are stop at the first broken segment and do not say which it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suyuan.gs1.problems import Problem

USUAL = (":", "+", ".", "?", "'")  # component, element, decimal mark, release, end of a segment
SERVICE = "UNA:+.? '"  # the same, as an interchange says it

Element = tuple[str, ...]  # its components


@dataclass(frozen=True, slots=True)
class Segment:
    """`number`: as they stand in the file, from 1, a UNA not counted."""

    number: int
    tag: str
    elements: tuple[Element, ...]

    def get(self, element: int, component: int = 0) -> str:
        """A component, "" where it is not there."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component].strip()


def at(segment: Segment, problem: Problem) -> Problem:
    """The same, at a segment."""
    return Problem(problem.code, f"segments[{segment.number}].{segment.tag}", problem.params)


def fault(segment: Segment, code: str, /, **params: str) -> Problem:
    shown = {"segment": str(segment.number), "tag": segment.tag, **{name: text[:80] for name, text in params.items()}}
    return Problem(f"orders.{code}", f"segments[{segment.number}].{segment.tag}", shown)


def segments_of(text: str) -> tuple[list[Segment], list[Problem], str]:
    """The segments, what is wrong with single ones, and the decimal mark. A released sign stands for itself."""
    text = text.lstrip("\ufeff\r\n\t ")
    signs = USUAL
    if text.startswith("UNA") and len(text) >= 9:
        signs = (text[3], text[4], text[5], text[6], text[8])
        text = text[9:]
    found, problems = list[Segment](), list[Problem]()
    for number, (raw, ended) in enumerate(_raw(text, signs[3], signs[4]), 1):
        parts = tuple(
            tuple(_released(one, signs[3]) for one in _split(part, signs[0], signs[3]))
            for part in _split(raw, signs[1], signs[3])
        )
        segment = Segment(number, parts[0][0][:3], parts[1:])
        if not ended:
            problems.append(fault(segment, "edi_not_ended"))
        elif len(parts[0][0]) == 3 and parts[0][0].isascii() and parts[0][0].isalnum():
            found.append(segment)
        else:
            problems.append(fault(segment, "edi_no_tag", text=raw))
    return found, problems, signs[2]


def _raw(text: str, release: str, end: str) -> Iterator[tuple[str, bool]]:
    """Each segment as it stands, and whether it has its end."""
    parts = _split(text, end, release)
    for part in parts[:-1]:
        if part.strip():
            yield part.lstrip("\r\n\t "), True
    if parts[-1].strip():
        yield parts[-1].strip(), False


def _split(text: str, sign: str, release: str) -> list[str]:
    """Apart at a sign that is not released; what is released stays so."""
    parts = text.split(sign)
    if release.strip() == "" or release not in text:
        return parts
    found = [parts[0]]
    for part in parts[1:]:
        tail = len(found[-1]) - len(found[-1].rstrip(release))
        if tail % 2:
            found[-1] += sign + part
        else:
            found.append(part)
    return found


def _released(text: str, release: str) -> str:
    if not release.strip() or release not in text:
        return text
    found, skip = [], False
    for letter in text:
        skip = letter == release and not skip
        if not skip:
            found.append(letter)
    return "".join(found)


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 where it is that, Latin 1 where its UNB says so (UNOC), else GB 18030 as in China."""
    for charset in ("utf-8-sig", "latin-1" if b"UNOC" in data[:60] else "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


# -- written ----------------------------------------------------------------------------------------------------------


def written(tag: str, *elements: str | Sequence[str]) -> str:
    """A segment with the usual signs, each sign in a value released; what is empty at the end of an element or of the
    segment is left out (ISO 9735-1 §8).
    """
    parts = [tag]
    for element in elements:
        components = [element] if isinstance(element, str) else element
        parts.append(":".join(_filled([released(one) for one in components])))
    return "+".join(_filled(parts)) + "'"


def _filled(parts: list[str]) -> list[str]:
    """Without what is empty at the end."""
    while parts and not parts[-1]:
        parts.pop()
    return parts


def released(value: str) -> str:
    """A value that stands for itself between the usual signs. Ends of lines and other signs that nobody sees are
    blanks."""
    plain = "".join(letter if letter.isprintable() else " " for letter in value).strip()
    return "".join(f"?{letter}" if letter in ":+?'" else letter for letter in plain)
