"""Nothing that is written depends on a hidden number."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from surveytools.analysis import wilson_interval
from surveytools.disclosure import Ledger, record
from surveytools.disclosure.details import PLAIN, details_of
from surveytools.disclosure.writing import as_csv, as_json, as_markdown, as_workbook
from surveytools.study.study import Profile

sys.path.insert(0, str(Path(__file__).parent))
from studies import Attacker, draw_plan, draw_responses, tabulated


def another_truth(attacker, random):
    """Find other respondents who would have given the same published numbers."""
    found = milp(
        random.normal(size=len(attacker.true)),
        integrality=np.ones(len(attacker.true)),
        constraints=LinearConstraint(
            csr_array(np.array(attacker.rows)), attacker.values, attacker.values
        ),
        bounds=Bounds(0, 1_000),
    )
    assert found.status == 0, found.message
    return np.round(found.x)


def counted_anew(attacker, asked, table):
    """Count a table of other respondents."""
    cells = table.cells.copy()
    no_group = table.no_group
    for group, inside, base in attacker.columns(asked, table):
        if group is None:
            no_group = int(attacker.true[base].sum())
            continue
        for answer in table.answers:
            own = cells["group"].eq(group) & cells["answer"].eq(answer.code)
            count = attacker.true[
                inside & attacker.answer(asked, table, answer.code)
            ].sum()
            cells.loc[own, ["count", "base"]] = [count, attacker.true[base].sum()]
    low, high = wilson_interval(cells["count"], cells["base"])
    share = cells["count"] / cells["base"].where(cells["base"].gt(0))
    cells = cells.assign(share=share, low=low, high=high)
    return dataclasses.replace(table, cells=cells, no_group=no_group)


def written(safe):
    """Write it, plain and with letters, also of a net where answers add up."""
    codes = [answer.code for answer in safe.answers]
    nets = {"Net": codes[:2]} if safe.answers_partition else None
    return [
        writer(safe, details=details)
        for details in (PLAIN, details_of(safe, correction="none", nets=nets))
        for writer in (as_csv, as_json, as_markdown, as_workbook)
    ]


@pytest.mark.parametrize("seed", [0, 4, 11, 15])
def test_other_answers_behind_the_same_published_numbers_give_the_same_bytes(seed):
    random = np.random.default_rng(seed)
    responses, plan = draw_responses(random), draw_plan(random)
    tables = tabulated(plan, responses)
    ledger = Ledger.of(tables, threshold=5, profile=Profile.WORKSHOP)
    attacker = Attacker(plan, responses)
    safe = ledger.safe()
    for asked, table in zip(plan, safe, strict=True):
        attacker.read(asked, table)
    truth = attacker.true

    attacker.true = another_truth(attacker, random)
    others = tuple(map(counted_anew, [attacker] * len(plan), plan, tables))
    again = dataclasses.replace(ledger, tables=others).safe()

    assert (attacker.true != truth).any()
    assert any(
        not one.cells["count"].equals(two.cells["count"])
        for one, two in zip(tables, others, strict=True)
    )
    for one, two in zip(safe, again, strict=True):
        assert written(one) == written(two)
    assert record(safe).equals(record(again))
