"""A first codebook for an export, for a person to correct."""

from collections.abc import Iterator, Sequence

from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.codebook_toml import toml_text
from surveytools.cleaning.guess import Answer, slug
from surveytools.cleaning.matching import normalise
from surveytools.cleaning.parts import Part, parts_of_export, without_code
from surveytools.cleaning.seen_skips import SeenSkip, skips_seen
from surveytools.reading.table import RawTable, Role

__all__ = ["draft_codebook"]

_LABEL_LENGTH = 40

_TOP = """\
# Draft of a codebook, made from {file} ({platform}).
#
# Read it item by item: what cells show is a guess at what was asked.
#   label    write a short one, for axes and tables
#   choices  put them in the order of the questionnaire; add those that nobody chose
#   kind     single-response, multiple-response, likert, matrix, number or text
# Lines that begin with "# decide" need a decision; remove them when it is taken.
"""


def draft_codebook(raw: RawTable) -> str:
    """Write a codebook that fits an export.

    Platform columns are left to the reader; columns that say nothing are ignored, with
    the reason. Choices are answers that at least two people gave: an answer of one
    person may be that person's own words, and isn't repeated.

    Parameters
    ----------
    raw
        The export.

    Returns
    -------
    str
        TOML text that `load_codebook` takes as it is. Comments that begin with
        ``# decide`` say what a person must look at.
    """
    parts = parts_of_export(raw)
    silent = [part for part in parts if part.guess.kind is None]
    telling = [part for part in parts if part.guess.kind is not None]
    digits = max(2, len(str(len(telling))))
    codes = [f"q{number:0{digits}}" for number in range(1, len(telling) + 1)]
    seen = skips_seen(raw, telling)
    blocks = [_TOP.format(file=_in_comment(raw.file), platform=raw.platform)]
    blocks += _ignored(raw, silent)
    for at, part in enumerate(telling):
        rule = _rule_seen(seen[at], codes, telling) if at in seen else None
        blocks.append(_item(codes[at], part, raw, rule))
    return "\n".join(blocks)


def _rule_seen(
    skip: SeenSkip, codes: Sequence[str], parts: Sequence[Part]
) -> tuple[str, str]:
    """Write a skip rule that the data show, and the evidence for it."""
    filtering = codes[skip.filter]
    answers = _coded(parts[skip.filter].guess.choices)
    opening = [answers[at][0] for at in skip.answers]
    rule = (
        f"{filtering} = {opening[0]}"
        if len(opening) == 1
        else f"{filtering} in ({', '.join(opening)})"
    )
    evidence = (
        f"is it asked only if {rule}? {skip.answered} of {skip.asked} such respondents "
        f"answered, and none of {skip.outside} others"
    )
    return rule, evidence


def _ignored(raw: RawTable, silent: list[Part]) -> Iterator[str]:
    """Write what to ignore and why, each header once."""
    told: set[str] = set()
    for part in silent:
        if normalise(part.header) not in told:
            told.add(normalise(part.header))
            lines = [f"# decide: {text}" for text in part.guess.decide]
            yield "\n".join([*lines, _rule(part.header, part.guess.reason)])
    for column in raw.columns:
        if column.role is Role.IDENTITY:
            yield _rule(column.header, str(Role.IDENTITY))


def _rule(header: str, reason: str) -> str:
    return f"[[ignored]]\nheader = {toml_text(header)}\nreason = {toml_text(reason)}\n"


def _item(
    code: str, part: Part, raw: RawTable, rule: tuple[str, str] | None = None
) -> str:
    guess = part.guess
    decide = guess.decide if rule is None else (*guess.decide, rule[1])
    lines = [f"# decide: {_in_comment(text)}" for text in decide]
    lines += ["[[items]]", f'code = "{code}"', f"header = {toml_text(part.header)}"]
    lines.append(f"label = {toml_text(_short(part.header, raw))}")
    lines.append(f'kind = "{guess.kind}"')
    if part.occurrence > 1:
        lines.append(f"occurrence = {part.occurrence}")
    if rule is not None:
        lines.append(f"asked_if = {toml_text(rule[0])}")
    if guess.separator is not None:
        lines.append(f"separator = {toml_text(guess.separator)}")
    if guess.missing_texts:
        texts = ", ".join(map(toml_text, guess.missing_texts))
        lines.append(f"missing_texts = [{texts}]")
    rows = [Answer(text) for text in part.rows]
    if guess.kind is Kind.MATRIX:
        lines += _choices("rows", rows)
    lines += _choices("choices", list(guess.choices) if guess.choices else rows)
    return "\n".join(lines) + "\n"


def _coded(answers: Sequence[Answer]) -> list[tuple[str, Answer]]:
    """Give each answer a code of its own."""
    taken: list[str] = []
    for answer in answers:
        taken.append(slug(answer.label, taken))
    return list(zip(taken, answers, strict=True))


def _choices(key: str, answers: Sequence[Answer]) -> list[str]:
    if not answers:
        return []
    lines = [f"{key} = ["]
    for code, answer in _coded(answers):
        entry = f"code = {toml_text(code)}, label = {toml_text(answer.label)}"
        if answer.aliases:
            entry += f", aliases = [{', '.join(map(toml_text, answer.aliases))}]"
        if answer.value is not None:
            entry += f", value = {answer.value}"
        if answer.missing is not None:
            entry += f", missing = {toml_text(answer.missing)}"
        lines.append(f"  {{ {entry} }},")
    return [*lines, "]"]


def _short(header: str, raw: RawTable) -> str:
    """Make a label of a header: without section, cut at a word."""
    text = " ".join(header.split())
    if raw.platform == "indico" and ": " in text:
        text = text.split(": ", 1)[1]
    text = without_code(text) or text
    if len(text) <= _LABEL_LENGTH:
        return text
    return text[: _LABEL_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _in_comment(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
