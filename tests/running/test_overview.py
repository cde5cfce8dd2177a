"""What is said of the exports' columns: how full they are, and nobody's answers."""

import pytest

from surveytools import open_study

STUDY = """title = "Options"
[disclosure]
profile = "workshop"
threshold = {threshold}
[[waves]]
name = "2026"
codebook = "codebook.toml"
exports = [{{ file = "export.csv" }}]
"""
CODEBOOK = """[[items]]
code = "use"
header = "Use"
kind = "single-response"
choices = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
"""


@pytest.fixture
def profile(tmp_path):
    """Describe an export with a column an option, as many platforms write it."""

    def of(threshold):
        ticked = ["Tools [GPU]", "Tools [TPU]", "Tools [FPGA]"]
        lines = [
            f"{'Yes' if n % 2 else 'No'},{'GPU' * (n < 30)},{'TPU' * (n < 2)},,"
            f"{f'text {n}' * (n < 3)}"
            for n in range(40)
        ]
        head = ",".join(["Use", *ticked, "Why"])
        (tmp_path / "export.csv").write_text("\n".join([head, *lines]) + "\n")
        (tmp_path / "codebook.toml").write_text(CODEBOOK)
        (tmp_path / "study.toml").write_text(STUDY.format(threshold=threshold))
        return open_study(tmp_path).profile().set_index("column")

    return of


def test_no_column_says_how_many_selected_an_option(profile):
    columns = profile(threshold=5)

    assert columns["cells"].tolist() == [40] * 5
    assert columns.loc["Use", ["filled", "distinct"]].tolist() == [40, 2]
    hidden = columns.drop(index="Use")[["filled", "distinct"]]
    assert hidden.isna().all(axis=None)


def test_a_threshold_of_one_hides_no_column(profile):
    filled = profile(threshold=1)["filled"]

    assert filled.tolist() == [40, 30, 2, 0, 3]
