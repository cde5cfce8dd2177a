"""A release: what a run shows, checked against what was released before, and recorded.

All of it is made from frozen sets of respondents, so that two releases differ in no
group by fewer respondents than the threshold. Until its folder gets its name, the last
release is the last one, whatever happens.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from surveytools.disclosure import SafeTable
from surveytools.errors import DisclosureError, Location, SurveyError
from surveytools.files import write_text
from surveytools.running import released as kept
from surveytools.running.admitting import Frozen, Offer, offer, offer_all
from surveytools.running.dating import Dated, changed_tables, dates_of
from surveytools.running.departments import released_units
from surveytools.running.freshness import MANIFEST, Run, describe_run
from surveytools.running.job import RELEASE
from surveytools.running.overview import columns_of
from surveytools.running.pipeline import Progress, run_notebooks
from surveytools.running.publish import locked
from surveytools.running.released import Released, key_of
from surveytools.running.survey import Survey, open_study

__all__ = ["Prospect", "list_releases", "make_release", "prospect_of"]


@dataclass(frozen=True)
class Prospect:
    """What the next release would be.

    Attributes
    ----------
    survey
        The study.
    last
        The release before; ``None`` for the first.
    offers
        What it would show of each wave.
    made_from
        Hash of all but the exports that numbers depend on.
    units
        Departments whose own outputs it would hold, too.
    """

    survey: Survey
    last: Released | None
    offers: Mapping[str, Offer]
    made_from: str
    units: tuple[str, ...]

    @property
    def number(self) -> int:
        """Number of the release."""
        return self.last.number + 1 if self.last else 1

    @property
    def next(self) -> Released:
        """Where the program keeps it."""
        return kept.released(self.survey.home, self.survey.study, self.number)

    @property
    def same_program(self) -> bool:
        """Whether nothing but the exports can have changed a number."""
        return self.last is not None and self.last.record["made_from"] == self.made_from

    @property
    def something(self) -> bool:
        """Whether some respondent's change would be shown."""
        return any(each.something for each in self.offers.values())

    def in_words(self) -> list[str]:
        """Say of each wave what would be shown and what waits; few aren't counted."""
        least = self.survey.study.disclosure.threshold
        return [
            f"{wave}: {_in_words(each, least)}" for wave, each in self.offers.items()
        ]


def _in_words(offer_: Offer, least: int) -> str:
    def many(number: int) -> str:
        if 0 < number < least:
            return "a few"
        return str(number) if number else "none"

    few = 0 < offer_.waiting < least <= offer_.admitted  # one less the other is few
    shown = "all but a few" if few else many(offer_.admitted)
    parts = [
        f"{many(offer_.changes)} came, went or changed",
        f"{shown} shown",
        f"{many(offer_.waiting)} waiting",
    ]
    if offer_.answers:
        parts.append(f"{many(offer_.answers)} single answers waiting")
    return ", ".join(parts)


def list_releases(study: Path | None) -> list[tuple[int, str, str]]:
    """Give number, date and folder of each release of a study."""
    survey = open_study(describe_run(study).study)
    found = kept.numbers_of(survey.home, survey.study)
    return [
        (
            number,
            kept.released(survey.home, survey.study, number).date,
            str(folder) if folder else "its folder isn't there any more",
        )
        for number, folder in found.items()
    ]


def prospect_of(run: Run) -> Prospect:
    """Find out what the next release of a study would show; write nothing of it.

    Raises
    ------
    SurveyError
        If the last release isn't whole, or was protected and the next wouldn't be, or
        ``study.toml`` names a department that doesn't exist.
    """
    survey = open_study(run.study)
    numbers = kept.numbers_of(survey.home, survey.study)
    last = kept.released(survey.home, survey.study, max(numbers)) if numbers else None
    if last is not None and 1 == survey.study.disclosure.threshold < int(
        last.record["threshold"]
    ):
        msg = "a threshold of 1 protects nothing, and the last release was protected"
        where = Location(run.study.name, column="disclosure.threshold")
        raise DisclosureError(msg, where, "set it back")
    waves = [wave.name for wave in survey.study.waves]
    codebook = survey.responses().codebook
    return Prospect(
        survey,
        last,
        {wave: _offer(survey, last, wave, nobody=False) for wave in waves},
        _made_from(run, survey),
        released_units(survey.study, codebook, file=run.study.name),
    )


