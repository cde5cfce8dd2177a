"""What is collected from all tables and figures: deck, workbook, index page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from surveytools.disclosure.details import Details
from surveytools.disclosure.scan import bare_watch, scan
from surveytools.errors import LeakError, Location, raise_all
from surveytools.presenting import (
    NotebookRun,
    ShownFigure,
    ShownTrend,
    Slide,
    Words,
    build_deck,
    build_index,
    load_words,
    read_figures,
    write_tables,
)
from surveytools.running.publish import Status
from surveytools.running.released import current_release, status_of
from surveytools.study import Study, TabPlan, load_study, load_tabplan

__all__ = ["tabplan_of", "write_deck", "write_page"]


def tabplan_of(study: Study, home: Path) -> TabPlan:
    """Read the tables that a study declares; none if it has no tab plan.

    Raises
    ------
    StudyError, SurveyErrors
        If the study names a tab plan that isn't there, or it must be corrected.
    """
    path = home / study.files.tabplan
    named = "tabplan" in study.files.model_fields_set
    return load_tabplan(path, study=study) if named or path.exists() else TabPlan()


def write_deck(
    slides: Sequence[Slide],
    folder: Path,
    *,
    details: Sequence[Details],
    trends: Sequence[ShownTrend] = (),
    study: Study,
    words: Words,
    status: str = "",
) -> list[Path]:
    """Write the deck and the workbook of protected tables.

    Parameters
    ----------
    slides
        Tables and how they are shown, in order. The first of topic ``respondents``
        says who answered.
    folder
        Made if need be.
    details
        What each table is shown with in the workbook.
    trends
        Behind the tables of the workbook.
    status
        Whether they are a draft or released; stands on the first slide.
    """
    who = next((each for each in slides if each.plan.topic == "respondents"), None)
    deck = build_deck(
        [slide for slide in slides if slide is not who],
        folder / "deck.pptx",
        study=study,
        words=words,
        respondents=who.table if who else None,
        status=status,
    )
    tables, path = [slide.table for slide in slides], folder / "tables.xlsx"
    book = write_tables(
        tables, path, words=words, study=study, details=details, trends=trends
    )
    return [deck, book]


def write_page(study_file: Path, reports: Path, runs: Mapping[str, Status]) -> Path:
    """Write the index page of what lies in a folder of outputs.

    Parameters
    ----------
    study_file
        The file ``study.toml``.
    reports
        Folder of the outputs.
    runs
        What became of each notebook, in order.

    Raises
    ------
    LeakError, SurveyErrors
        If the page holds what must not leave. Then it is removed.
    """
    study = load_study(study_file)
    words = load_words(study.language)
    copies = {name: f"notebooks/{name}.ipynb" for name in runs}
    page = build_index(
        reports / "index.html",
        study=study,
        words=words,
        status=status_of(
            current_release(study_file.parent, study), words, study_file.parent, study
        ),
        runs=[
            NotebookRun(
                name,
                status,
                file=copies[name] if (reports / copies[name]).exists() else None,
            )
            for name, status in runs.items()
        ],
        figures=_in_order(
            read_figures(reports / "figures", page=reports),
            tabplan_of(study, study_file.parent),
        ),
        links=[
            name for name in ("deck.pptx", "tables.xlsx") if (reports / name).exists()
        ],
    )
    _require_no_leak(page, study)
    return page


def _require_no_leak(page: Path, study: Study) -> None:
    """Look at the page itself; what it shows was searched with names before."""
    disclosure = study.disclosure
    allowed = [each.show for each in disclosure.exceptions]
    hits = scan([page], bare_watch(disclosure.threshold, allowed=allowed))
    if hits:
        page.unlink()
    where, hint = Location(page.name), "report this as an error of the program"
    raise_all(
        [LeakError(f"held {hit.what}, and was removed", where, hint) for hit in hits]
    )


def _in_order(figures: Sequence[ShownFigure], plan: TabPlan) -> list[ShownFigure]:
    """Sort figures as the tab plan declares them, others behind."""
    order = {planned.id: number for number, planned in enumerate(plan.tables)}

    def place(figure: ShownFigure) -> int:
        stem = Path(figure.image).stem
        fits = [name for name in order if f"{stem}_".startswith(f"{name}_")]
        return order[max(fits, key=len)] if fits else len(order)

    return sorted(figures, key=place)
