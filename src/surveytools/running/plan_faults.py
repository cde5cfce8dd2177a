"""What is wrong with a tab plan, found from codebooks alone: no answer is read.

Each declared table is counted of nobody, so that a plan is judged by what will count
and draw it, before any notebook starts.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from surveytools.analysis import Table
from surveytools.cleaning import Codebook, Responses, parse_condition
from surveytools.cleaning.nobody import answers_of_nobody
from surveytools.disclosure.summaries import require_nets, require_scale
from surveytools.errors import (
    Location,
    StudyError,
    SurveyError,
    SurveyErrors,
    collected,
)
from surveytools.presenting.fitting import require_fit
from surveytools.running.outputs import tabplan_of
from surveytools.running.parameters import closest
from surveytools.running.planned import count_planned
from surveytools.running.processed import Source
from surveytools.study import PlannedTable, Study, TabPlan, load_study

__all__ = ["faults_of_details", "faults_of_plan", "faults_of_study", "waves_of_plan"]


def faults_of_study(file: Path) -> list[SurveyError]:
    """Find what is wrong with the tab plan of a study.

    A table of a wave whose codebook isn't sound is passed over: cleaning the wave says
    what is wrong with it, together with what is wrong with its exports.

    Parameters
    ----------
    file
        The file ``study.toml``, which must be sound.
    """
    study, home = load_study(file), file.parent
    problems: list[SurveyError] = []
    with collected(problems):
        plan = tabplan_of(study, home)
        sources = {wave.name: Source(home, study, wave) for wave in study.waves}
        books: dict[str, Codebook] = {}
        last = study.waves[-1].name
        for name in {**dict.fromkeys(waves_of_plan(study, plan)), last: None}:
            with suppress(SurveyError, SurveyErrors):
                books[name] = sources[name].codebook()
        if study.roles.department and last in books:
            with _told(problems, Location(file.name, column="roles.department")):
                books[last].item(study.roles.department)
        problems += faults_of_plan(study, plan, books)
    return problems


def waves_of_plan(study: Study, plan: TabPlan) -> list[str]:
    """List the waves of a study that have declared tables, in order."""
    last = study.waves[-1].name
    named = {planned.wave or last for planned in plan.tables}
    return [wave.name for wave in study.waves if wave.name in named]


def faults_of_plan(
    study: Study, plan: TabPlan, codebooks: Mapping[str, Codebook]
) -> list[SurveyError]:
    """Find what is wrong with a tab plan: all, each with its table and key.

    Parameters
    ----------
    codebooks
        By the name of the wave. Tables of others aren't looked at.
    """
    waves = [wave.name for wave in study.waves]
    nobody = {name: answers_of_nobody(codebooks[name], wave=name) for name in codebooks}
    problems: list[SurveyError] = []
    tables: dict[str, Table] = {}
    file = study.files.tabplan.name
    for planned in plan.tables:
        wave = planned.wave or waves[-1]
        if wave not in waves:
            msg = f"the study has no wave {wave!r}"
            where = _place(file, planned, "wave")
            problems.append(StudyError(msg, where, closest(wave, waves)))
        elif wave in nobody:
            tables |= _counted(planned, nobody[wave], problems, study=study)
    if waves[-1] in codebooks:
        problems += _faults_of_trends(plan, codebooks[waves[-1]], file)
    for planned in plan.tables:
        if planned.id in tables:
            problems += faults_of_details(planned, tables[planned.id], file)
            problems += _faults_of_figure(planned, tables, file)
    return problems


def faults_of_details(
    planned: PlannedTable, table: Table, file: str
) -> Iterator[SurveyError]:
    """Find what a declared table asks for and its item can't give.

    Kinds of missing answers, and combinations, are answers only where they occur: they
    are passed over.
    """
    problems: list[SurveyError] = []
    for label, codes in planned.nets_in("en").items():
        for code in codes:
            if not _only_where_it_occurs(planned, code):
                with _told(problems, _place(file, planned, "nets")):
                    require_nets(table, {label: [code]})
    if planned.summary:
        with _told(problems, _place(file, planned, "summary")):
            require_scale(table, planned.box)
    yield from {str(problem): problem for problem in problems}.values()


def _counted(
    planned: PlannedTable,
    nobody: Responses,
    problems: list[SurveyError],
    *,
    study: Study,
) -> dict[str, Table]:
    """Count a table of nobody, by its id; nothing if it can't be counted."""
    file, codebook = study.files.tabplan.name, nobody.codebook
    found: list[SurveyError] = []
    with _told(found, _place(file, planned, "stub")):
        codebook.item(planned.stub)
    if planned.by is not None:
        with _told(found, _place(file, planned, "by")):
            codebook.item(planned.by)
    if planned.where is not None:
        with _told(found, _place(file, planned, "where")):
            parse_condition(planned.where, codebook)
    problems += found
    if not found:
        with _told(problems, Location(file, column=f"tables[{planned.id}]")):
            return {planned.id: count_planned(nobody, planned, language=study.language)}
    return {}


def _faults_of_figure(
    planned: PlannedTable, tables: Mapping[str, Table], file: str
) -> Iterator[SurveyError]:
    second = planned.with_table
    if second is not None and second not in tables:
        return  # what is wrong with it was told
    drawn = [tables[id_] for id_ in (planned.id, second) if id_ is not None]
    codes = [answer.code for table in drawn for answer in table.answers]
    for code in planned.answers:
        if code not in codes and not _only_where_it_occurs(planned, code):
            msg = f"item {planned.stub!r} has no answer {code!r} to draw"
            where = _place(file, planned, "answers")
            yield StudyError(msg, where, closest(code, codes))
    problems: list[SurveyError] = []
    with _told(problems, _place(file, planned, "figure")):
        require_fit(drawn[0], planned, second=drawn[1] if second else None)
    yield from problems


def _faults_of_trends(
    plan: TabPlan, codebook: Codebook, file: str
) -> Iterator[SurveyError]:
    """Find items of trends that the last wave lacks; waves are joined when counted."""
    problems: list[SurveyError] = []
    for trend in plan.trends:
        with _told(problems, Location(file, column=f"trends[{trend.id}].stub")):
            codebook.item(trend.stub)
        if trend.where is not None:
            with _told(problems, Location(file, column=f"trends[{trend.id}].where")):
                parse_condition(trend.where, codebook)
    yield from problems


def _only_where_it_occurs(planned: PlannedTable, code: str) -> bool:
    return planned.combinations or code.startswith("~")


def _place(file: str, planned: PlannedTable, key: str) -> Location:
    return Location(file, column=f"tables[{planned.id}].{key}")


@contextmanager
def _told(problems: list[SurveyError], where: Location) -> Iterator[None]:
    """Keep what the body raises as a fault of that place of the tab plan."""
    found: list[SurveyError] = []
    with collected(found):
        yield
    problems += [StudyError(each.problem, where, each.hint) for each in found]