def _offer(survey: Survey, last: Released | None, wave: str, *, nobody: bool) -> Offer:
    now = survey.responses(wave)
    if last is None or wave not in last.waves:
        return offer_all(now)
    numbers = kept.numbers_of(survey.home, survey.study)
    earlier = [kept.released(survey.home, survey.study, number) for number in numbers]
    return offer(
        last.frozen(wave),
        now,
        earlier=[
            each.frozen(wave)
            for each in earlier
            if each.number < last.number and wave in each.waves
        ],
        study=survey.study,
        plan=survey.released_plan,
        nobody=nobody,
    )


def _made_from(run: Run, survey: Survey) -> str:
    exports = {
        str(export.file) for wave in survey.study.waves for export in wave.exports
    }
    inputs = {name: sha for name, sha in run.inputs.items() if name not in exports}
    notebooks = {name: path.read_text("utf-8") for name, path in run.notebooks.items()}
    parts = [sorted(inputs.items()), sorted(run.program.items())]
    text = json.dumps([*parts, sorted(notebooks.items())])
    return hashlib.sha256(text.encode()).hexdigest()


def make_release(
    run: Run,
    *,
    date: str,
    cores: int,
    accepted: str = "",
    progress: Progress = lambda *_: None,
) -> tuple[Prospect, Path | None]:
    """Make the next release of a study, if there is something new to show.

    Parameters
    ----------
    run
        The study, as `surveytools.running.freshness.describe_run` gives it.
    date
        The date that outputs are of, as year-month-day.
    cores, progress
        As `surveytools.running.pipeline.run_notebooks`.
    accepted
        Why tables may change though their respondents didn't; empty, they may not.

    Returns
    -------
    prospect, folder
        What was shown, and where; ``None`` if nothing changed.

    Raises
    ------
    DisclosureError
        If tables would change though their respondents didn't, and nobody accepted.
    SurveyError
        If the date is before that of the last release, or as `run_notebooks`. Then the
        last release is still the last.
    """
    survey = open_study(run.study)
    folder = survey.home / survey.study.places.releases
    with locked(folder.resolve()):
        prospect = prospect_of(run)
        if prospect.last is not None and date < prospect.last.date:
            last = f"release {prospect.last.number}, which is of {prospect.last.date}"
            msg = f"{date} is before {last}"
            raise SurveyError(msg, hint="give a later --date")
        changed = [] if prospect.last is None else _changed(prospect)
        wanted = accepted and not prospect.same_program
        if not (prospect.something or changed or wanted):
            return prospect, None
        if changed and not accepted:
            msg = f"tables change though their respondents don't: {', '.join(changed)}"
            hint = 'say why with --accept-changes "..."'
            raise DisclosureError(msg, hint=hint)
        record = _record(prospect, date)
        frozen = {wave: each.frozen for wave, each in prospect.offers.items()}
        tables = _write(prospect, frozen, record)
        record = _with_tables(prospect, record, tables)
        kept.write_released(
            prospect.next, frozen, columns=_columns(prospect), record=record
        )
        number = str(prospect.number)
        work = describe_run(run.study, release=number)
        shutil.rmtree(work.reports, ignore_errors=True)
        runs = [work] + [
            describe_run(run.study, given={"unit": unit}, release=number)
            for unit in prospect.units
        ]
        with _releasing(prospect.number):
            for each in runs:
                names = tuple(each.notebooks)
                run_notebooks(
                    each, names, stale=names, cores=cores, force=True, progress=progress
                )
        public = _public(prospect, record, changed, accepted)
        text = json.dumps(public, indent=1, ensure_ascii=False) + "\n"
        write_text(work.reports / "release.json", text)
        # The manifest has hashes of the exports, which tell whether somebody waits.
        for each in runs:
            for rest in (".work", ".lock", MANIFEST):
                _remove(each.reports / rest)
        final = work.reports.with_name(f"{prospect.number}-{date}")
        work.reports.rename(final)
        kept.mark_published(prospect.next)
    return prospect, final


