"""The Chinese catalogue: `update` it from the code and templates, `check` that it is complete, `compile` it. Babel, no
gettext tools.

English needs no catalogue: the sentences in the code are it.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "suyuan"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("N_", "_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER = b"""# Chinese sentences of Suyuan. `make messages` adds what the code marks; translations are written here.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLACEHOLDER = re.compile(r"\{[a-z_0-9.!:]*\}|%\([a-z_0-9]+\)[a-z]|%[sd]")


def python_of(path: Path) -> bytes:
    """Source that Python's tokenizer reads: a template becomes its translated strings as calls, one a line."""
    if path.suffix == ".py":
        return path.read_bytes()
    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in calls.splitlines()).encode()


def found() -> Iterator[tuple[str, Message]]:
    """Every marked string with the file it stands in; line numbers are left out, since they change the catalogue for
    nothing."""
    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    ):
        for _, text, _, context in extract("python", BytesIO(python_of(path)), KEYWORDS, options={"encoding": "utf-8"}):
            yield path.relative_to(SOURCE).as_posix(), Message(text, context=context)


def template() -> Catalog:
    made = Catalog(project="Suyuan", locale="zh_Hans", charset="utf-8")
    for where, message in found():
        made.add(message.id, context=message.context, locations=[(where, 0)])
    return made


def stored() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(project="Suyuan", locale="zh_Hans", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def merged() -> Catalog:
    """What is stored, with what the code marks now; what it no longer marks is gone."""
    old, new = stored(), template()
    for message in new:
        kept = old.get(message.id, message.context) if message.id else None
        if kept:
            message.string = kept.string
    return new


def text_of(catalogue: Catalog) -> bytes:
    """The file as it is kept: sorted, without dates and line numbers, so that a diff shows sentences alone."""
    out = BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)
    return HEADER + out.getvalue()


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """The one form of a sentence, or its singular and plural."""
    return [text or ""] if isinstance(text, str) or text is None else list(text)


def wrong(catalogue: Catalog) -> Iterator[str]:
    """What a reader of Chinese would notice: a sentence left in English, or one that lost a value."""
    for message in catalogue:
        english, chinese = forms(message.id), forms(message.string)
        if not english[0]:
            continue
        if message.fuzzy or not all(chinese):
            yield f"untranslated: {english[0]}"
        elif any(set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(english[-1])) for form in chinese):
            yield f"other placeholders than the English: {english[0]}"


def compile_catalogue() -> list[str]:
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, stored())
    return []


def update() -> list[str]:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    beside = CATALOGUE.with_suffix(".new")  # whoever reads it meanwhile reads all of it, or updates over nothing
    beside.write_bytes(text_of(merged()))
    beside.replace(CATALOGUE)
    compile_catalogue()
    return list(wrong(stored()))


def check() -> list[str]:
    behind = (
        [] if CATALOGUE.read_bytes() == text_of(merged()) else ["django.po is behind the code: run `make messages`"]
    )
    return behind + list(wrong(stored()))


def main(verb: str) -> int:
    settings.configure()
    complaints = {"compile": compile_catalogue, "update": update, "check": check}[verb]()
    for complaint in complaints:
        print(f"messages: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
