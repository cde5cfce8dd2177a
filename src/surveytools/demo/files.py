"""The three files of the demo study."""

from datetime import datetime
from pathlib import Path

from surveytools.demo import google, indico
from surveytools.demo.facts import distribution, questionnaire
from surveytools.demo.submissions import submissions
from surveytools.files import atomic_path

__all__ = ["write_demo"]


def write_demo(folder: Path) -> list[Path]:
    """Write the exports of the demo study.

    Parameters
    ----------
    folder
        Where to write; made if it is absent. Earlier demo files are replaced.

    Returns
    -------
    list of Path
        The files, in order of wave. The same bytes on each run.
    """
    written = []
    for wave, settings in distribution()["waves"].items():
        asked, rows = questionnaire(int(wave)), submissions(int(wave))
        for export in settings["exports"]:
            own = [row for row in rows if row.export == export]
            if export == "indico":
                path = folder / f"synthetic-{wave}-indico.xlsx"
                content = indico.workbook(
                    asked,
                    own,
                    title=f"SYNTHETIC demo data, wave {wave}",
                    created=datetime.fromisoformat(settings["opened"]),
                )
            else:
                path = folder / f"synthetic-{wave}-google.csv"
                content = google.table(asked, own).encode()
            with atomic_path(path) as temporary:
                temporary.write_bytes(content)
            written.append(path)
    return written