@contextmanager
def _releasing(number: int) -> Iterator[None]:
    """Let this process, and those that it starts, open the study for a release."""
    before = os.environ.get(RELEASE)
    os.environ[RELEASE] = str(number)
    try:
        yield
    finally:
        if before is None:
            del os.environ[RELEASE]
        else:
            os.environ[RELEASE] = before


def _changed(prospect: Prospect) -> list[str]:
    """List tables that would change if nobody came, went or answered anew."""
    if prospect.same_program or prospect.last is None:
        return []
    frozen = {
        wave: _offer(prospect.survey, prospect.last, wave, nobody=True).frozen
        for wave in prospect.offers
    }
    now = _dates(prospect, _write(prospect, frozen, _record(prospect, "")), "")
    _remove(prospect.next.folder)
    return changed_tables(now, prospect.last.record["tables"])


def _write(
    prospect: Prospect, frozen: Mapping[str, Frozen], record: Mapping[str, object]
) -> Sequence[SafeTable]:
    """Write down respondents, and give the tables that a release of them shows."""
    kept.write_released(
        prospect.next, frozen, columns=_columns(prospect), record=record
    )
    with _releasing(prospect.number):
        return open_study(prospect.survey.file).protected.released


def _columns(prospect: Prospect) -> pd.DataFrame:
    """Describe the exports of each wave, as they were when last nothing waited."""
    now = columns_of(prospect.survey.sources())
    if prospect.last is None:
        return now
    before = prospect.last.columns()
    parts = []
    for wave, each in prospect.offers.items():
        whole = not (each.waiting or each.answers) or wave not in prospect.last.waves
        frame = now if whole else before
        parts.append(frame[frame["wave"] == wave])
    return pd.concat(parts, ignore_index=True)


def _record(prospect: Prospect, date: str) -> dict[str, object]:
    rules = prospect.survey.study.disclosure
    before = prospect.last.record["withheld"] if prospect.last else {}
    return {
        "number": prospect.number,
        "date": date,
        "threshold": rules.threshold,
        "profile": str(rules.profile),
        "made_from": prospect.made_from,
        "waiting": prospect.in_words(),
        "withheld": before,
    }


def _with_tables(
    prospect: Prospect, record: Mapping[str, object], tables: Sequence[SafeTable]
) -> dict[str, object]:
    survey = prospect.survey
    before = prospect.last.record["withheld"] if prospect.last else {}
    plan = survey.released_plan
    withheld = kept.all_withheld(tables, plan, survey.study, before=before)
    dates = _dates(prospect, tables, str(record["date"]))
    return dict(record) | {"tables": dates, "withheld": withheld}


def _dates(
    prospect: Prospect, tables: Sequence[SafeTable], date: str
) -> dict[str, Dated]:
    study, plan = prospect.survey.study, prospect.survey.released_plan
    keys = [key_of(planned, study) for planned in plan.tables]
    before = prospect.last.record["tables"] if prospect.last else {}
    return dates_of(tables, plan, study, keys=keys, before=before, date=date)


def _public(
    prospect: Prospect,
    record: Mapping[str, object],
    changed: Sequence[str],
    accepted: str,
) -> dict[str, object]:
    """Give what the folder of the release says of it: nothing that counts few."""
    tables: Mapping[str, Dated] = prospect.next.record["tables"]
    then = prospect.last.record["tables"] if prospect.last else {}
    return {
        "study": prospect.survey.study.title,
        **{name: record[name] for name in ("number", "date", "threshold", "profile")},
        "tables": {
            table["id"]: {code: date for code, (_, date) in table["parts"].items()}
            for table in tables.values()
        },
        "compared_with": prospect.last.number if prospect.last else None,
        "new_tables": [
            table["id"] for key, table in tables.items() if then and key not in then
        ],
        "changed_without_respondents": list(changed),
        "accepted": accepted or None,
    }


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
