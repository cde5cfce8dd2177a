"""A codebook as LimeSurvey's tab-separated structure, which LimeSurvey imports."""

import csv
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind, Label
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.headers import headers_of
from surveytools.cleaning.questionnaires.limesurvey_files import CODE_COLUMN
from surveytools.cleaning.questionnaires.rules import number_text
from surveytools.cleaning.truth import Combination, Condition, Negation
from surveytools.files import formula_safe
from surveytools.study.text import in_language

__all__ = ["limesurvey_codes", "limesurvey_notes", "limesurvey_txt"]

_COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help"),
    *("language", "validation", "mandatory", "other", "default", "same_default"),
    *("assessment_value", "max_answers", "max_num_value_n", "min_num_value_n"),
    *("other_replace_text", CODE_COLUMN, "codebook_other"),
)
_TYPES = {
    Kind.SINGLE: "L",
    Kind.LIKERT: "L",
    Kind.MULTIPLE: "M",
    Kind.MATRIX: "F",
    Kind.RANKING: "R",
    Kind.NUMBER: "N",
    Kind.TEXT: "T",
}
_RESERVED = {"other", "comment", "count", "time"}
_LONGEST, _LONGEST_ANSWER = 20, 5
"""Most letters and digits of a code of LimeSurvey: of questions, and of answers."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Codes:
    """Codes that LimeSurvey takes: of the item, its subquestions and its answers."""

    item: str
    subs: Mapping[str, str]
    answers: Mapping[str, str]


def limesurvey_txt(codebook: Codebook, *, title: str, languages: Sequence[str]) -> str:
    """Write the structure, in all languages of the codebook.

    Codes of LimeSurvey are letters and digits, those of answers five at most. Where
    one had to be changed, the codebook's own stands in a column that LimeSurvey passes
    over.
    """
    codes = _codes(codebook)
    languages = languages or (codebook.language,)
    rows = list(_survey_rows(title, languages))
    for language in languages:
        group = {
            "class": "G",
            "type/scale": "1",
            "name": _safe(title),
            "relevance": "1",
        }
        rows.append({**group, "language": language})
        for item in codebook.asked():
            rows += _question_rows(item, language, languages, codebook, codes)
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, "", delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def limesurvey_codes(codebook: Codebook) -> dict[str, str]:
    """List the codes that LimeSurvey gets in the place of the codebook's."""
    changed: dict[str, str] = {}
    for code, made in _codes(codebook).items():
        changed |= {code: made.item} if made.item != code else {}
        for part, short in {**made.subs, **made.answers}.items():
            if short not in {part, "-oth-"}:
                changed[f"{code}.{part}"] = short
    return changed


def limesurvey_notes(codebook: Codebook) -> Iterator[str]:
    """Say what LimeSurvey does otherwise than the codebook."""
    changed = limesurvey_codes(codebook)
    if changed:
        code, short = next(iter(changed.items()))
        yield (
            f"{len(changed)} codes are others in LimeSurvey (first {code}: {short}); "
            "export its responses with full answers and full question texts"
        )


def _codes(codebook: Codebook) -> dict[str, _Codes]:
    taken: list[str] = []
    codes = {}
    for item in codebook.asked():
        taken.append(_code(item.code, taken, _LONGEST, start="Q"))
        subs = _parts(item.rows, _LONGEST) if item.kind is Kind.MATRIX else {}
        answers: dict[str, str] = {}
        own = _ordinary(item)
        if item.kind is Kind.MULTIPLE:
            subs = _parts(own, _LONGEST)
        else:
            answers = _parts(own, _LONGEST_ANSWER)
        written = {choice.code: "-oth-" for choice in item.choices if choice not in own}
        codes[item.code] = _Codes(taken[-1], subs, {**answers, **written})
    return codes


def _parts(parts: Sequence[Choice], longest: int) -> dict[str, str]:
    codes: dict[str, str] = {}
    for part in parts:
        codes[part.code] = _code(part.code, list(codes.values()), longest)
    return codes


def _code(code: str, taken: Sequence[str], longest: int, *, start: str = "") -> str:
    """Make a code of letters and digits that is in use nowhere else."""
    plain = code.replace("_", "")
    if start and not plain[0].isalpha():
        plain = f"{start}{plain}"
    plain = plain[:longest]
    unique, number = plain, 1
    while unique in taken or unique in _RESERVED:
        unique = f"{plain[: longest - len(str(number))]}{number}"
        number += 1
    return unique


