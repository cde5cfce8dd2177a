"""Small exports and codebooks, written where they are used."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import pytest

from surveytools.cleaning import Choice, Codebook, Item, Kind
from surveytools.reading import Column, RawTable, Role

RawTables = Callable[..., RawTable]


def _raw_table(
    *columns: tuple[str, Sequence[str | None]],
    file: str = "export.csv",
    separator: str | None = "; ",
    roles: Mapping[str, Role] | None = None,
    labels: tuple[tuple[str, str], ...] = (),
) -> RawTable:
    headers = [header for header, _ in columns]
    described = tuple(
        Column(
            at,
            f"{header} (column {at})" if headers.count(header) > 1 else header,
            header,
            (roles or {}).get(header, Role.ANSWER),
        )
        for at, header in enumerate(headers, start=1)
    )
    height = len(columns[0][1])
    frame = pd.DataFrame(
        {
            column.name: pd.Series(cells, dtype="str")
            for column, (_, cells) in zip(described, columns, strict=True)
        },
    ).set_axis(pd.RangeIndex(2, height + 2, name="row"))
    digest = hashlib.sha256(repr((file, columns)).encode()).hexdigest()
    return RawTable(
        frame, described, file, None, digest, "test", "made up", separator, labels
    )


@pytest.fixture(scope="session")
def raw_table() -> RawTables:
    """Make a `RawTable` of pairs of header and cells; rows begin at 2."""
    return _raw_table


def _choice_item(code: str, *labels: str, kind: Kind = Kind.SINGLE, **more) -> Item:
    choices = tuple(Choice(label.split()[0].lower(), label) for label in labels)
    return Item(code, code, kind, header=code.upper(), choices=choices, **more)


@pytest.fixture(scope="session")
def choice_item() -> Callable[..., Item]:
    """Make an item of labels; a choice's code is its first word, lower-cased."""
    return _choice_item


@pytest.fixture(scope="session")
def codebook() -> Callable[..., Codebook]:
    """Make a codebook of items."""
    return lambda *items, **more: Codebook("codebook.toml", items, **more)
