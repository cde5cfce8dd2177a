"""The demo's tables, subtracted from one another as a reader would do it."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from surveytools import open_study
from surveytools.analysis import tabulate

NOBODY = "no department"


@pytest.fixture(scope="module")
def survey(demo_home):
    return open_study(demo_home)


def everybody(survey, stub, code):
    """Respondents who selected a choice, and its base, in the table without groups."""
    if stub == "obstacles_major":  # answers 4 and 5 of each row of q27
        cells = survey.plan["obstacles"].cells.query("row == @code")
        counts = cells.set_index("answer").loc[["4", "5"], "count"]
        return counts.sum(skipna=False), cells["base"].iloc[0]
    table = {"q28": "needs", "service_use": "service_use"}[stub]
    (cell,) = survey.plan[table].cells.query("answer == @code").itertuples()
    return cell.count, cell.base


def bounds(rows, values, wanted):
    """Smallest and largest value of a sum of unknowns."""
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * wanted, A_eq=np.array(rows), b_eq=values, bounds=(0, 1000)
        )
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return ends


@pytest.mark.parametrize(
    "name",
    ["needs_by_department", "service_use_by_department", "obstacles_by_department"],
)
def test_no_small_group_of_the_demo_is_found_by_subtraction(survey, name):
    """Unknowns: of each department and of those without, who selected a choice and
    who didn't."""
    safe = survey.plan[name]
    threshold = survey.study.disclosure.threshold
    truth = tabulate(survey.responses(), safe.stub, by=safe.banner).cells
    alone = tabulate(survey.responses(), safe.stub).cells.set_index("answer")["base"]
    groups = [group.code for group in safe.groups[:-1]] + [NOBODY]
    attacked = 0

    for answer in safe.answers:
        rows, values = [], []

        def who(*codes, selected=(True, False)):
            chosen = np.isin(groups, codes)[:, np.newaxis]
            return (chosen & np.isin([True, False], selected)).ravel().astype(float)

        def know(row, number, rows=rows, values=values):
            if not pd.isna(number):
                rows.append(row)
                values.append(float(number))

        for cell in safe.cells.query("answer == @answer.code").itertuples():
            codes = groups[:-1] if cell.group == "total" else [cell.group]
            know(who(*codes, selected=(True,)), cell.count)
            know(who(*codes), cell.base)
        count, base = everybody(survey, safe.stub, answer.code)
        know(who(*groups, selected=(True,)), count)
        know(who(*groups), base)
        sizes = truth.query("answer == @answer.code").set_index("group")["base"]
        outside = alone[answer.code] - sizes["total"]
        for group, size in (*sizes.drop("total").items(), (NOBODY, outside)):
            if 1 <= size < threshold:
                low, high = bounds(rows, values, who(group))
                assert high >= threshold - 1e-6, (answer.code, group)
                assert high - low >= threshold - 1 - 1e-6, (answer.code, group)
                attacked += 1
    assert attacked
