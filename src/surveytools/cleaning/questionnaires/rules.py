"""Conditions written out again, in the shortest form that means the same."""

from surveytools.cleaning.numbers import plain_number
from surveytools.cleaning.truth import (
    Combination,
    Comparison,
    Condition,
    Negation,
)

__all__ = ["condition_text", "number_of", "number_text", "simplified"]

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def condition_text(condition: Condition) -> str:
    """Write a condition in the grammar of `surveytools.cleaning.conditions`."""
    if isinstance(condition, Negation):
        return f"not ({condition_text(condition.part)})"
    if isinstance(condition, Comparison):
        return _comparison(condition)
    parts = [
        f"({condition_text(part)})"
        if isinstance(part, Combination)
        else condition_text(part)
        for part in condition.parts
    ]
    return f" {condition.word} ".join(parts)


def simplified(condition: Condition) -> Condition:
    """Join ``q = a or q = b`` to ``q in (a, b)``, and take negations inward.

    Rules of platforms know no ``in``: what was written as several comparisons comes
    back as one. With Kleene's truth, *not (q = a)* is *q != a*.
    """
    if isinstance(condition, Comparison):
        if condition.sign == "in" and len(condition.values) == 1:
            return Comparison(condition.item, "=", condition.values, condition.row)
        return condition
    if isinstance(condition, Negation):
        return _negated(simplified(condition.part))
    parts: list[Condition] = []
    for part in map(simplified, condition.parts):
        nested = isinstance(part, Combination) and part.word == condition.word
        parts += part.parts if isinstance(part, Combination) and nested else [part]
    if condition.word == "or":
        parts = _joined(parts)
    return parts[0] if len(parts) == 1 else Combination(condition.word, tuple(parts))


def number_text(number: float) -> str:
    """Write a number without exponent, whole ones without decimals."""
    if number.is_integer():
        return str(int(number))
    return f"{number:.12f}".rstrip("0")


def number_of(text: str) -> float | None:
    """Read a number that stands alone; ``None`` for anything else."""
    plain = plain_number(text)
    return None if plain is None else float(plain)


def _negated(part: Condition) -> Condition:
    if isinstance(part, Negation):
        return part.part
    if isinstance(part, Comparison) and part.sign in _OPPOSITE:
        return Comparison(part.item, _OPPOSITE[part.sign], part.values, part.row)
    return Negation(part)


def _joined(parts: list[Condition]) -> list[Condition]:
    """Put comparisons of one item side by side into one."""
    joined: list[Condition] = []
    for part in parts:
        last = joined[-1] if joined else None
        if (
            isinstance(part, Comparison)
            and isinstance(last, Comparison)
            and (part.item, part.row) == (last.item, last.row)
            and {part.sign, last.sign} <= {"=", "in"}
            and all(isinstance(v, str) for v in (*part.values, *last.values))
        ):
            values = tuple(str(v) for v in (*last.values, *part.values))
            joined[-1] = Comparison(part.item, "in", values, part.row)
        else:
            joined.append(part)
    return joined


def _comparison(part: Comparison) -> str:
    name = part.item if part.row is None else f"{part.item}.{part.row}"
    values = [number_text(v) if isinstance(v, float) else v for v in part.values]
    if part.sign == "in":
        return f"{name} in ({', '.join(values)})"
    return f"{name} {part.sign} {values[0]}"
