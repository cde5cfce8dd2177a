"""Whatever is in a questionnaire file: a draft that loads, or one clear error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.cleaning import load_codebook
from surveytools.cleaning.questionnaires.files import MAX_BYTES
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.cleaning.questionnaires.write import questionnaire_toml
from surveytools.errors import ExportError, SurveyError, SurveyErrors

FILES = (
    "indico/survey_fr_questionnaire.json",
    "qualtrics/many_types.qsf",
    "redcap/survey/dictionary.csv",
    "redcap/checkboxes-1/dictionary.csv",
)
BITS = (b"", b"<", b'"', b"&", b"\t", b"\n", b"|", b",", b"null", b"-1", b"[]", b"\xff")


@pytest.mark.parametrize("name", FILES)
@given(
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 80), st.sampled_from(BITS)),
        min_size=1,
        max_size=8,
    )
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_damaged_file_gives_a_sound_draft_or_a_clear_error(
    shared_data, tmp_path, name, cuts
):
    data = (shared_data / name).read_bytes()
    for place, length, bit in cuts:
        at = int(place * len(data))
        data = data[:at] + bit + data[at + length :]
    path = tmp_path / "damaged"
    path.write_bytes(data or b"x")

    try:
        found = read_questionnaire(path)
    except (SurveyError, SurveyErrors):
        return
    if found is not None:
        (tmp_path / "book.toml").write_text(questionnaire_toml(found), "utf-8")
        load_codebook(tmp_path / "book.toml")


def test_file_larger_than_any_questionnaire_is_refused(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.write(b'{"version": 1, "sections": ["')
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(ExportError, match="a questionnaire has up to"):
        read_questionnaire(path)


def test_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(ExportError, match="there is no such file"):
        read_questionnaire(tmp_path / "gone.lss")
