"""Real files of Qualtrics, drafted and cleaned: ropensci/qualtRics (MIT) and
tufts-oir/QualtricsTools.

Nothing is published of them; every cell must be accounted for.
"""

import pytest

from surveytools.cleaning import clean, load_codebook, summary
from surveytools.cleaning.codebook import Kind
from surveytools.cleaning.draft import draft_codebook
from surveytools.reading import read_export
from surveytools.study.study import RowRules

FILES = [
    ("qualtrics_sample.csv", 1, 20),
    ("qualtrics_sample_legacy.csv", 1, 15),
    ("many_types_insights.csv", 5, 190),
    ("many_types_legacy.csv", 5, 189),
    ("matrix_multi_insights.csv", 5, 75),
]


def cleaned(path, folder, rows):
    raw = read_export(path)
    (folder / "codebook.toml").write_text(draft_codebook(raw), encoding="utf-8")
    codebook = load_codebook(folder / "codebook.toml")
    return raw, clean([raw], codebook, wave="1", rows=rows)


@pytest.mark.parametrize(("name", "rows", "columns"), FILES)
def test_unedited_draft_cleans_every_cell(shared_data, tmp_path, name, rows, columns):
    rules = RowRules(tests="keep")  # the authors made them in a preview

    _, responses = cleaned(shared_data / "qualtrics" / name, tmp_path, rules)

    outcomes = dict(summary(responses.accounting))
    assert len(responses.frame) == rows
    assert sum(outcomes.values()) == rows * columns
    assert outcomes.get("unresolved", 0) <= 0.02 * rows * columns
    personal = outcomes["left out: personal data"]
    assert personal >= rows * 3


def test_previews_are_left_out_unless_kept(shared_data, tmp_path):
    path = shared_data / "qualtrics" / "many_types_insights.csv"

    raw, responses = cleaned(path, tmp_path, RowRules())

    assert raw.test.tolist() == [True] * 5
    assert len(responses.frame) == 0


def test_boxes_of_many_types_become_items_of_several_answers(shared_data, tmp_path):
    """QID2, three boxes, ticked 5, 4 and 5 times: counted in the file by eye."""
    path = shared_data / "qualtrics" / "many_types_insights.csv"

    _, responses = cleaned(path, tmp_path, RowRules(tests="keep"))

    boxes = next(i for i in responses.codebook.items if i.kind is Kind.MULTIPLE)
    assert [c.text() for c in boxes.choices] == [
        "Oranges",
        "Blueberries",
        "Strawberries",
    ]
    ticked = responses.frame[list(boxes.columns())].sum()
    assert ticked.tolist() == [5, 4, 5]
