"""The Star Wars survey, against the article that published it.

"America's Favorite 'Star Wars' Movies (And Least Favorite Characters)",
FiveThirtyEight, 2014; data fivethirtyeight/data, CC-BY-4.0. Shares are of who answered;
those of the best film are of the 471 who have seen all six.
"""

import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning import clean, load_codebook, summary
from surveytools.reading import read_export

FILMS = ("i", "ii", "iii", "iv", "v", "vi")
ALL_SIX = " and ".join(f"films = {film}" for film in FILMS)


@pytest.fixture(scope="module")
def starwars(root, shared_data):
    codebook = load_codebook(root / "tests/acceptance/starwars/codebook.toml")
    raw = read_export(shared_data / "starwars/StarWars.csv")
    return clean([raw], codebook, wave="2014")


def cells(responses, item, **options):
    table = tabulate(responses, item, **options).cells
    return table.set_index(["row", "answer"]) if table["row"].any() else (
        table.set_index("answer")
    )  # fmt: skip


def percent(found, key):
    return round(100 * found.loc[key, "count"] / found.loc[key, "base"])


def test_every_cell_is_accounted_for(starwars):
    outcomes = dict(summary(starwars.accounting))

    assert len(starwars.frame) == 1186
    assert sum(outcomes.values()) == 1186 * 38
    assert "unresolved" not in outcomes
    assert outcomes["left out: platform metadata"] == 1186


def test_835_saw_a_film_and_471_all_six(starwars):
    films = cells(starwars, "films")
    assert films["base"].unique().tolist() == [835]
    assert films.loc[list(FILMS), "count"].tolist() == [673, 571, 550, 607, 758, 738]

    exact = cells(starwars, "films", combinations=True)
    assert exact.loc["+".join(FILMS), "count"] == 471


@pytest.mark.parametrize(("film", "share"), [("v", 36), ("i", 10)])
def test_best_film_of_who_saw_all_six(starwars, film, share):
    best = cells(starwars, "best", where=ALL_SIX)

    assert best.loc[film, "base"] == 471
    assert percent(best, film) == share


@pytest.mark.parametrize(
    ("character", "share"),
    [
        ("luke_skywalker", 93),
        ("han_solo", 92),
        ("princess_leia_organa", 91),
        ("darth_vader", 58),
        ("jar_jar_binks", 29),
    ],
)
def test_favorable_views(starwars, character, share):
    assert percent(cells(starwars, "view"), (character, "favorable")) == share


def test_who_shot_first(starwars):
    assert percent(cells(starwars, "shot_first"), "han") == 39
