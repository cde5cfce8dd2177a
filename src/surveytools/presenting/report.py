"""The index page: what was run, figures and their numbers; no script, offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import jinja2
import pandas as pd
from PIL import Image

from surveytools.files import safe_name, write_text
from surveytools.presenting.captions import wave_label
from surveytools.presenting.measure import plain
from surveytools.presenting.page import SurveyFigure
from surveytools.study.study import Study
from surveytools.words import Words

__all__ = ["NotebookRun", "ShownFigure", "build_index", "read_figures", "shown_figure"]

_LABELS = ("group", "row", "answer", "measure")


@dataclass(frozen=True, slots=True)
class NotebookRun:
    """One executed notebook.

    Attributes
    ----------
    name
        As the reader knows it, for example ``21_use_by_service (EP)``.
    status
        ``skipped`` where nothing had changed.
    file
        The executed copy, relative to the page.
    """

    name: str
    status: Literal["done", "failed", "skipped"]
    file: str | None = None


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as the page shows it.

    Attributes
    ----------
    title, alt
        Title, and what it shows in words.
    image
        Picture, relative to the page.
    files
        Files to download, relative to the page.
    data
        One row per drawn cell, as `SurveyFigure.data`.
    """

    title: str
    alt: str
    image: str
    files: tuple[str, ...]
    data: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Link:
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    kind: str = ""
    head: bool = False


def shown_figure(figure: SurveyFigure, folder: str = "figures") -> ShownFigure:
    """Give a figure that `save_figure` wrote to ``folder`` below the page."""
    stem = f"{folder}/{safe_name(figure.name)}"
    names = tuple(f"{stem}.{kind}" for kind in ("png", "svg", "csv"))
    return ShownFigure(figure.title_text, figure.alt, names[1], names, figure.data)


def read_figures(folder: Path, *, page: Path) -> list[ShownFigure]:
    """Read back the figures that `save_figure` wrote, by file name.

    Parameters
    ----------
    folder
        Where they lie; folders below it are read too.
    page
        Folder of the page, from which links start.
    """
    found = []
    for picture in sorted(folder.rglob("*.png")):
        numbers = picture.with_suffix(".csv")
        if not numbers.is_file():
            continue
        with Image.open(picture) as image:
            words_inside = {key: str(value) for key, value in image.info.items()}
        names = tuple(
            path.relative_to(page).as_posix()
            for path in (picture, picture.with_suffix(".svg"), numbers)
            if path.is_file()
        )
        data = pd.read_csv(
            numbers,
            keep_default_na=False,
            na_values={c: [""] for c in ("count", "base", "share", "low", "high")},
        )
        if "line" in data:  # behind the cells, what the table is shown with
            data = data[data["line"].eq("answer")].copy()
        data["withheld"] = data["withheld"].ne("")
        found.append(
            ShownFigure(
                words_inside.get("Title", picture.stem),
                words_inside.get("Description", ""),
                names[1] if names[1].endswith(".svg") else names[0],
                names,
                data,
            )
        )
    return found


def build_index(
    path: Path,
    *,
    study: Study,
    words: Words,
    runs: Sequence[NotebookRun] = (),
    figures: Sequence[ShownFigure] = (),
    links: Sequence[str] = (),
    rules: Sequence[str] = (),
    status: str = "",
) -> Path:
    """Write the index page.

    Every text is escaped; the page has no script and asks for nothing outside its
    folder.

    Parameters
    ----------
    links
        Files to offer, relative to the page, for example ``deck.pptx``.
    rules
        What is withheld, in the words of `surveytools.disclosure.rules_in_words`;
        by default a general sentence.
    status
        Whether the outputs are a draft or released, in a few words.
    """
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    source = files("surveytools.presenting") / "templates" / "index.html.j2"
    template = environment.from_string(source.read_text(encoding="utf-8"))
    waves = [wave_label(wave.name, study) for wave in study.waves]
    threshold = study.disclosure.threshold
    unprotected = threshold == 1
    marks = [words("deck.synthetic")] if study.synthetic else []
    marks += [words("footer.unprotected")] if unprotected else []
    page = template.render(
        words=words,
        title=plain(study.title),
        marks=" · ".join(marks),
        waves=words("deck.waves", waves=words.listing(waves)),
        status=status,
        source=words("footer.source", source=plain(study.source))
        if study.source
        else "",
        links=[_Link(name, quote(name)) for name in links],
        protection=words("footer.unprotected")
        if unprotected
        else words("deck.withheld_why", n=threshold),
        rules=[plain(rule) for rule in rules],
        runs=[_run(run, words) for run in runs],
        figures=[_figure(figure, words) for figure in figures],
    )
    write_text(path, page)
    return path


def _run(run: NotebookRun, words: Words) -> dict[str, object]:
    return {
        "name": plain(run.name),
        "href": quote(run.file) if run.file else "",
        "status": words(f"status.{run.status}"),
        "failed": run.status == "failed",
    }


def _figure(figure: ShownFigure, words: Words) -> dict[str, object]:
    labels = [
        name
        for name in _LABELS
        if f"{name}_label" in figure.data and _says_something(figure.data, name)
    ]
    heads = [words(f"column.{name}") for name in labels]
    heads += [words(f"column.{name}") for name in ("count", "base", "share")]
    rows = [_row(cell, labels, words) for _, cell in figure.data.iterrows()]
    if _has_intervals(figure.data):
        heads.append(words("column.interval"))
    else:  # shares of mentions have none
        rows = [row[:-1] for row in rows]
    return {
        "title": figure.title,
        "alt": figure.alt,
        "image": quote(figure.image),
        "files": [
            _Link(name.rsplit(".", 1)[-1].upper(), quote(name)) for name in figure.files
        ],
        "heads": heads,
        "rows": rows,
    }


def _has_intervals(data: pd.DataFrame) -> bool:
    """Whether some share that is shown has its interval, or all are withheld."""
    return bool(data["low"].notna().any() or data["share"].isna().all())


def _says_something(data: pd.DataFrame, name: str) -> bool:
    """Whether a column of labels is worth a column of the page."""
    values = set(data[f"{name}_label"])
    return values != {""} and (len(values) > 1 or name in ("group", "answer"))


def _row(cell: pd.Series, labels: Sequence[str], words: Words) -> list[_Cell]:
    texts = [_Cell(str(cell[f"{name}_label"]), head=True) for name in labels]
    base = "" if pd.isna(cell["base"]) else words.number(int(cell["base"]))
    if cell["withheld"]:
        hidden = _Cell(words("figure.withheld"), "withheld")
        shown = _Cell(base, "number") if base else hidden
        return [*texts, hidden, shown, hidden, hidden]
    if pd.isna(cell["share"]):
        return [
            *texts,
            _Cell("0", "number"),
            _Cell(base, "number"),
            _Cell(""),
            _Cell(""),
        ]
    span = ""
    if not pd.isna(cell["low"]):
        ends = {name: words.percent(cell[name]) for name in ("low", "high")}
        span = words("number.interval", **ends)
    return [
        *texts,
        _Cell(words.number(int(cell["count"])), "number"),
        _Cell(base, "number"),
        _Cell(words.percent(cell["share"]), "number"),
        _Cell(span, "number"),
    ]
