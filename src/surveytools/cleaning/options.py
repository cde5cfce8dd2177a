"""Reading one cell: the choices that its text stands for, and what is left over."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveytools.cleaning.codebook import Choice, Item, Kind
from surveytools.cleaning.matching import ChoiceIndex, Match, index_choices, normalise
from surveytools.reading import wording
from surveytools.study.units import Units

__all__ = [
    "CellReader",
    "Reading",
    "reader_of_choice",
    "reader_of_item",
    "reader_of_write_in",
]

YES_NO = (
    *wording.YES_NO,
    ("y", "n"),
    ("x", "-"),
    ("true", "false"),
    ("vrai", "faux"),
    ("wahr", "falsch"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("checked", "unchecked"),
    ("ticked", "not ticked"),
    ("selected", "not selected"),
    ("quoted", "not quoted"),
    ("coché", "non coché"),
    ("sélectionné", "non sélectionné"),
    ("angekreuzt", "nicht angekreuzt"),
    ("ausgewählt", "nicht ausgewählt"),
    ("gewählt", "nicht gewählt"),
    ("seleccionado", "no seleccionado"),
    ("1", "0"),
    ("1.0", "0.0"),
)
"""What platforms write where an option has a column of its own."""

_FALLBACK_SEPARATORS = (";",)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says.

    Attributes
    ----------
    codes
        Codes of the choices found, each once, in codebook order; of a ranking in the
        order of the cell.
    unknown
        Parts of the text that the codebook doesn't know.
    reasons
        Why parts are ambiguous, by part.
    written_in
        Parts that count as the write-in choice.
    plain
        The text with every other spelling replaced by the label; ``None`` where
        nothing is to be replaced.
    """

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    written_in: tuple[str, ...] = ()
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one item, each distinct text once.

    Attributes
    ----------
    read
        Gives the `Reading` of a text that isn't blank.
    index
        The item's choices, for suggestions.
    """

    read: Callable[[str], Reading]
    index: ChoiceIndex


def reader_of_item(
    item: Item,
    *,
    separators: Iterable[str] = (),
    labels: Iterable[tuple[str, str]] = (),
    units: Units | None = None,
) -> CellReader:
    """Make the reader of cells that hold a whole answer to an item.

    Parameters
    ----------
    item
        An item with choices; of a matrix, each row is read like this.
    separators
        What the platforms of the exports put between options. The item's own
        separator comes before them.
    labels
        What the platforms write for yes and no.
    units
        Departments, for items whose choices are those.
    """
    index = index_choices(item.choices, units=units)
    yes_no = _yes_no(item, labels)
    index = replace(index, known={**yes_no, **index.known})
    write_in = next((c for c in item.choices if c.write_in), None)
    if item.kind not in {Kind.MULTIPLE, Kind.RANKING}:
        return _remembering(lambda text: _read_whole(text, index, write_in), index)
    marks = (item.separator,) if item.separator else tuple(separators)
    splitter = _Splitter(item.choices, index, marks or _FALLBACK_SEPARATORS)
    ranked = item.kind is Kind.RANKING
    return _remembering(
        lambda text: _read_list(text, splitter, write_in, ranked=ranked), index
    )


def reader_of_choice(
    choice: Choice, *, labels: Iterable[tuple[str, str]] = ()
) -> CellReader:
    """Make the reader of a column that holds one choice of a multiple-response item.

    Such cells say yes or no, in the platform's words, or repeat the choice's label.
    In the column of a write-in choice every other text means yes.
    """
    index = index_choices([choice])
    pairs = (*labels, *YES_NO)
    yes = {normalise(pair[0]) for pair in pairs}
    no = {normalise(pair[1]) for pair in pairs}

    def read(text: str) -> Reading:
        key = normalise(text)
        if key in yes or index.find(text).code:
            return Reading((choice.code,))
        if key in no:
            return Reading()
        if choice.write_in:
            return Reading((choice.code,), written_in=(text,))
        return Reading(unknown=(text,))

    return _remembering(read, index)


def reader_of_write_in(choice: Choice) -> CellReader:
    """Make the reader of texts that count as one choice, whatever they say."""

    def read(text: str) -> Reading:
        return Reading((choice.code,), written_in=(text,), plain=choice.text())

    return CellReader(read, index_choices([choice]))


def _remembering(read: Callable[[str], Reading], index: ChoiceIndex) -> CellReader:
    """Read each distinct text once, however many steps ask.

    A plain text that would be read otherwise than the cell is not offered: labels
    put side by side may happen to spell another option.
    """
    seen: dict[str, Reading] = {}

    def remembered(text: str) -> Reading:
        found = seen.get(text)
        if found is None:
            found = read(text)
            if found.plain is not None and read(found.plain).codes != found.codes:
                found = replace(found, plain=None)
            seen[text] = found
        return found

    return CellReader(remembered, index)


def _yes_no(item: Item, labels: Iterable[tuple[str, str]]) -> dict[str, Match]:
    """Let ``Oui`` stand for an item's ``Yes`` where the platform translates it."""
    pairs = tuple(labels)
    known = {}
    for position in (0, 1):
        words = {normalise(pair[position]) for pair in pairs}
        for choice in item.choices:
            if normalise(choice.text()) in words:
                known.update(dict.fromkeys(words, Match(choice.code)))
    return known


