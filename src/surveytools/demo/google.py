"""A CSV file as Google Forms itself gives it, in French."""

from collections.abc import Sequence
from datetime import datetime

from surveytools.demo.facts import Questionnaire
from surveytools.demo.submissions import Submission

__all__ = ["LABEL", "header", "table"]

LABEL = "Données de démonstration synthétiques, réponses de personne"

_NOON = 12


def header(asked: Questionnaire) -> list[str]:
    """Name the columns: the question, and for a grid ``question [row]``."""
    names = []
    for item in asked.items:
        if item.kind == "matrix":
            names += [f"{item.fr} [{row.fr}]" for row in item.rows]
        else:
            names.append(item.fr)
    return ["Horodateur", *names, LABEL]


def table(asked: Questionnaire, rows: Sequence[Submission]) -> str:
    """Write the rows as Forms does: every cell quoted, LF, no newline at the end."""
    lines = [header(asked)]
    for each in rows:
        answers = [each.cells[column] for column in asked.columns()]
        lines.append([_timestamp(each.submitted), *answers, "synthétique"])
    return "\n".join(",".join(map(_quoted, line)) for line in lines)


def _quoted(cell: str) -> str:
    """Put a cell in quotes."""
    return '"' + cell.replace('"', '""') + '"'


def _timestamp(when: datetime) -> str:
    """Write a time as Forms does; the demo wave ends before summer time begins."""
    half = "AM" if when.hour < _NOON else "PM"
    return f"{when:%Y/%m/%d} {when.hour % _NOON or _NOON}:{when:%M:%S} {half} CET"
