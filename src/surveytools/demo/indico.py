"""A workbook as Indico exports the answers to a survey."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from surveytools.demo.facts import Questionnaire
from surveytools.demo.free_text import address
from surveytools.demo.submissions import Submission

__all__ = ["LABEL", "header", "workbook"]

LABEL = "Synthetic demo data, nobody's answers"

_META = ["Submitter", "Submitter Email", "Submission Date"]
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
# The oldest date that a zip file can hold, as XlsxWriter writes it itself.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def header(asked: Questionnaire) -> list[str]:
    """Name the columns: ``section: question``; a matrix is a section of its own."""
    names = []
    for item in asked.items:
        if item.kind == "matrix":
            names += [f"{item.en}: {row.en}" for row in item.rows]
        else:
            names.append(f"{asked.section(item.section).en}: {item.en}")
    # The label stands in a section without title, so that it has no prefix.
    return [*_META, *names, LABEL]


def workbook(
    asked: Questionnaire, rows: Sequence[Submission], *, title: str, created: datetime
) -> bytes:
    """Write the rows as Indico does.

    Parameters
    ----------
    asked
        What was asked in the wave.
    rows
        Submissions, in file order.
    title, created
        Document properties; Indico leaves the title empty and takes the time of day.

    Returns
    -------
    bytes
        An ``.xlsx`` file, the same for the same arguments.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties(
            {
                "title": title,
                "subject": LABEL,
                "comments": f"SYNTHETIC. {LABEL}. All numbers and people are invented.",
                "created": created,
            }
        )
        bold = book.add_format({"bold": True})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        for column, name in enumerate(header(asked)):
            sheet.write_string(0, column, name, bold)
        for number, each in enumerate(rows, start=1):
            if each.name is not None:
                sheet.write_string(number, 0, each.name)
                sheet.write_string(number, 1, address(each.name))
            sheet.write_datetime(number, 2, each.submitted, time)
            answers = [each.cells[column] for column in asked.columns()]
            for column, text in enumerate([*answers, "synthetic"], start=len(_META)):
                if text:
                    sheet.write_string(number, column, text)
    return _stored(buffer.getvalue())


def _stored(packed: bytes) -> bytes:
    """Pack the parts of a workbook again without compression.

    Python is built with zlib or zlib-ng, and these compress to different bytes.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new,
    ):
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, _ZIP_EPOCH)
            entry.create_system = 3  # Windows would write 0
            new.writestr(entry, old.read(part))
    return buffer.getvalue()
