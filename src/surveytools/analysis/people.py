"""Counting respondents of whom some literals hold, for tables that nobody asked for."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from surveytools.analysis.bases import MISSING
from surveytools.analysis.meaning import Literal, Population
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.responses import Responses, State

__all__ = ["People"]

_NOT = "not "


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class People:
    """Respondents of a wave. Never shown."""

    responses: Responses
    _held: dict[Literal, NDArray[np.bool_] | None] = field(default_factory=dict)

    def count(self, people: Population) -> int | None:
        """Count those for whom all literals hold; ``None`` if that can't be said."""
        inside = np.ones(len(self.responses.frame), dtype=bool)
        for literal in people:
            holds = self.holds(literal)
            if holds is None:
                return None
            inside = inside & holds
        return int(inside.sum())

    def holds(self, literal: Literal) -> NDArray[np.bool_] | None:
        """Say for each respondent whether a literal holds."""
        if literal not in self._held:
            self._held[literal] = self._evaluated(literal)
        return self._held[literal]

    def _evaluated(self, literal: Literal) -> NDArray[np.bool_] | None:
        negated = {code.removeprefix(_NOT) for code in literal.states if _NOT in code}
        if negated:
            holds = self._evaluated(Literal(literal.attribute, frozenset(negated)))
            return None if holds is None else ~holds
        name = literal.attribute
        if name.startswith("where "):
            return self._fulfilling(name.removeprefix("where "))
        if name.endswith(" some"):
            return self._some(name.removesuffix(" some"))
        if name.endswith(" exactly") and len(literal.states) == 1:
            return self._exactly(name.removesuffix(" exactly"), *literal.states)
        return self._answered(name, literal)

    def _answered(self, name: str, literal: Literal) -> NDArray[np.bool_] | None:
        frame, states = self.responses.frame, self.responses.states
        kinds = [s.value for s, c in MISSING.items() if c.code in literal.states]
        codes = {code for code in literal.states if not code.startswith("~")}
        if name in states and name in frame and frame[name].dtype == "category":
            given = frame[name].isin(sorted(codes)).to_numpy(dtype=bool)
            return given | states[name].isin(kinds).to_numpy(dtype=bool)
        if name in frame and literal.states == {"yes"}:
            return frame[name].to_numpy(dtype=bool, na_value=False)
        if name in states and codes <= {"answered"}:
            kinds += [State.ANSWERED.value] if codes else []
            return states[name].isin(kinds).to_numpy(dtype=bool)
        return None

    def _fulfilling(self, text: str) -> NDArray[np.bool_] | None:
        condition, _, row = text.rpartition(" at ")
        codebook = self.responses.codebook
        parsed = parse_condition(condition, codebook)
        holds = parsed.holds(
            self.responses.frame, self.responses.states, codebook, row=row or None
        )
        return holds.to_numpy(dtype=bool, na_value=False)

    def _exactly(self, code: str, chosen: str) -> NDArray[np.bool_] | None:
        """Say who selected some choices, of those that are answers, and no others."""
        frame, states = self.responses.frame, self.responses.states
        item = self.responses.codebook.item(code)
        if code not in states or item.kind is not Kind.MULTIPLE:
            return None
        inside = states[code].eq(State.ANSWERED.value).to_numpy(dtype=bool)
        wanted = chosen.split("+")
        for choice in item.choices:
            if choice.missing is None:
                column = frame[f"{code}__{choice.code}"]
                marked = column.to_numpy(dtype=bool, na_value=False)
                inside = inside & (marked == (choice.code in wanted))
        return inside

    def _some(self, code: str) -> NDArray[np.bool_] | None:
        item = self.responses.codebook.item(code)
        if item.kind is not Kind.MULTIPLE:
            return None
        inside = np.zeros(len(self.responses.frame), dtype=bool)
        for choice in item.choices:
            if choice.missing is None:
                column = self.responses.frame[f"{code}__{choice.code}"]
                inside = inside | column.to_numpy(dtype=bool, na_value=False)
        return inside
