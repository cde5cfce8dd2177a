"""From exports and a codebook to responses: the whole of cleaning, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from surveytools.cleaning import audit
from surveytools.cleaning.accounting import LEFT_OUT, Outcomes, account
from surveytools.cleaning.checks import check_answers, check_duplicates
from surveytools.cleaning.codebook import Codebook
from surveytools.cleaning.coding import code_item
from surveytools.cleaning.columns import Matched, match_columns
from surveytools.cleaning.derive import derive
from surveytools.cleaning.findings import UNKNOWN_COLUMN, Finding, finding_frame
from surveytools.cleaning.layout import Layout, lay_out
from surveytools.cleaning.pseudonyms import key_id, pseudonym_frame
from surveytools.cleaning.responses import Responses
from surveytools.cleaning.rows import ANSWERS, RULES
from surveytools.cleaning.skips import absent_not_asked, apply_skip_rules
from surveytools.cleaning.steps import STEPS
from surveytools.cleaning.texts import export_names, stack, text_frame
from surveytools.cleaning.told import blank_states, empty_ticks, told_by
from surveytools.cleaning.unresolved_cells import unresolved_cells
from surveytools.errors import (
    ExportError,
    Location,
    StudyError,
    SurveyError,
    raise_all,
)
from surveytools.reading.progress import begin
from surveytools.reading.table import RawTable
from surveytools.study.study import RowRules
from surveytools.study.units import Units

__all__ = ["clean"]

_KEEP_ALL_BUT_EMPTY = RowRules()
_T = TypeVar("_T")


def clean(
    raws: Sequence[RawTable],
    codebook: Codebook,
    *,
    wave: str,
    rows: RowRules = _KEEP_ALL_BUT_EMPTY,
    units: Units | None = None,
    key: bytes | None = None,
) -> Responses:
    """Clean the exports of a wave with its codebook.

    Columns get the names of their items, the steps run in their order, and the text
    that they leave is coded. Answers that the codebook doesn't know are unresolved
    and stand in the findings; nothing is guessed and nothing lost.

    Parameters
    ----------
    raws
        The exports, appended in this order.
    codebook
        What was asked.
    wave
        Name of the wave.
    rows
        Which rows are left out, and what partial rows count for.
    units
        Departments: their other spellings and group names count for the items whose
        choices they are.
    key
        Key of the pseudonyms that the codebook keeps; see
        `surveytools.study.keys.read_key`.

    Raises
    ------
    CodebookError, SurveyErrors
        If an export lacks items of the codebook, or columns can't be told apart.
    StudyError
        If pseudonyms are to be kept and there is no key, or ``rows`` compare
        pseudonyms that the codebook doesn't keep.
    ExportError
        If there is no export, or one is given twice.
    """
    if not raws:
        msg = "there is no export to clean"
        raise ExportError(msg, hint="name at least one file")
    names = export_names(raws)
    matches = [match_columns(raw, codebook) for raw in raws]
    raise_all([problem for match in matches for problem in match.problems])

    index = stack(raws, names)
    texts = text_frame(raws, matches, index)
    persons = pseudonym_frame(raws, codebook, index, key=key)
    _check_rules(rows, codebook)
    told = told_by(raws, matches, codebook, index, reached=rows.partial == "reached")
    layout = lay_out(
        texts,
        codebook,
        raws,
        rules=rows,
        units=units,
        filled_elsewhere=_filled_elsewhere(raws, matches, index),
        persons=persons,
    )
    done = begin("cleaning", len(STEPS) + len(codebook.asked()))
    texts, changes, left_out = _run_steps(texts, layout, done)
    told = told.of_rows(texts.index)
    coded = []
    for item in codebook.asked():
        coded.append(code_item(item, texts, layout))
        done(1)
    frame = pd.DataFrame(_joined(c.frame for c in coded), index=texts.index)
    states = pd.DataFrame(_joined(c.states for c in coded), index=texts.index)
    lost = _joined(c.lost for c in coded)
    for item in codebook.asked():
        if item.code in told.ticks:
            frame, states = empty_ticks(item, frame, states, lost, told)
    states = absent_not_asked(states, matches, names)
    states = blank_states(states, told)
    states, skipped = apply_skip_rules(frame, states, codebook, told)
    accounting = account(raws, names, matches, Outcomes(states, lost, left_out))
    findings = [
        *_unknown_columns(raws, names, matches),
        *(finding for c in coded for finding in c.findings),
        *skipped,
        *check_answers(frame, states, codebook),
        *check_duplicates(texts, layout),
    ]
    frame, states = derive(frame, states, codebook)
    return Responses(
        frame,
        states,
        codebook,
        wave,
        accounting,
        changes,
        finding_frame(findings),
        _row_counts(raws, index, texts.index, left_out, layout),
        persons if len(persons) == len(texts) else persons.loc[texts.index],
        key_id(key) if key is not None and codebook.pseudonyms else None,
        unresolved_cells(findings, raws, names, matches, texts.index),
    )


def _check_rules(rules: RowRules, codebook: Codebook) -> None:
    known = [ANSWERS, *(entry.code for entry in codebook.pseudonyms)]
    for code in rules.duplicates_by:
        if code not in known:
            msg = f"`duplicates_by` names {code!r}, and the codebook keeps no such"
            msg += " pseudonym"
            hint = f"use {' or '.join(known)}"
            raise StudyError(msg, Location(codebook.file), hint)


def _row_counts(
    raws: Sequence[RawTable],
    read: pd.Index[str],
    kept: pd.Index[str],
    left_out: Mapping[str, pd.Index[str]],
    layout: Layout,
) -> dict[str, int]:
    """Count rows by what became of them.

    Raises
    ------
    SurveyError
        If they don't add up, which is a fault of this program.
    """
    counts = {"read": len(read)}
    counts |= {LEFT_OUT + rule: len(rows) for rule, rows in left_out.items()}
    counts["kept"] = len(kept)
    if 2 * len(read) != sum(counts.values()):
        msg = f"{sum(counts.values()) - len(read)} of {len(read)} rows accounted for"
        raise SurveyError(msg, hint="this is a fault of surveytools; report it")
    if any(raw.partial is not None for raw in raws):
        partial = layout.partial
        here = partial if len(partial) == len(kept) else partial.loc[kept]
        counts["partial"] = int(here.sum())
    return counts


def _run_steps(
    texts: pd.DataFrame, layout: Layout, done: Callable[[int], object]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.Index[str]]]:
    """Run the steps; note what each changed, and which rows it left out."""
    changes = []
    left_out = {}
    for step in STEPS:
        after = step(texts, layout)
        name = step.__name__
        changes.append(audit.diff(texts, after, step=name))
        if len(after) < len(texts):
            left_out[RULES[name]] = texts.index.difference(after.index, sort=False)
        texts = after
        done(1)
    return texts, pd.concat(changes, ignore_index=True), left_out


def _joined(parts: Iterable[Mapping[str, _T]]) -> dict[str, _T]:
    return {name: value for part in parts for name, value in part.items()}


def _filled_elsewhere(
    raws: Sequence[RawTable], matches: Sequence[Matched], index: pd.MultiIndex
) -> pd.Index[str]:
    """Rows with something in a column that the codebook doesn't know."""
    filled = np.zeros(len(index), dtype=bool)
    start = 0
    for raw, match in zip(raws, matches, strict=True):
        end = start + len(raw.frame)
        unknown = [entry.column.name for entry in match.columns if entry.unknown]
        filled[start:end] = raw.frame[unknown].notna().any(axis=1)
        start = end
    return index[filled]


def _unknown_columns(
    raws: Sequence[RawTable], names: Sequence[str], matches: Sequence[Matched]
) -> Iterator[Finding]:
    """One finding a column, without contents: nobody said what the column holds."""
    for raw, name, match in zip(raws, names, matches, strict=True):
        for entry in match.columns:
            if entry.unknown:
                cells = int(raw.frame[entry.column.name].notna().sum())
                yield Finding(
                    UNKNOWN_COLUMN,
                    f"{cells} cells with answers",
                    "add an item, or list the header under `ignored`",
                    name,
                    column=entry.column.name,
                    cells=cells,
                )
