"""Skip rules as platforms write them, turned into conditions over a codebook.

XLSForm, LimeSurvey and REDCap write infix expressions that differ in how they name a
question and spell a sign. What a rule says beyond comparisons of answers with constants
can't be turned, and is left to a person.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from surveytools.cleaning.codebook import Item, Kind
from surveytools.cleaning.questionnaires.rules import number_of
from surveytools.cleaning.truth import (
    Combination,
    Comparison,
    Condition,
    Negation,
)

__all__ = ["Reference", "compared", "condition_of"]

_OTHER = (
    r"(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<mark>&&|\|\||==|!=|<>|<=|>=|[=<>!(),])|(?P<word>[A-Za-z_][\w.:-]*)"
    r"|(?P<other>\S)"
)
_SIGNS = {"==": "=", "<>": "!=", "eq": "=", "ne": "!=", "lt": "<", "gt": ">"}
_SIGNS |= {"le": "<=", "ge": ">="}
_COMPARING = {"=", "!=", "<", "<=", ">", ">="}
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_AND, _OR, _NOT = {"and", "&&"}, {"or", "||"}, {"not", "!"}
_TICKED, _UNTICKED = {"y", "1", "yes", "true"}, {"", "n", "0", "no", "false"}
_HOLDS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_DEEPEST = 40
_LONGEST = 20_000


class _NoConditionError(Exception):
    """The rule says more than a condition can."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A question of the file, as an expression names it.

    Attributes
    ----------
    item
        The item.
    row
        Code of a row, for matrices.
    choice
        Code of a choice, where the expression names one option of a
        multiple-response item.
    answers
        Code of each choice by the name that the file has for it.
    """

    item: Item
    row: str | None = None
    choice: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def condition_of(
    rule: str, reference: str, resolve: Callable[[str], Reference | None]
) -> Condition | None:
    """Turn a rule into a condition.

    Parameters
    ----------
    rule
        The rule as the file has it.
    reference
        Regular expression of what names a question.
    resolve
        Gives the question that such a text names, if there is one.

    Returns
    -------
    Condition or None
        ``None`` where the rule says something that a condition can't.
    """
    if len(rule) > _LONGEST:
        return None
    pattern = re.compile(f"(?P<reference>{reference})|{_OTHER}")
    tokens = [_Token(m.lastgroup or "other", m[0]) for m in pattern.finditer(rule)]
    try:
        return _Walk(tokens, resolve).whole()
    except _NoConditionError:
        return None


def compared(found: Reference, sign: str, constant: str) -> Condition | None:
    """Compare a question with a constant; ``None`` where that makes no condition."""
    if found.choice is not None:
        return _ticked(found, sign, constant.strip().lower())
    if found.item.kind is Kind.TEXT or sign not in _COMPARING:
        return None
    values: tuple[str, ...]
    if found.item.kind is Kind.NUMBER:
        number = number_of(constant)
        value = () if number is None else (number,)
        return Comparison(found.item.code, sign, value) if value else None
    if sign in {"=", "!="}:
        code = found.answers.get(constant)
        values = () if code is None else (code,)
    else:
        sign, values = "in", _within(found.answers, sign, constant)
    return Comparison(found.item.code, sign, values, found.row) if values else None


def _ticked(found: Reference, sign: str, constant: str) -> Condition | None:
    """Say that an option with a column of its own is selected, or isn't."""
    known = constant in _TICKED or constant in _UNTICKED
    if sign not in {"=", "!="} or not known or found.choice is None:
        return None
    chosen = Comparison(found.item.code, "=", (found.choice,))
    return chosen if (constant in _TICKED) is (sign == "=") else Negation(chosen)


def _within(answers: Mapping[str, str], sign: str, constant: str) -> tuple[str, ...]:
    """List the answers whose names are numbers on one side of a limit."""
    numbers = [(number_of(raw), code) for raw, code in answers.items()]
    limit = number_of(constant)
    if limit is None or any(number is None for number, _ in numbers):
        return ()
    holds = _HOLDS[sign]
    return tuple(
        code for number, code in numbers if number is not None and holds(number, limit)
    )


class _Walk:
    """Reads the tokens once, from left to right."""

    def __init__(
        self, tokens: list[_Token], resolve: Callable[[str], Reference | None]
    ) -> None:
        self.tokens = [*tokens, _Token("end", "")]
        self.resolve = resolve
        self.next = 0
        self.depth = 0

    def whole(self) -> Condition:
        condition = self.either()
        if self.tokens[self.next].kind != "end":
            self.stop()
        return condition

    def either(self) -> Condition:
        parts = [self.both()]
        while self.take(_OR):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Combination("or", tuple(parts))

    def both(self) -> Condition:
        parts = [self.single()]
        while self.take(_AND):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Combination("and", tuple(parts))

    def single(self) -> Condition:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.stop()
        if self.take(_NOT):
            condition: Condition = Negation(self.single())
        elif self.take({"("}):
            condition = self.either()
            self.expect(")")
        elif self.take({"selected"}):
            condition = self.selected()
        else:
            condition = self.comparison()
        self.depth -= 1
        return condition

    def selected(self) -> Condition:
        """XLSForm's ``selected(${q}, 'a')``."""
        self.expect("(")
        found = self.operand()
        self.expect(",")
        constant = self.operand()
        self.expect(")")
        if not isinstance(found, Reference) or not isinstance(constant, str):
            self.stop()
        return self.made(found, "=", constant)

    def comparison(self) -> Condition:
        left = self.operand()
        token = self.tokens[self.next]
        sign = _SIGNS.get(token.text.lower(), token.text)
        if sign not in _COMPARING:
            self.stop()
        self.next += 1
        right = self.operand()
        if isinstance(left, Reference) and isinstance(right, str):
            return self.made(left, sign, right)
        if isinstance(left, str) and isinstance(right, Reference):
            return self.made(right, _FLIPPED.get(sign, sign), left)
        raise _NoConditionError

    def made(self, found: Reference, sign: str, constant: str) -> Condition:
        condition = compared(found, sign, constant)
        if condition is None:
            self.stop()
        return condition

    def operand(self) -> Reference | str:
        token = self.tokens[self.next]
        self.next += 1
        if token.kind == "reference":
            found = self.resolve(token.text)
            if found is None:
                self.stop()
            return found
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "number":
            return token.text
        raise _NoConditionError

    def take(self, words: set[str]) -> bool:
        token = self.tokens[self.next]
        if token.kind not in {"word", "mark"} or token.text.lower() not in words:
            return False
        self.next += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take({mark}):
            self.stop()

    def stop(self) -> NoReturn:
        raise _NoConditionError
