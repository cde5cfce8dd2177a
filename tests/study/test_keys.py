"""A key that lies, or is kept, where it must not is refused."""

import stat

import pytest

from surveytools.errors import StudyError
from surveytools.study.keys import key_path, new_key, read_key


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "keys" / "respondents.key"
    new_key(path)
    return path


def test_new_key_is_random_long_and_its_owners_alone(key, tmp_path):
    other = tmp_path / "other.key"
    new_key(other)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(read_key(key)) == 64
    assert read_key(key) != read_key(other)


def test_new_key_replaces_no_file(key):
    before = key.read_bytes()

    with pytest.raises(StudyError, match="the file exists, and who loses a key"):
        new_key(key)

    assert key.read_bytes() == before


def test_new_key_is_refused_in_a_repository(tmp_path):
    (tmp_path / ".git").mkdir()

    with pytest.raises(StudyError, match="which git looks after; keep it elsewhere"):
        new_key(tmp_path / "config" / "key")

    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("marker", ["folder", "git", "link"])
def test_key_beside_the_data_is_refused(key, tmp_path, marker):
    study = tmp_path / "keys" if marker != "link" else tmp_path / "study"
    if marker == "git":
        (study / ".git").mkdir()
    if marker == "link":  # the link lies elsewhere, what it names is in the study
        study.mkdir()
        key = key.rename(study / "real.key")
        (tmp_path / "link.key").symlink_to(key)
        key = tmp_path / "link.key"

    with pytest.raises(StudyError, match="the key lies in"):
        read_key(key, apart_from=[] if marker == "git" else [study])


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_key_that_others_may_read_or_change_is_refused(key, mode):
    key.chmod(mode)

    with pytest.raises(StudyError, match=f"others may read the key .mode 0{mode:o}"):
        read_key(key)


def test_short_key_is_refused_and_not_repeated(key):
    key.write_text("letmein\n")

    with pytest.raises(StudyError, match="has 7 characters, and 32 are") as caught:
        read_key(key)

    assert "letmein" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.key", "."])
def test_key_that_is_no_file_is_refused_with_what_to_do(tmp_path, name):
    with pytest.raises(StudyError, match="surveytools key new PATH"):
        read_key(tmp_path / name)


def test_environment_wins_over_the_study_file(tmp_path):
    named = tmp_path / "a.key"
    own = tmp_path / "b.key"

    variable = {"SURVEYTOOLS_KEY_FILE": str(named)}
    assert key_path(variable, key_file=own, home=tmp_path) == named
    assert key_path({}, key_file=own, home=tmp_path) == own
    assert key_path({}) is None