def _read_whole(text: str, index: ChoiceIndex, write_in: Choice | None) -> Reading:
    match = index.find(text)
    if match.code is not None:
        plain = index.labels[match.code] if match.respelt else None
        return Reading((match.code,), plain=plain)
    if match.reason is not None:
        return Reading(unknown=(text,), reasons={text: match.reason})
    if write_in is not None:
        return Reading((write_in.code,), written_in=(text,), plain=write_in.text())
    return Reading(unknown=(text,))


def _read_list(
    text: str, splitter: "_Splitter", write_in: Choice | None, *, ranked: bool
) -> Reading:
    codes: dict[str, None] = {}
    unknown: list[str] = []
    written: list[str] = []
    reasons: dict[str, str] = {}
    plain: list[str] = []
    respelt = False
    for part, match in splitter.split(text):
        if match.code is None and match.reason is None and write_in is not None:
            written.append(part)
            match = Match(write_in.code, respelt=True)  # noqa: PLW2901 - the answer
        if match.code is None:
            unknown.append(part)
            plain.append(part)
            if match.reason is not None:
                reasons[part] = match.reason
            continue
        label = splitter.index.labels[match.code]
        respelt = respelt or match.respelt
        if match.code not in codes:
            plain.append(label if match.respelt else part)
        codes[match.code] = None
    order = splitter.order
    return Reading(
        tuple(codes if ranked else sorted(codes, key=order.__getitem__)),
        tuple(unknown),
        reasons,
        tuple(written),
        splitter.joint.join(plain) if respelt else None,
    )


class _Splitter:
    """Splits a cell into known options, although options may contain the mark.

    Both the cell and every known text are cut at the marks; then as few pieces of
    the cell as possible are left without an option, and among such readings the one
    with the fewest, hence longest, options is taken.
    """

    def __init__(
        self, choices: Sequence[Choice], index: ChoiceIndex, marks: Sequence[str]
    ) -> None:
        self.index = index
        self.order = {choice.code: at for at, choice in enumerate(choices)}
        self.joint = marks[0] or " "
        self._marks = tuple(
            dict.fromkeys(normalise(mark) for mark in marks if mark.strip())
        )
        self._options = {
            tuple(normalise(piece) for piece in self._cut(key)): match
            for key, match in index.known.items()
        }
        self._longest = max(map(len, self._options), default=1)
        self._keys: dict[str, str] = {}
        self._alone: dict[str, Match] = {}

    def split(self, text: str) -> list[tuple[str, Match]]:
        """List the parts of a cell and what each stands for, in the cell's order."""
        pieces = self._cut(html.unescape(text))
        if not pieces:
            return []
        if self._longest == 1:
            return [(piece, self._match_alone(piece)) for piece in pieces]
        keys = [self._key(piece) for piece in pieces]
        # best[i]: pieces left over, number of parts, the parts of pieces[i:]
        best: list[tuple[int, int, list[tuple[str, Match]]]] = [(0, 0, [])]
        for start in range(len(pieces) - 1, -1, -1):
            ways = []
            for length in range(1, min(self._longest, len(pieces) - start) + 1):
                match = self._match(pieces[start], keys[start : start + length])
                if match.code is None and match.reason is None and length > 1:
                    continue
                lost, parts, rest = best[length - 1]
                part = self.joint.join(pieces[start : start + length])
                found = match.code is not None
                ways.append((lost + (not found), parts + 1, [(part, match), *rest]))
            best.insert(0, min(ways, key=lambda way: way[:2]))
        return best[0][2]

    def _match(self, piece: str, keys: list[str]) -> Match:
        if len(keys) == 1:
            return self._match_alone(piece)
        return self._options.get(tuple(keys), Match(None))

    def _match_alone(self, piece: str) -> Match:
        """Match a piece by itself; once, since most occur in many cells."""
        found = self._alone.get(piece)
        if found is None:
            known = self._options.get((self._key(piece),))
            found = known if known is not None else self.index.find(piece)
            self._alone[piece] = found
        return found

    def _key(self, piece: str) -> str:
        key = self._keys.get(piece)
        if key is None:
            key = self._keys[piece] = normalise(piece)
        return key

    def _cut(self, text: str) -> list[str]:
        if not self._marks:
            return text.split()
        pieces = [text]
        for mark in self._marks:
            pieces = [part for piece in pieces for part in piece.split(mark)]
        return [part.strip() for part in pieces if part.strip()]
