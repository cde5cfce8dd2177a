"""The codebook of a wave, as objects that cannot contradict themselves.

`surveytools.cleaning.load` makes these from TOML files; nothing else does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from surveytools.errors import CodebookError, Location
from surveytools.study.problems import nearest
from surveytools.study.text import in_language

__all__ = [
    "Choice",
    "Codebook",
    "Derivation",
    "Ignored",
    "Item",
    "Kind",
    "Missing",
    "Pseudonym",
]

_PLACE_WORDS = ("", "Rang ", "Classement ", "Rango ", "Posto ", "Posição ", "Place ")

Label = str | Mapping[str, str]


class Kind(StrEnum):
    """Kinds of item."""

    SINGLE = "single-response"
    MULTIPLE = "multiple-response"
    LIKERT = "likert"
    MATRIX = "matrix"
    RANKING = "ranking"
    NUMBER = "number"
    TEXT = "text"


class Missing(StrEnum):
    """Answers that say why there is no answer."""

    DONT_KNOW = "don't know"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that an item offers, or a row of a matrix.

    Attributes
    ----------
    code
        Name in the cleaned data.
    label
        Text on paper; one, or one a language.
    short
        Text for axes, where the label is too long.
    aliases
        Other spellings; compared without case, accents of spacing and punctuation
        of lists as `surveytools.cleaning.matching` defines.
    value
        Number that stands for the answer: score of a scale, midpoint of a class.
    missing
        Set where the answer says that there is none.
    write_in
        Whether texts that match no choice count as this one ("other, namely").
    """

    code: str
    label: Label
    short: str | None = None
    aliases: tuple[str, ...] = ()
    value: float | None = None
    missing: Missing | None = None
    write_in: bool = False

    def text(self, language: str = "en") -> str:
        """Label in a language."""
        return in_language(self.label, language)

    def axis(self, language: str = "en") -> str:
        """Text for an axis: the short form where there is one."""
        return self.short or self.text(language)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived item is computed from another.

    Attributes
    ----------
    source
        Code of the item that it is computed from; ``""`` for a condition.
    how
        ``regroup``: each answer of ``source`` (single-response, Likert, or each row
        of a matrix) becomes the choice whose ``groups`` entry lists its code.
        ``net``: yes where a multiple-response ``source`` has any of ``groups[yes]``.
        ``selected``: the rows of a matrix ``source`` whose answer is listed in
        ``groups[selected]``, as a multiple-response item.
        ``first``: the choice of a ranking ``source`` that is ranked first.
        ``count``: number of choices selected. ``midpoint``: ``value`` of the answer.
        ``condition``: yes where ``condition`` holds.
        ``where``: ``source`` as it is, for the rows of a matrix (or respondents)
        where ``condition`` holds; others count as not asked. In the condition of a
        matrix, ``q13.*`` is the same row of another matrix.
        ``merge-units``: units merged as ``units.toml`` says.
    groups
        Code of each new choice, and the codes of ``source`` that it stands for.
    """

    source: str
    how: str
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question, as it stands in the export and as tables name it.

    Attributes
    ----------
    code
        Name in the cleaned data, for example ``q13``.
    label
        Short name for stubs and axes.
    kind
        Kind of item; the answers of a matrix row are single-response.
    header
        Question text, as one or one a language; the column header of the export,
        with or without a section before it.
    headers
        Other headers under which the item is found.
    occurrence
        Which of the columns with this header it is, from 1.
    choices
        Answers in questionnaire order; for Likert and matrix, from low to high.
    rows
        Rows of a matrix.
    asked_if
        Skip rule, in the grammar of `surveytools.cleaning.conditions`.
    unit
        What an answer speaks of: ``respondent``, ``team``, ``use case``.
    sensitive
        Whether small counts of single answers are hidden too, not only small bases.
    optional
        Whether an export of the wave may lack the item (then it was not asked).
    separator
        What joins options, where the platform's own separator is not it.
    max_choices
        Most options that a respondent may select.
    missing_texts
        Cell texts that mean "no answer" for this item.
    suffixes
        Units that may stand behind a number, for example ``h``.
    minimum, maximum
        Smallest and largest plausible number.
    derivation
        Set for derived items, which have no column in the export.
    """

    code: str
    label: Label
    kind: Kind
    header: Label = ""
    headers: tuple[str, ...] = ()
    occurrence: int = 1
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    asked_if: str | None = None
    unit: str = "respondent"
    sensitive: bool = False
    optional: bool = False
    separator: str | None = None
    max_choices: int | None = None
    missing_texts: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    derivation: Derivation | None = None

    def columns(self) -> tuple[str, ...]:
        """Columns of `Responses.frame` that hold the item, in order."""
        if self.kind is Kind.MATRIX:
            return tuple(f"{self.code}__{row.code}" for row in self.rows)
        if self.kind in {Kind.MULTIPLE, Kind.RANKING}:
            return tuple(f"{self.code}__{choice.code}" for choice in self.choices)
        return (self.code,)

    def places(self) -> tuple[Choice, ...]:
        """Places of a ranking that may have a column each: ``[Rank 1]``."""
        if self.kind is not Kind.RANKING:
            return ()
        return tuple(
            Choice(
                f"place_{n}",
                f"Rank {n}",
                aliases=tuple(f"{w}{n}" for w in _PLACE_WORDS),
            )
            for n in range(1, len(self.choices) + 1)
        )

    def state_columns(self) -> tuple[str, ...]:
        """Columns of `Responses.states`: one an item, or one a row of a matrix.

        A derived multiple-response item that comes from the rows of a matrix has one
        state a choice, since each row was answered, or not, by itself.
        """
        by_row = self.derivation is not None and self.derivation.how == "selected"
        if self.kind is Kind.MATRIX or by_row:
            return self.columns()
        return (self.code,)

    def choice(self, code: str) -> Choice:
        """Choice of that code.

        Raises
        ------
        CodebookError
            If the item has no such choice; the closest one is named.
        """
        return _find(code, self.choices, f"item {self.code!r} has no choice")


