"""The last look at what a run wrote, before anybody else can see it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from surveytools.cleaning import Codebook, Kind, Responses
from surveytools.disclosure.scan import Watch, bare_watch, scan, watch_for
from surveytools.errors import SurveyError, SurveyErrors
from surveytools.running.survey import Survey, open_study
from surveytools.study import Study, Unit
from surveytools.study.text import texts_of

__all__ = ["inspect_outputs", "watch_of"]


def inspect_outputs(
    study_file: Path, files: Mapping[str, Path]
) -> tuple[list[dict[str, str]], dict[str, object]]:
    """Search what a run wrote, and write down what was protected how.

    Parameters
    ----------
    study_file
        The file ``study.toml``.
    files
        Where each output lies now, by the path that it will have under the folder of
        outputs.

    Returns
    -------
    hits
        ``file``, ``place``, ``what`` of each that no exception covers; no contents.
    record
        The disclosure record: tables with rule and status, files searched, exceptions
        and whether each was used.
    """
    survey = open_study(study_file)
    granted = survey.study.disclosure.exceptions
    names = {path: name for name, path in files.items()}
    watch, tables = _known(survey)
    found = scan(files.values(), watch)
    passed = {hit: _granting(names[hit.file], survey.study) for hit in found}
    hits = [
        {"file": names[hit.file], "place": hit.place, "what": hit.what}
        for hit, by in passed.items()
        if by is None
    ]
    used = {by for by in passed.values() if by is not None}
    record: dict[str, object] = {
        "threshold": survey.study.disclosure.threshold,
        "profile": str(survey.study.disclosure.profile),
        "tables": tables,
        "searched": sorted(files),
        "hits": hits,
        "status": "withheld" if hits else "passed",
        "exceptions": [
            {**each.model_dump(), "files_let_pass": each.show in used}
            for each in granted
        ],
    }
    return hits, record


def _known(survey: Survey) -> tuple[Watch, list[object]]:
    """Give what to look for, and what was protected how.

    Where the data can't be read no notebook showed any: what each of them says of it
    is still searched for addresses and small bases.
    """
    try:
        tables = survey.record().reset_index().to_json(orient="records")
        return watch_of(survey), json.loads(tables or "[]")
    except (SurveyError, SurveyErrors):
        disclosure = survey.study.disclosure
        allowed = [each.show for each in disclosure.exceptions]
        return bare_watch(disclosure.threshold, allowed=allowed), []


def watch_of(survey: Survey) -> Watch:
    """Gather what outputs of a study must not hold.

    The exports are read once more, since cleaned data hold no names.
    """
    responses = [survey.responses(wave.name) for wave in survey.study.waves]
    granted = survey.study.disclosure.exceptions
    return watch_for(
        people=survey.people,
        texts=(text for each in responses for text in _free_texts(each)),
        columns={
            name: codes
            for each in responses
            for name, codes in _columns(each.codebook).items()
        },
        harmless=_harmless(survey, responses),
        threshold=survey.study.disclosure.threshold,
        allowed=[each.show for each in granted if "@" in each.show],
    )


def _granting(name: str, study: Study) -> str | None:
    """Name the exception that lets a file's hits pass, if any."""
    for each in study.disclosure.exceptions:
        if fnmatch(name, each.show):
            return each.show
    return None


def _free_texts(responses: Responses) -> Iterator[str]:
    for item in responses.codebook.items:
        if item.kind is Kind.TEXT and item.code in responses.frame:
            yield from responses.frame[item.code].dropna().unique()
    yield from responses.findings["found"].dropna().astype(str).unique()


def _columns(codebook: Codebook) -> dict[str, Iterable[str]]:
    """Give the columns of the answers, and the codes that stand in each."""
    found: dict[str, Iterable[str]] = {}
    for item in codebook.items:
        ranks = item.kind is Kind.RANKING
        codes = [] if ranks else [choice.code for choice in item.choices]
        several = item.kind is Kind.MULTIPLE
        for name in item.columns():
            found[name] = ("true", "false") if several else codes
    return found


def _harmless(survey: Survey, responses: Sequence[Responses]) -> Iterator[str]:
    """Give texts that are no respondent's: labels, questions, titles."""
    study = survey.study
    yield from (study.title, study.source or "")
    for planned in survey.tabplan.tables:
        yield from texts_of(planned.title)
    for source in survey.sources():
        units = source.units()
        for unit in units.units if units else ():
            yield from _names_of(unit)
    for each in responses:
        for item in each.codebook.items:
            if item.kind is Kind.TEXT:  # shown by permission of the owner, masked
                yield from survey.comments(item.code, wave=each.wave).texts
            yield from texts_of(item.label)
            yield from texts_of(item.header) if item.header else ()
            for choice in (*item.choices, *item.rows):
                yield from texts_of(choice.label)
                yield from choice.aliases


def _names_of(unit: Unit) -> Iterator[str]:
    yield from (unit.code, *texts_of(unit.label), *unit.aliases)