def _ordinary(item: Item) -> tuple[Choice, ...]:
    """Choices but for the one that takes words of one's own, which is an option."""
    if item.kind == Kind.MATRIX:
        return item.choices
    written = [choice for choice in item.choices if choice.write_in][:1]
    return tuple(choice for choice in item.choices if choice not in written)


def _survey_rows(title: str, languages: Sequence[str]) -> Iterator[Row]:
    yield {"class": "S", "name": "language", "text": languages[0]}
    if languages[1:]:
        others = " ".join(languages[1:])
        yield {"class": "S", "name": "additional_languages", "text": others}
    for language in languages:
        own = {"class": "SL", "name": "surveyls_title", "language": language}
        yield {**own, "text": _safe(title)}


def _question_rows(
    item: Item,
    language: str,
    languages: Sequence[str],
    codebook: Codebook,
    codes: Mapping[str, _Codes],
) -> Iterator[Row]:
    own = codes[item.code]
    written = [choice for choice in item.choices if choice not in _ordinary(item)]
    row = {
        "class": "Q",
        "type/scale": _TYPES[item.kind],
        "name": own.item,
        "relevance": "1",
        "text": _text(item.header or headers_of(item)[0], language),
        "language": language,
        "mandatory": "N",
        "other": "Y" if written else "N",
        CODE_COLUMN: _kept(item.code, own.item),
    }
    if item.asked_if is not None:
        row["relevance"] = _rule(
            parse_condition(item.asked_if, codebook), codebook, codes
        )
    for choice in written:
        row["other_replace_text"] = _text(choice.label, language)
        row["codebook_other"] = _kept(choice.code, "other")
    if language == languages[0]:
        row |= _limits(item)
    yield row
    for part in item.rows or (_ordinary(item) if item.kind is Kind.MULTIPLE else ()):
        yield _part("SQ", part, own.subs, language)
    if item.kind is not Kind.MULTIPLE:
        whole = all(float(c.value or 0).is_integer() for c in item.choices)
        for choice in _ordinary(item):
            answer = _part("A", choice, own.answers, language)
            if whole and choice.value is not None:
                answer["assessment_value"] = number_text(float(choice.value))
            yield answer


def _part(kind: str, part: Choice, codes: Mapping[str, str], language: str) -> Row:
    short = codes[part.code]
    return {
        "class": kind,
        "type/scale": "0",
        "name": short,
        "relevance": "1" if kind == "SQ" else "",
        "text": _text(part.label, language),
        "language": language,
        CODE_COLUMN: _kept(part.code, short),
    }


def _limits(item: Item) -> Row:
    limits = {
        "max_answers": item.max_choices,
        "min_num_value_n": item.minimum,
        "max_num_value_n": item.maximum,
    }
    return {
        key: number_text(float(limit))
        for key, limit in limits.items()
        if limit is not None
    }


def _kept(code: str, short: str) -> str:
    return "" if code == short else code


def _text(label: Label, language: str) -> str:
    return _safe(in_language(label, language))


def _safe(text: str) -> str:
    """Write a text as HTML in which nothing is a tag, an expression or a formula."""
    safe = html.escape(" ".join(text.split()), quote=False).replace("{", "&#123;")
    if formula_safe(safe) != safe:
        return f"&#{ord(safe[0])};{safe[1:]}"
    return safe


def _rule(condition: Condition, codebook: Codebook, codes: Mapping[str, _Codes]) -> str:
    """Write a condition as an expression of LimeSurvey's Expression Manager."""
    if isinstance(condition, Negation):
        return f"!({_rule(condition.part, codebook, codes)})"
    if isinstance(condition, Combination):
        parts = [_rule(part, codebook, codes) for part in condition.parts]
        return f"({f' {condition.word} '.join(parts)})"
    item, own = codebook.item(condition.item), codes[condition.item]
    if item.kind is Kind.NUMBER:
        sign = "==" if condition.sign == "=" else condition.sign
        return f"{own.item}.NAOK {sign} {number_text(float(condition.values[0]))}"
    if item.kind is Kind.MULTIPLE:
        parts = [_ticked(own, str(value)) for value in condition.values]
        text = parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"
        return f"!({text})" if condition.sign == "!=" else text
    name = f"{own.item}_{own.subs[condition.row]}" if condition.row else own.item
    sign = "!=" if condition.sign == "!=" else "=="
    parts = [
        f'{name}.NAOK {sign} "{own.answers[str(value)]}"' for value in condition.values
    ]
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def _ticked(own: _Codes, choice: str) -> str:
    if choice not in own.subs:
        return f'{own.item}_other.NAOK != ""'
    return f'{own.item}_{own.subs[choice]}.NAOK == "Y"'
