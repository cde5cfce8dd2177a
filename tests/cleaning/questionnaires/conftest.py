"""Questionnaire files drafted, as the command does it, and loaded again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from surveytools.cleaning import Codebook, load_codebook
from surveytools.cleaning.questionnaires.recognise import read_questionnaire
from surveytools.cleaning.questionnaires.write import questionnaire_toml


@pytest.fixture
def drafted(tmp_path) -> Callable[[Path], Codebook]:
    """Draft a codebook from a questionnaire file and load what was written."""

    def draft(path: Path) -> Codebook:
        found = read_questionnaire(path)
        assert found is not None, "not recognised as a questionnaire"
        out = tmp_path / "drafted.toml"
        out.write_text(questionnaire_toml(found), encoding="utf-8")
        return load_codebook(out)

    return draft


@pytest.fixture
def written(tmp_path) -> Callable[..., Path]:
    """Write a file's bytes."""

    def write(data: bytes | str, name: str = "file") -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write
