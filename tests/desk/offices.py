"""Sheets as office programs read them: LibreOffice where it is installed, and a reader of another family always."""

import csv
import io
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

SOFFICE = shutil.which("soffice")
FIRST_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,1"


def opened(books: Mapping[str, bytes], folder: Path) -> dict[str, list[list[list[str]]]]:
    """Name → the rows of its first sheet, once for each program that read it."""
    found = {name: [calamine(book)] for name, book in books.items()}
    for name, rows in libreoffice(books, folder).items():
        found[name].append(rows)
    return found


def calamine(book: bytes) -> list[list[str]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:.6f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


def libreoffice(books: Mapping[str, bytes], folder: Path) -> dict[str, list[list[str]]]:
    """Each book opened by LibreOffice and written as text; nothing where it is not installed."""
    if SOFFICE is None:
        return {}
    for name, book in books.items():
        (folder / f"{name}.xlsx").write_bytes(book)
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", FIRST_SHEET,
         "--outdir", str(folder / "told"), *(str(folder / f"{name}.xlsx") for name in books)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    told = {}
    for name in books:
        (file,) = (
            (folder / "told").glob(f"{name}-*.csv")
            if not (folder / "told" / f"{name}.csv").exists()
            else [folder / "told" / f"{name}.csv"]
        )
        told[name] = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    return told
