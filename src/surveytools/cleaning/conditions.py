"""Reading conditions such as ``q06 in (prod, dev) and not q12 < 5``; no eval.

The grammar, with keywords in any case::

    either     = both ("or" both)*
    both       = single ("and" single)*
    single     = "not" single | "(" either ")" | comparison
    comparison = item ("=" | "!=") value
               | item "in" "(" value ("," value)* ")"
               | item ("<" | "<=" | ">" | ">=") number
    item       = code | code "." row | code "." "*"

A value is the code of one of the item's choices or, for a number, a number. Of a
multiple-response item, ``q07 = reco`` means that the choice was selected.
``q13.swan`` is a row of a matrix; ``q13.*`` the row that a ``where`` derivation is
looking at.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from surveytools.cleaning.codebook import Codebook, Item, Kind
from surveytools.cleaning.truth import (
    EVERY_ROW,
    Combination,
    Comparison,
    Condition,
    Negation,
)
from surveytools.errors import CodebookError, Location, raise_all
from surveytools.study.problems import closest

__all__ = ["KEYWORDS", "Condition", "parse_condition"]

KEYWORDS = ("and", "or", "not", "in")
"""Words that can't be codes of items."""

_TOKEN = re.compile(
    r"(?P<number>-?\d+\.\d+|-\d+)|(?P<word>\w+)|(?P<mark><=|>=|!=|[=<>(),.*])"
    r"|(?P<other>\S)"
)
_SIGNS = ("=", "!=", "<", "<=", ">", ">=")
_DEEPEST = 50  # brackets and negations; far below Python's own limit


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, number or mark, and the character at which it starts, from 1."""

    kind: str
    text: str
    at: int


def parse_condition(
    text: str, codebook: Codebook, *, where: Location | None = None
) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text
        For example ``q06 in (prod, dev) and q12 >= 5``.
    codebook
        Where the codes come from.
    where
        Place of the text, for messages; by default the codebook's file.

    Raises
    ------
    CodebookError, SurveyErrors
        If the text isn't in the grammar, with the character at which reading stopped.
        Or for each item, row or choice that the codebook doesn't have, with the
        closest one that it has.
    """
    reader = _Reader(text, codebook, where or Location(codebook.file))
    condition = reader.either()
    reader.end()
    raise_all(reader.problems)
    return condition


