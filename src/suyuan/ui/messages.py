"""The sentences for files that cannot be read and labels that have no room."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "ui.file_binary": N_("This is a binary workbook (.xlsb). Save it as an Excel workbook (.xlsx) and send that."),
    "ui.file_bomb": N_(
        "Unpacked, this file would be far larger than any sheet. Nothing of it was read. Copy the rows into a new "
        "workbook and send that."
    ),
    "ui.file_broken": N_("This workbook is damaged. Open it in Excel, save it anew and send that."),
    "ui.file_cells": N_(
        "The sheet has more than {most} cells, counting empty ones. Delete empty rows and columns, or divide it."
    ),
    "ui.file_columns": N_("The sheet has more than {most} columns. Delete those that are not needed."),
    "ui.file_empty": N_("There is nothing in this file. Fill in the template and send that."),
    "ui.file_encoding": N_(
        "The characters of this file can't be read. Save it as an Excel workbook (.xlsx), or as CSV in UTF-8."
    ),
    "ui.file_errors": N_("Cell {cell} holds an error (such as #N/A) instead of a value. Mend it in Excel."),
    "ui.file_large": N_("The file is larger than {most} MB. Remove pictures, or divide it."),
    "ui.file_locked": N_("This workbook is protected by a password. Remove it in Excel and send the workbook again."),
    "ui.file_no_table": N_("This is not a spreadsheet, whatever its name says. Send an .xlsx or .csv file."),
    "ui.file_no_workbook": N_("This is a compressed file, but not an Excel workbook. Save the sheet as .xlsx or .csv."),
    "ui.file_old": N_(
        "This is a workbook of an old Excel (.xls), whatever its name says. Open it, save it as .xlsx and send that."
    ),
    "ui.file_quotes": N_("From row {row} on a quotation mark is missing. Save the sheet as .xlsx and send that."),
    "ui.file_rows": N_("The sheet has more than {most} rows. Divide it into several files."),
    "ui.file_sheets": N_("The workbook has {count} sheets; at most {most} are read. Send only the one you need."),
    "ui.label_too_small": N_(
        "“{code}” does not fit on this label with the symbol that was chosen. Take a larger label, or another symbol."
    ),
}
