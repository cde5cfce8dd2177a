"""From a `RawTable` and a codebook to `Responses`."""

from surveytools.cleaning.accounting import summary
from surveytools.cleaning.check import check_codebook
from surveytools.cleaning.clean import clean
from surveytools.cleaning.codebook import (
    Choice,
    Codebook,
    Derivation,
    Ignored,
    Item,
    Kind,
    Missing,
    Pseudonym,
)
from surveytools.cleaning.columns import Matched, match_columns
from surveytools.cleaning.conditions import Condition, parse_condition
from surveytools.cleaning.crosswalk import WAVE, Joined, join_waves
from surveytools.cleaning.draft import draft_codebook
from surveytools.cleaning.inputs import read_inputs, read_listed
from surveytools.cleaning.load import load_codebook
from surveytools.cleaning.responses import Responses, State
from surveytools.cleaning.unresolved import too_many_unresolved, unresolved_problems
from surveytools.cleaning.write import read_responses, write_responses

__all__ = [
    "WAVE",
    "Choice",
    "Codebook",
    "Condition",
    "Derivation",
    "Ignored",
    "Item",
    "Joined",
    "Kind",
    "Matched",
    "Missing",
    "Pseudonym",
    "Responses",
    "State",
    "check_codebook",
    "clean",
    "draft_codebook",
    "join_waves",
    "load_codebook",
    "match_columns",
    "parse_condition",
    "read_inputs",
    "read_listed",
    "read_responses",
    "summary",
    "too_many_unresolved",
    "unresolved_problems",
    "write_responses",
]
