"""LimeSurvey's headings taken apart: code, question, and the part of it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from surveytools.reading.limesurvey_columns import is_own_code
from surveytools.reading.wording import plain_label

__all__ = ["Heading", "Headings", "Mark", "codes_of", "take_apart"]

_CODE = re.compile(r"([A-Za-z]\w*)((?:\[[^\[\]]*\])*)")
_CODED = re.compile(
    r"(?P<code>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*(?:\[[^\[\]]*\])*)"
    r"(?P<mark>[^\sA-Za-z0-9\[\]]{1,5}\s?)(?P<text>.*)",
    re.DOTALL,
)
_MOST = 0.5
_FEWEST = 2
_FILES = re.compile(r"filecount - (?P<text>.*)", re.DOTALL)
_RANK = re.compile(r"(?:rank|rang|classement|rango|posto|posição) ?\d+", re.IGNORECASE)
_SCALE = re.compile(r"(?:scale|skala|échelle|escala|scala) ?\d+", re.IGNORECASE)
_WORDS = {
    "other": "other|sonstiges|andere|autre|otro|altro|outro|anders",
    "comment": "comment|kommentar|commentaire|comentario|commento|comentário",
}
_KIND = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}


class Mark:
    """What a part says of the column, beside naming an option or a row."""

    OTHER = "other"
    COMMENT = "comment"
    RANK = "rank"
    FILES = "file count"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading.

    Attributes
    ----------
    text
        Question, or its code where the heading has no text.
    part
        Option, row, or row and column; ``None`` where the column is all of it.
    id
        What the columns of the question share: its code, or its text.
    mark
        One of `Mark`, where the part isn't an option or a row.
    """

    text: str
    part: str | None
    id: str
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Headings:
    """All headings of an export.

    Attributes
    ----------
    style
        ``code``, ``code and text`` or ``text``.
    by_column
        Each heading by column number.
    codes
        Code of the question, or the whole heading where it has none.
    between
        What stands between code and text.
    coded
        Share of the columns whose heading has a code, and how many name a part in it.
    """

    style: str
    by_column: Mapping[int, Heading]
    codes: Mapping[int, str]
    between: str | None = None
    coded: tuple[float, int] = (0.0, 0)


@dataclass(frozen=True, slots=True)
class _Raw:
    code: str | None
    subs: tuple[str, ...]
    text: str | None
    labels: tuple[str, ...]


def take_apart(
    header: Mapping[int, str], codes: Mapping[int, str] | None = None
) -> Headings:
    """Take all headings of an export apart, each with knowledge of the others.

    Parameters
    ----------
    header
        Text of each heading by column number.
    codes
        Code of each column where the file has them in a row of their own (VV).
    """
    header = {n: text for n, text in header.items() if text.strip()}
    if codes is not None:
        raws = _of_codes({n: codes[n] for n in header if codes.get(n)}, header)
        return _headings("code and text", raws)
    if header and all(_CODE.fullmatch(text.strip()) for text in header.values()):
        return _headings("code", _of_codes(header, None))
    between, share, parts = codes_of(header)
    if between is not None:
        raws = {n: _of_coded(text, between) for n, text in header.items()}
        found = _headings("code and text", raws)
        return replace(found, between=between, coded=(share, parts))
    return _headings("text", _of_texts(header))


def codes_of(header: Mapping[int, str]) -> tuple[str | None, float, int]:
    """Find what stands between code and text, in how many headings, and with parts.

    The mark is the one that most headings share. Only a code with a part in square
    brackets (``tools[SQ001]``) tells codes from numbered questions (``Q1. …``).
    """
    found = [_CODED.fullmatch(text) for text in header.values() if text.strip()]
    marks = Counter(match["mark"].strip() for match in found if match)
    if not marks:
        return None, 0.0, 0
    between = marks.most_common(1)[0][0]
    same = [m for m in found if m and m["mark"].strip() == between]
    parts = sum("[" in match["code"] for match in same)
    share = len(same) / len(found)
    if share < _MOST or parts < 1:
        return None, share, parts
    return between, share, parts


def _of_codes(
    codes: Mapping[int, str], texts: Mapping[int, str] | None
) -> dict[int, _Raw]:
    """Take ``tools[SQ001]`` apart, or ``tools_SQ001`` where no code has brackets."""
    bracketed = any("[" in code for code in codes.values())
    raws = {}
    for n, whole in codes.items():
        match = _CODE.fullmatch(whole.strip())
        subs: tuple[str, ...] = ()
        if match is None:
            code = whole
        elif bracketed or "_" not in whole or is_own_code(whole):
            code, subs = match[1], tuple(re.findall(r"\[([^\[\]]*)\]", match[2]))
            if len(subs) == 1 and "_" in subs[0]:
                subs = tuple(subs[0].split("_", 1))
        else:
            code, *rest = whole.split("_")
            # Scales are counted from 0 here, and from 1 everywhere else.
            if len(rest) == _FEWEST and rest[1] in {"0", "1"}:
                rest[1] = str(int(rest[1]) + 1)
            subs = tuple(rest)
        if len(subs) == 1 and subs[0] != "comment" and subs[0].endswith("comment"):
            subs = (subs[0].removesuffix("comment"), "comment")
        raws[n] = _Raw(code, subs, texts[n] if texts else None, ())
    if texts is None:
        return raws
    return {n: _with_labels(raw) for n, raw in raws.items()}