@dataclass(frozen=True, slots=True)
class Ignored:
    """Columns of the export that are left out, and the rule that says so."""

    header: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Personal data of which only a keyed pseudonym is kept, to find duplicates.

    Attributes
    ----------
    code
        Name of the column of `Responses.pseudonyms`. Equal texts get equal
        pseudonyms under one code and one key, in all exports and waves.
    header, headers
        Header of the column, for example ``Submitter Email``, and others under which
        exports have it.
    """

    code: str
    header: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codebook:
    """Items of one wave, in questionnaire order, derived items behind them.

    Attributes
    ----------
    file
        Name of the codebook file, for messages.
    items
        All items, codes unique.
    ignored
        Columns left out by rule.
    language
        Language of the labels in outputs.
    personal
        Headers of columns that hold personal data, beside those that the reader
        finds.
    pseudonyms
        Personal data of which a pseudonym is kept.
    """

    file: str
    items: tuple[Item, ...]
    ignored: tuple[Ignored, ...] = ()
    language: str = "en"
    personal: tuple[str, ...] = ()
    pseudonyms: tuple[Pseudonym, ...] = ()

    def item(self, code: str) -> Item:
        """Item of that code.

        Raises
        ------
        CodebookError
            If there is none; the closest code is named.
        """
        return _find(code, self.items, "the codebook has no item", self.file)

    def asked(self) -> tuple[Item, ...]:
        """Items that have columns in the export."""
        return tuple(item for item in self.items if item.derivation is None)

    def derived(self) -> tuple[Item, ...]:
        """Items that are computed, each after those that it is computed from."""
        return tuple(item for item in self.items if item.derivation is not None)


_T = TypeVar("_T", Choice, Item)


def _find(
    code: str, among: tuple[_T, ...], problem: str, file: str | None = None
) -> _T:
    for entry in among:
        if entry.code == code:
            return entry
    known = [entry.code for entry in among]
    close = nearest(code, known, cutoff=0.5)
    hint = f"did you mean {close!r}?" if close else f"it has {', '.join(known)}"
    where = Location(file) if file else None
    msg = f"{problem} {code!r}"
    raise CodebookError(msg, where, hint)
