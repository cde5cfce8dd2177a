"""Who selected any choice, beside who answered: tables of the one tell of the other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from surveytools.analysis.meaning import Literal, Population, selecting
from surveytools.analysis.people import People
from surveytools.disclosure.columns import Column
from surveytools.disclosure.layout import conjunction
from surveytools.disclosure.nodes import Nodes
from surveytools.disclosure.subtraction import protect_column
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

__all__ = ["add_selecting"]


def add_selecting(
    columns: Iterable[Column],
    nodes: Nodes,
    who: Mapping[str, People],
    *,
    threshold: int,
    profile: Profile,
) -> frozenset[int]:
    """Compare those who selected any choice with those who answered.

    Whoever holds tables of both subtracts the bases: how many selected nothing is an
    answer like the others, and protected like them.

    Parameters
    ----------
    columns
        Columns that tables print.
    who
        Respondents by wave.

    Returns
    -------
    frozenset of int
        Places of the numbers of those who selected any, of whom it is told how many
        answered.
    """
    columns = list(columns)
    models = {
        (column.wave, _item(column)): column
        for column in columns
        if column.table.base is BaseKind.SELECTED_ANY
    }
    found = set()
    for wave, item, people in _asked(columns, models):
        some = conjunction(people, frozenset({selecting(item)}))
        answered = conjunction(
            people, frozenset({Literal(item, frozenset({"answered"}))})
        )
        told = nodes.find((wave, answered)) is not None
        places = [_place(nodes, who, wave, each) for each in (some, answered)]
        if None in places:
            continue
        few, many = (int(place) for place in places if place is not None)
        nodes.less(few, many)
        if told:
            model = replace(models[wave, item], people=people)
            _protect(model, few, many, nodes, threshold=threshold, profile=profile)
            found.add(few)
    return frozenset(found)


def _item(column: Column) -> str:
    """Name the item whose choices were selected."""
    (some,) = column.kind[1][0]
    return some.attribute.removesuffix(" some")


def _asked(
    columns: Iterable[Column], items: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, Population]]:
    """List the people of whom some table counts choices of an item, or sets of them."""
    seen = set()
    for column in columns:
        counted = {one.attribute for answer in column.kind[0] for one in answer}
        for wave, item in items:
            key = (wave, item, column.people)
            if wave != column.wave or key in seen:
                continue
            own = (f"{item}__", f"{item} exactly")
            if any(name.startswith(own) for name in counted):
                seen.add(key)
                yield key


def _place(
    nodes: Nodes, who: Mapping[str, People], wave: str, people: Population
) -> int | None:
    """Find a number, or count it."""
    place = nodes.find((wave, people))
    if place is not None or wave not in who:
        return place
    count = who[wave].count(people)
    return None if count is None else nodes.number((wave, people), count)


def _protect(
    model: Column,
    some: int,
    answered: int,
    nodes: Nodes,
    *,
    threshold: int,
    profile: Profile,
) -> None:
    """Protect those who selected nothing as an answer of those who answered."""
    values = nodes.values
    none = values[answered] - values[some]
    place = nodes.number(("selected nothing", some, answered), none)
    nodes.equal(answered, [some, place])
    column = replace(
        model,
        counts=(place,),
        bases=(answered,),
        table=replace(model.table, answers_partition=False),
    )
    numbers = np.array([none]), np.array([values[answered]])
    protect_column(column, *numbers, nodes, threshold=threshold, profile=profile)
