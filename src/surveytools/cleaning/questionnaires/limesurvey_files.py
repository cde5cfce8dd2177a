"""LimeSurvey's structure files: ``.lss`` (XML) and the tab-separated ``.txt``.

Both say the same in tables; what comes out is the tables, one text for each language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from surveytools.cleaning.questionnaires.files import bounded_bytes, bounded_xml
from surveytools.cleaning.questionnaires.rules import number_of
from surveytools.cleaning.questionnaires.texts import plain_text
from surveytools.errors import ExportError, Location, NoResponsesError
from surveytools.reading.delimited import read_delimited

__all__ = ["CODE_COLUMN", "Answer", "Question", "Survey", "read_lss", "read_structure"]

CODE_COLUMN = "codebook_code"
"""Column of our own exports: codes that are longer than LimeSurvey's may be."""

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a subquestion: code, texts by language, and its scale."""

    code: str
    texts: Mapping[str, str]
    scale: str = "0"
    value: float | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what belongs to it, in the order of the file."""

    id: str
    code: str
    type: str
    other: bool
    rules: tuple[str, ...]
    texts: Mapping[str, str]
    subs: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A structure file: its languages, the base language first, and questions."""

    title: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]


def read_lss(path: Path) -> Survey:
    """Read a structure in XML, of LimeSurvey 2 and 3 (texts in the tables) or later.

    Raises
    ------
    ExportError
        If the file isn't XML, or isn't the structure of a survey.
    """
    root = bounded_xml(path)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind != "Survey":
        problem = f"the file holds a LimeSurvey {kind.lower() or 'file'}, not a survey"
        hint = "export the survey's structure (.lss)"
        raise ExportError(problem, Location(path.name), hint)
    tables = {table.tag: list(_rows(table)) for table in root if len(table)}
    for rows, texts, key in (
        ("groups", "group_l10ns", "gid"),
        ("questions", "question_l10ns", "qid"),
        ("subquestions", "question_l10ns", "qid"),
        ("answers", "answer_l10ns", "aid"),
    ):
        if tables.get(texts):
            tables[rows] = list(_joined(tables.get(rows, []), tables[texts], key))
    found = [(e.text or "").strip() for e in root.findall("languages/language")]
    main = next((row.get("language", "") for row in tables.get("surveys", ())), "")
    languages = tuple(dict.fromkeys([main, *found] if main in found else found))
    return _survey(tables, languages)


def read_structure(path: Path) -> Survey:
    """Read a tab-separated structure.

    Raises
    ------
    ExportError
        If the file isn't text, or lacks the columns of such a structure.
    """
    bounded_bytes(path)
    try:
        grid = read_delimited(path, header_row=1)
    except NoResponsesError as error:
        raise ExportError(
            error.problem, error.where, "export the survey again"
        ) from error
    names = [title.strip().lower() for title in grid.titles()]
    rows = [
        {n: t for n, t in zip(names, texts, strict=True) if isinstance(t, str)}
        for texts in grid.frame.astype(object).to_numpy()
    ]
    return _survey(*_tables(rows))


def _rows(table: Element) -> Iterator[Fields]:
    for row in table.iterfind("rows/row"):
        yield {cell.tag: cell.text or "" for cell in row}


def _joined(
    rows: Sequence[Fields], texts: Iterable[Fields], key: str
) -> Iterator[Fields]:
    """Give each row once for each language, as older files have it."""
    by_key: dict[str, list[Fields]] = {}
    for text in texts:
        by_key.setdefault(text.get(key, ""), []).append(text)
    for row in rows:
        for text in by_key.get(row.get(key, ""), [{}]):
            yield {**text, **row}


def _tables(rows: Sequence[Fields]) -> tuple[dict[str, list[Fields]], tuple[str, ...]]:
    """Turn rows, each of which stands behind what it belongs to, into tables."""
    tables: dict[str, list[Fields]] = {
        name: []
        for name in (
            "groups",
            "questions",
            "subquestions",
            "answers",
            "question_attributes",
        )
    }
    settings: Fields = {}
    titles: list[Fields] = []
    group = question = base = ""
    for row in rows:
        own = {**row, "language": row.get("language", base)}
        kind, name = row.get("class", ""), row.get("name", "")
        if kind == "S":
            settings[name] = row.get("text", "")
            base = settings.get("language", base)
        elif kind == "SL" and name == "surveyls_title":
            titles.append({"surveyls_title": row.get("text", ""), **own})
        elif kind == "G":
            group = row.get("type/scale") or name
            tables["groups"].append(
                {**own, "gid": group, "grelevance": row.get("relevance", "")}
            )
        elif kind == "Q":
            question = f"{group}/{name}"
            question_row = {"qid": question, "gid": group, "title": name, **own}
            question_row |= {"type": row.get("type/scale", "T")}
            tables["questions"].append(
                {**question_row, "question": row.get("text", "")}
            )
            tables["question_attributes"] += [
                {"qid": question, "attribute": key, "value": value, **_of(own)}
                for key, value in row.items()
            ]
        elif kind in {"SQ", "A"} and question:
            part = {**own, "scale_id": row.get("type/scale", "0")}
            part |= {
                "parent_qid": question,
                "qid": question,
                "code": name,
                "title": name,
            }
            part |= {"question": row.get("text", ""), "answer": row.get("text", "")}
            tables["subquestions" if kind == "SQ" else "answers"].append(part)
    tables["surveys_languagesettings"] = titles
    more = settings.get("additional_languages", "").split()
    found = [row["language"] for row in (*titles, *tables["questions"])]
    return tables, tuple(dict.fromkeys(lang for lang in (base, *more, *found) if lang))


def _of(row: Fields) -> Fields:
    return {"language": row["language"]}


def _survey(tables: Mapping[str, list[Fields]], languages: tuple[str, ...]) -> Survey:
    groups: dict[str, Fields] = {}
    for row in tables.get("groups", ()):
        groups.setdefault(row.get("gid", ""), row)
    order = {
        gid: at
        for at, gid in enumerate(
            sorted(groups, key=lambda g: _number(groups[g], "group_order"))
        )
    }
    subs = _by_owner(tables.get("subquestions", ()), "parent_qid", "question_order")
    answers = _by_owner(tables.get("answers", ()), "qid", "sortorder")
    attributes: dict[str, dict[str, dict[str, str]]] = {}
    for row in tables.get("question_attributes", ()):
        if row.get("value"):
            own = attributes.setdefault(row.get("qid", ""), {})
            own.setdefault(row.get("attribute", ""), {})[row.get("language", "")] = row[
                "value"
            ]
    questions: dict[str, list[Fields]] = {}
    for row in tables.get("questions", ()):
        if row.get("parent_qid", "0") in {"", "0"}:
            questions.setdefault(row.get("qid", ""), []).append(row)
    made = []
    for qid, rows in sorted(
        questions.items(),
        key=lambda q: (
            order.get(q[1][0].get("gid", ""), 0),
            _number(q[1][0], "question_order"),
        ),
    ):
        first = rows[0]
        group = groups.get(first.get("gid", ""), {})
        made.append(
            Question(
                id=qid,
                code=first.get("title", ""),
                type=first.get("type", "T"),
                other=first.get("other") == "Y",
                rules=(group.get("grelevance", ""), first.get("relevance", "")),
                texts=_texts(rows, "question", languages),
                subs=_parts(subs.get(qid, []), "title", "question", languages),
                answers=_parts(answers.get(qid, []), "code", "answer", languages),
                attributes=attributes.get(qid, {}),
                wanted=first.get(CODE_COLUMN, ""),
            )
        )
    titles = _texts(
        tables.get("surveys_languagesettings", ()),
        "surveyls_title",
        languages,
        "surveyls_language",
    )
    return Survey(next(iter(titles.values()), ""), languages, tuple(made))


def _by_owner(rows: Iterable[Fields], key: str, order: str) -> dict[str, list[Fields]]:
    owned: dict[str, list[Fields]] = {}
    for row in sorted(rows, key=lambda row: _number(row, order)):
        owned.setdefault(row.get(key, ""), []).append(row)
    return owned


def _parts(
    rows: Sequence[Fields], code: str, text: str, languages: Sequence[str]
) -> tuple[Answer, ...]:
    """Put the languages of each answer or subquestion together."""
    found: dict[tuple[str, str], list[Fields]] = {}
    for row in rows:
        scale = row.get("scale_id") or "0"
        found.setdefault((scale, row.get(code, "")), []).append(row)
    parts = []
    for (scale, name), same in found.items():
        value = number_of(same[0].get("assessment_value", ""))
        wanted = same[0].get(CODE_COLUMN, "")
        texts = _texts(same, text, languages)
        parts.append(Answer(name, texts, scale, value, wanted))
    return tuple(parts)


def _texts(
    rows: Iterable[Fields],
    key: str,
    languages: Sequence[str],
    language: str = "language",
) -> dict[str, str]:
    """Words of a text in each language, in the order of the survey's languages."""
    found = {row.get(language, ""): plain_text(row.get(key, "")) for row in rows}
    ordered = [*(lang for lang in languages if lang in found), *found]
    return {lang: found[lang] for lang in ordered}


def _number(row: Fields, key: str) -> float:
    return number_of(row.get(key, "")) or 0.0
