"""What a run made and must not leave goes where answers lie, out of ``reports/``.

``reports/`` may be copied at any time, with all that waits in it to be published.
"""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from surveytools.errors import LeakError, Location
from surveytools.running.freshness import Run

__all__ = ["forget_withheld", "withhold_run"]


def withhold_run(
    run: Run,
    files: Mapping[str, Path],
    hits: Sequence[Mapping[str, str]],
    *,
    vouching: Collection[Path],
) -> list[LeakError]:
    """Move away all that a run made, and what it published earlier and holds a hit.

    Parameters
    ----------
    files
        Where each file that was searched lies, by its path under the folder of
        outputs.
    hits
        ``file``, ``place``, ``what`` of each.
    vouching
        Files of the folder of outputs that show, or speak of, what was published:
        they go too, if some of that goes.

    Returns
    -------
    list of LeakError
        One a hit, with the place where the file lies now; never what it says.
    """
    forget_withheld(run)
    run.withheld.mkdir(parents=True, mode=0o700)
    published = {
        files[hit["file"]]
        for hit in hits
        if not files[hit["file"]].is_relative_to(run.work)
    }
    for path in (*published, *(vouching if published else ())):
        if path.is_file():
            _move(path, run.withheld / "published" / path.relative_to(run.reports))
    # Errors, which a log repeats, may quote what the notebook shows.
    for name in ("jobs", "done", "failed", "log"):
        if (run.work / name).exists():
            _move(run.work / name, run.withheld / name)
    return [_leak(_now(run, files[hit["file"]]), hit) for hit in hits]


def forget_withheld(run: Run) -> None:
    """Remove what an earlier run had to withhold."""
    shutil.rmtree(run.withheld, ignore_errors=True)


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)  # the folders may be on two disks


def _now(run: Run, path: Path) -> Path:
    if path.is_relative_to(run.work):
        return run.withheld / path.relative_to(run.work)
    return run.withheld / "published" / path.relative_to(run.reports)


def _leak(path: Path, hit: Mapping[str, str]) -> LeakError:
    place = f" ({hit['place']})" if hit["place"] else ""
    hint = (
        "it was moved there, and nothing was published; correct the notebook; only the "
        "data's owner can let it pass, as [[disclosure.exceptions]] in study.toml"
    )
    return LeakError(f"holds {hit['what']}{place}", Location(str(path)), hint)