def _with_labels(raw: _Raw) -> _Raw:
    """Cut the text where the part begins that the code tells of.

    Parts of a VV file stand in square or round brackets, or behind a dash.
    """
    text = raw.text or ""
    if not raw.subs:
        return replace(raw, text=plain_label(text))
    base, labels = _chain(text)
    if not labels:
        base, labels = _chain(text, "()")
    if not labels and " - " in text:
        base, _, label = text.rpartition(" - ")
        labels = (plain_label(label),)
    return replace(raw, text=plain_label(base), labels=labels)


def _of_coded(whole: str, between: str) -> _Raw:
    """Take ``code[SQ001]. text [option]`` apart."""
    match = _CODED.fullmatch(whole)
    if match is None or match["mark"].strip() != between:
        base, labels = _chain(whole)
        return _Raw(None, (), plain_label(base), labels)
    found = _CODE.fullmatch(match["code"])
    code = found[1] if found else match["code"]
    subs = tuple(re.findall(r"\[([^\[\]]*)\]", found[2])) if found else ()
    if not subs:
        return _Raw(code, (), plain_label(match["text"]), ())
    if len(subs) == 1 and subs[0] != "comment" and subs[0].endswith("comment"):
        subs = (subs[0].removesuffix("comment"), "comment")
    base, labels = _chain(match["text"])
    return _Raw(code, subs, plain_label(base), labels)


def _of_texts(header: Mapping[int, str]) -> dict[int, _Raw]:
    """Take ``text [option]`` apart, where another column shares the text."""
    chains = {n: _chain(text) for n, text in header.items()}
    shared = Counter(plain_label(base) for base, labels in chains.values() if labels)
    whole = {plain_label(text) for text in header.values()}
    raws = {}
    for n, text in header.items():
        if files := _FILES.fullmatch(text):
            raws[n] = _Raw(None, ("filecount",), plain_label(files["text"]), ())
            continue
        base, labels = chains[n]
        question = plain_label(base)
        special = bool(labels) and labels[-1].casefold() in _KIND
        if labels and (shared[question] >= _FEWEST or (special and question in whole)):
            raws[n] = _Raw(None, (), question, labels)
        else:
            raws[n] = _Raw(None, (), plain_label(text), ())
    return raws


def _chain(text: str, marks: str = "[]") -> tuple[str, tuple[str, ...]]:
    """Cut the bracketed parts off the end of a heading: ``Rate [Disk][Scale 1]``.

    Brackets inside of a part are part of it. Where blanks are underscores, the one
    before the bracket goes, too.
    """
    rest = text.rstrip()
    labels: list[str] = []
    while rest.endswith(marks[1]):
        depth = 0
        for at in range(len(rest) - 1, -1, -1):
            depth += (rest[at] == marks[1]) - (rest[at] == marks[0])
            if depth == 0:
                break
        else:
            break
        labels.insert(0, plain_label(rest[at + 1 : -1]))
        rest = rest[:at]
        if rest and rest[-1].isspace():
            break
    return rest.rstrip().removesuffix("_"), tuple(labels)


def _headings(style: str, raws: Mapping[int, _Raw]) -> Headings:
    runs = _runs(raws)
    by_column = {n: _heading(raw, runs[n]) for n, raw in raws.items()}
    codes = {n: raw.code or raw.text or "" for n, raw in raws.items()}
    return Headings(style, by_column, codes)


def _runs(raws: Mapping[int, _Raw]) -> dict[int, str]:
    """Name what the columns of a question share.

    Without codes two questions may have the same text: a new one begins where a part
    comes a second time, or the columns of another question lie between.
    """
    ids: dict[int, str] = {}
    seen: Counter[str] = Counter()
    last, current = "", ""
    parts: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for n, raw in raws.items():
        if raw.code is not None:
            ids[n] = raw.code
            last = ""
            continue
        text = raw.text or ""
        if text != last or (raw.labels, raw.subs) in parts:
            seen[text] += 1
            current = text if seen[text] == 1 else f"{text} ({seen[text]})"
            parts = set()
        parts.add((raw.labels, raw.subs))
        ids[n], last = current, text
    return ids


def _heading(raw: _Raw, shared: str) -> Heading:
    """Say what one column holds, by its code and by its label."""
    text = raw.text or raw.code or ""
    labels = tuple(label for label in raw.labels if label)
    subs = raw.subs
    if subs and subs[-1] == "filecount":
        return Heading(text, "file count", shared, Mark.FILES)
    kind = _KIND.get(labels[-1].casefold()) if labels else None
    if subs:
        kind = subs[-1] if subs[-1] in _WORDS else None
    if len(subs) == _FEWEST and subs[1].isdigit():  # a scale of a dual-scale array
        scale = labels[1] if len(labels) == _FEWEST else f"Scale {subs[1]}"
        row = labels[0] if labels else subs[0]
        return Heading(f"{text} [{scale}]", row, f"{shared}[{subs[1]}]")
    if not subs and len(labels) == _FEWEST and _SCALE.fullmatch(labels[1]):
        return Heading(f"{text} [{labels[1]}]", labels[0], f"{shared} [{labels[1]}]")
    part = ", ".join(labels or (() if raw.text else subs)) or None
    if raw.text and subs and not labels and raw.labels != ("",):
        part = ", ".join(subs)
    if raw.labels == ("",):
        part = None
    if kind is not None:
        return Heading(text, part or kind, shared, kind)
    if labels and _RANK.fullmatch(labels[-1]):
        return Heading(text, part, shared, Mark.RANK)
    return Heading(text, part, shared)
