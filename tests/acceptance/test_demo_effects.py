"""What was planted in the demo comes back out of the analysis.

The letters are those of section 7.6 of the domain notes: the truth was put into the
simulation, so these numbers come from outside the analysis.
"""

import pytest

from surveytools import open_study
from surveytools.analysis import wilson_interval

PHYSICS = ("ep", "th")
ACCELERATORS = ("be", "sy", "te", "en_sce")
SUPPORT = ("administration", "hse", "dg_ir_rcs")


@pytest.fixture(scope="module", params=["2023", "2024"])
def wave(request):
    return request.param


@pytest.fixture(scope="module")
def survey(demo_home):
    return open_study(demo_home)


def pooled(table, answer, groups):
    """Interval of the share of an answer over some shown groups together."""
    cells = table.cells
    chosen = cells[cells["answer"].eq(answer) & cells["group"].isin(groups)]
    shown = chosen[~chosen["withheld"]]
    low, high = wilson_interval(shown["count"].sum(), shown["base"].sum())
    return float(low), float(high)


@pytest.fixture(scope="module")
def obstacles(survey, wave):
    return survey.table("obstacles_major", by="department", wave=wave)


@pytest.mark.parametrize("obstacle", ["gpu", "multi"])
def test_a_gpu_obstacles_are_higher_in_physics_than_at_the_accelerators(
    obstacles, obstacle
):
    physics, _ = pooled(obstacles, obstacle, PHYSICS)
    _, accelerators = pooled(obstacles, obstacle, ACCELERATORS)

    assert physics > accelerators


@pytest.mark.parametrize("elsewhere", [ACCELERATORS, SUPPORT], ids=["ats", "support"])
def test_b_lack_of_skills_is_higher_outside_physics(obstacles, elsewhere):
    _, physics = pooled(obstacles, "skill", PHYSICS)
    low, _ = pooled(obstacles, "skill", elsewhere)

    assert low > physics


def test_c_only_the_accelerators_need_the_technical_network(survey, wave):
    needs = survey.table("q28", by="department", wave=wave)
    accelerators, _ = pooled(needs, "ctrlnet", ACCELERATORS)
    _, others = pooled(needs, "ctrlnet", ("ep", "it", "th", *SUPPORT))

    assert accelerators > 0.25
    assert others < 0.1


def test_e_ml_cern_is_known_to_far_fewer_than_swan(survey, wave):
    aware = survey.table("service_aware", wave=wave)
    _, ml_cern = pooled(aware, "ml_cern", ("total",))
    swan, _ = pooled(aware, "swan", ("total",))

    assert swan - ml_cern > 0.1


def test_g_nxcals_is_used_almost_only_at_the_accelerators(survey, wave):
    use = survey.table("service_use", by="department", wave=wave)
    accelerators, _ = pooled(use, "nxcals", ACCELERATORS)
    _, others = pooled(use, "nxcals", ("ep", "it", "th", *SUPPORT))

    assert accelerators > 0.35
    assert others < accelerators / 3


def test_most_of_the_heat_map_is_shown(survey):
    heat_map = survey.plan["service_use_by_department"].cells
    of_departments = heat_map[heat_map["group"].ne("total")]

    assert (~of_departments["withheld"]).mean() >= 0.7
    assert len(of_departments) >= 300


def test_wave_2023_lacks_the_services_that_did_not_exist(survey):
    use = survey.table("service_use", wave="2023")

    assert {"genai", "ngt"}.isdisjoint(choice.code for choice in use.answers)