class _Reader:
    """Walks over the tokens once, from left to right.

    A token that doesn't fit ends the reading; a code that isn't known is noted in
    ``problems``, and reading goes on.
    """

    def __init__(self, text: str, codebook: Codebook, where: Location) -> None:
        self.text = text
        self.codebook = codebook
        self.where = where
        self.problems: list[CodebookError] = []
        self.tokens = [
            _Token(match.lastgroup or "other", match[0], match.start() + 1)
            for match in _TOKEN.finditer(text)
        ]
        self.tokens.append(_Token("end", "", len(text) + 1))
        self.next = 0
        self.depth = 0

    def either(self) -> Condition:
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Combination("or", tuple(parts))

    def both(self) -> Condition:
        parts = [self.single()]
        while self.take("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Combination("and", tuple(parts))

    def single(self) -> Condition:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.stop("brackets go too deep", "write it with fewer brackets")
        if self.take("not"):
            condition: Condition = Negation(self.single())
        elif self.take("("):
            condition = self.either()
            self.expect(")")
        else:
            condition = self.comparison()
        self.depth -= 1
        return condition

    def comparison(self) -> Comparison:
        name = self.code("the code of an item")
        item = self.known_item(name)
        row = None
        if self.take("."):
            row = EVERY_ROW if self.take("*") else self.code("a row or *").text
        self.check_row(name, item, row)
        if self.take("in"):
            self.expect("(")
            values = [self.value()]
            while self.take(","):
                values.append(self.value())
            self.expect(")")
            return self.compared(name, item, row, "in", values)
        sign = self.tokens[self.next].text
        if sign not in _SIGNS:
            self.refuse("= != < <= > >= or in")
        self.next += 1
        return self.compared(name, item, row, sign, [self.value()])

    def compared(
        self,
        name: _Token,
        item: Item | None,
        row: str | None,
        sign: str,
        values: list[_Token],
    ) -> Comparison:
        """Make the comparison, after checking that sign and values suit the item."""
        texts = tuple(value.text for value in values)
        if item is None:
            return Comparison(name.text, sign, texts, row)
        if item.kind is Kind.TEXT:
            self.note(name, f"{item.code!r} is text", "compare an item with choices")
        elif item.kind is Kind.RANKING:
            hint = 'derive an item with `how = "first"`, and compare that'
            self.note(name, f"{item.code!r} is a ranking", hint)
        elif item.kind is Kind.NUMBER:
            return self.compared_number(name, item, sign, values)
        elif sign in {"<", "<=", ">", ">="}:
            msg = f"{sign!r} compares numbers, and {item.code!r} has choices"
            self.note(name, msg, "use = != or in")
        else:
            known = [choice.code for choice in item.choices]
            for value in values:
                if value.text not in known:
                    msg = f"item {item.code!r} has no choice {value.text!r}"
                    self.note(value, msg, closest(value.text, known))
        return Comparison(item.code, sign, texts, row)

    def compared_number(
        self, name: _Token, item: Item, sign: str, values: list[_Token]
    ) -> Comparison:
        number = 0.0
        if sign == "in":
            msg = f"{item.code!r} is a number, and 'in' lists choices"
            self.note(name, msg, "use = != < <= > or >=")
        else:
            try:
                number = float(values[0].text)
            except ValueError:
                msg = f"{item.code!r} is a number, and {values[0].text!r} is not"
                self.note(values[0], msg, "compare it with a number")
        return Comparison(item.code, sign, (number,))

    def known_item(self, name: _Token) -> Item | None:
        for item in self.codebook.items:
            if item.code == name.text:
                return item
        known = [item.code for item in self.codebook.items]
        self.note(name, f"there is no item {name.text!r}", closest(name.text, known))
        return None

    def check_row(self, name: _Token, item: Item | None, row: str | None) -> None:
        if item is None:
            return
        rows = [entry.code for entry in item.rows]
        if row is None and item.kind is Kind.MATRIX:
            msg = f"{item.code!r} is a matrix"
            self.note(name, msg, f"name a row: {item.code}.{rows[0]}")
        elif row is not None and item.kind is not Kind.MATRIX:
            self.note(name, f"{item.code!r} has no rows", f"write {item.code} alone")
        elif row is not None and row != EVERY_ROW and row not in rows:
            msg = f"item {item.code!r} has no row {row!r}"
            self.note(name, msg, closest(row, rows))

    def take(self, text: str) -> bool:
        """Step over the next token if it is this word or mark."""
        token = self.tokens[self.next]
        if token.kind not in {"word", "mark"} or token.text.lower() != text:
            return False
        self.next += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            self.refuse(mark)

    def code(self, wanted: str) -> _Token:
        token = self.tokens[self.next]
        if token.kind != "word" or token.text.lower() in KEYWORDS:
            self.refuse(wanted)
        self.next += 1
        return token

    def value(self) -> _Token:
        token = self.tokens[self.next]
        if token.kind not in {"word", "number"}:
            self.refuse("the code of a choice, or a number")
        self.next += 1
        return token

    def end(self) -> None:
        if self.tokens[self.next].kind != "end":
            self.refuse("'and', 'or' or the end")

    def refuse(self, wanted: str) -> NoReturn:
        token = self.tokens[self.next]
        found = repr(token.text) if token.text else "the end"
        self.stop(f"found {found}", f"write {wanted} there")

    def stop(self, problem: str, hint: str) -> NoReturn:
        raise self.located(self.tokens[self.next], problem, hint)

    def note(self, token: _Token, problem: str, hint: str) -> None:
        self.problems.append(self.located(token, problem, hint))

    def located(self, token: _Token, problem: str, hint: str) -> CodebookError:
        msg = f"{problem} at character {token.at} of {self.text!r}"
        return CodebookError(msg, self.where, hint)
