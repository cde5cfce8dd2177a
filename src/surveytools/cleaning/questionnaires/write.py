"""A questionnaire as the text of a codebook file, for a person to finish."""

from surveytools.cleaning.codebook_toml import codebook_toml, document_of, entry_key
from surveytools.cleaning.questionnaires.shape import Questionnaire
from surveytools.cleaning.questionnaires.texts import one_line

__all__ = ["questionnaire_toml"]

_TOP = """\
Draft of a codebook, made from {file} ({source}).

Read it item by item; the file says what was asked, not what to make of it.
  label    write a short one, for axes and tables
  kind     single-response, multiple-response, likert, matrix, number or text
  choices  give scores as `value`; mark answers that say why there is none: `missing`
Lines that begin with "# decide" need a decision; remove them when it is taken."""


def questionnaire_toml(questionnaire: Questionnaire) -> str:
    """Write a codebook; `surveytools.cleaning.load_codebook` takes it as it is."""
    top = _TOP.format(
        file=one_line(questionnaire.file), source=one_line(questionnaire.source)
    )
    notes = [f"note: {one_line(note)}" for note in questionnaire.notes]
    document = document_of(
        questionnaire.items,
        title=questionnaire.title,
        ignored=questionnaire.ignored,
    )
    comments = {
        entry_key("items", code): [f"decide: {one_line(text)}" for text in texts]
        for code, texts in questionnaire.decide.items()
    }
    return codebook_toml(document, top="\n".join([top, *notes]), comments=comments)
