"""Writing cleaned responses to their folder, and reading them back unchanged."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from surveytools.cleaning.accounting import summary
from surveytools.cleaning.codebook_json import codebook_from_plain, codebook_to_plain
from surveytools.cleaning.findings import COLUMNS as FINDING_COLUMNS
from surveytools.cleaning.findings import finding_frame
from surveytools.cleaning.responses import Responses, State
from surveytools.cleaning.unresolved_cells import COLUMNS as UNRESOLVED_COLUMNS
from surveytools.cleaning.workbook import fits_workbook, write_workbook
from surveytools.errors import ExportError, Location
from surveytools.files import atomic_path, formula_safe, sha256_of, write_text
from surveytools.reading.progress import begin
from surveytools.reading.table import RawTable

__all__ = ["read_responses", "write_responses"]

_PRIVATE = 0o600
_MANIFEST = "manifest.json"
_PARQUET = ("responses", "states", "audit")
_PSEUDONYMS = "pseudonyms.parquet"


def write_responses(
    responses: Responses,
    folder: Path,
    *,
    raws: Sequence[RawTable],
    workbook: bool = True,
) -> list[Path]:
    """Write cleaned responses, what changed, what to look at, and what was read.

    Whatever holds answers can be read by its owner only. Each file is written in one
    go, the manifest last: it holds the hashes of the others, so that a folder from an
    interrupted run isn't taken for a whole one. Equal inputs give equal bytes.

    Parameters
    ----------
    responses
        What to write.
    folder
        Made if need be. Files of an earlier run are replaced.
    raws
        The exports, for the manifest.
    workbook
        Whether to write ``responses.xlsx`` too.

    Returns
    -------
    list of Path
        Files written. There is no ``responses.xlsx`` where it would be too large.
    """
    frames = (responses.frame, responses.states, responses.audit)
    written = []
    done = begin("writing", len(frames) + 1)
    for name, frame in zip(_PARQUET, frames, strict=True):
        done(1)
        path = folder / f"{name}.parquet"
        with atomic_path(path, mode=_PRIVATE) as temporary:
            frame.to_parquet(temporary)
        written.append(path)
    persons = folder / _PSEUDONYMS
    if responses.pseudonyms.columns.empty:
        persons.unlink(missing_ok=True)
    else:
        with atomic_path(persons, mode=_PRIVATE) as temporary:
            responses.pseudonyms.to_parquet(temporary)
        written.append(persons)
    written.append(folder / "findings.csv")
    with atomic_path(written[-1], mode=_PRIVATE) as temporary:
        _write_texts(responses.findings, FINDING_COLUMNS, temporary)
    written.append(folder / "unresolved.csv")
    with atomic_path(written[-1], mode=_PRIVATE) as temporary:
        _write_texts(responses.unresolved, UNRESOLVED_COLUMNS, temporary)
    written.append(folder / "codebook.json")
    write_text(written[-1], _json(codebook_to_plain(responses.codebook)))
    for_people = folder / "responses.xlsx"
    if workbook and fits_workbook(responses):
        with atomic_path(for_people, mode=_PRIVATE) as temporary:
            write_workbook(responses, temporary)
        written.append(for_people)
    else:
        for_people.unlink(missing_ok=True)
    written.append(folder / _MANIFEST)
    write_text(written[-1], _json(_manifest(responses, raws, written[:-1])))
    return written


def read_responses(folder: Path) -> Responses:
    """Read what `write_responses` wrote.

    Raises
    ------
    ExportError
        If the folder isn't one that ``surveytools clean`` wrote, or a file in it was
        changed since or doesn't belong to the others.
    """
    manifest = _read_manifest(folder)
    _check_files(folder, manifest["files"])
    frame, states, audit = (
        pd.read_parquet(folder / f"{name}.parquet") for name in _PARQUET
    )
    codebook = codebook_from_plain(_read_json(folder / "codebook.json"))
    for item in codebook.items:
        codes = [choice.code for choice in item.choices]
        for name in item.columns():
            if isinstance(frame[name].dtype, pd.CategoricalDtype):
                frame[name] = frame[name].astype(_categories(codes, ordered=True))
    return Responses(
        frame,
        states.astype(_categories([state.value for state in State], ordered=False)),
        codebook,
        manifest["wave"],
        _accounting(manifest["accounting"]),
        audit,
        _read_findings(folder / "findings.csv"),
        manifest.get("rows", {}),  # folders of earlier versions lack it
        pd.read_parquet(folder / _PSEUDONYMS)
        if _PSEUDONYMS in manifest["files"]
        else pd.DataFrame(index=frame.index),
        manifest.get("pseudonyms", {}).get("key"),
    )


def _categories(values: list[str], *, ordered: bool) -> pd.CategoricalDtype:
    """Categories in full: Parquet forgets those that don't occur."""
    return pd.CategoricalDtype(pd.Index(values, dtype="str"), ordered=ordered)


def _manifest(
    responses: Responses, raws: Sequence[RawTable], files: Sequence[Path]
) -> dict[str, Any]:
    """Give inputs, versions and counts; no answer and no time of day."""
    packages = ("surveytools", "pandas", "pyarrow")
    return {
        "wave": responses.wave,
        "exports": [
            {
                "file": raw.file,
                "sheet": raw.sheet,
                "sha256": raw.sha256,
                "platform": raw.platform,
                "rows": raw.frame.shape[0],
                "columns": raw.frame.shape[1],
                "left_out": dict(raw.left_out),
            }
            for raw in raws
        ],
        "codebook": responses.codebook.file,
        "versions": {name: metadata.version(name) for name in packages},
        "respondents": len(responses.frame),
        "rows": dict(responses.rows),
        "pseudonyms": {
            "codes": [str(code) for code in responses.pseudonyms],
            "key": responses.key,
        },
        "items": len(responses.codebook.items),
        "cells": int(responses.accounting["cells"].sum()),
        "outcomes": dict(summary(responses.accounting)),
        "changes": _counts(responses.audit["step"]),
        "findings": _counts(responses.findings["kind"]),
        "unresolved_cells": len(
            responses.unresolved[["export", "row", "column"]].drop_duplicates()
        ),
        "files": {path.name: sha256_of(path) for path in files},
        "accounting": json.loads(responses.accounting.to_json(orient="records")),
    }


def _counts(texts: pd.Series[str]) -> dict[str, int]:
    counts = texts.value_counts(sort=False)
    return {str(text): int(n) for text, n in counts.items()}


def _json(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _write_texts(frame: pd.DataFrame, columns: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in frame.itertuples(index=False):
            writer.writerow(["" if pd.isna(v) else _quoted(str(v)) for v in row])


def _quoted(text: str) -> str:
    """Keep a spreadsheet from computing a text; `_unquoted` takes it back.

    A text that begins with an apostrophe gets another one, so that there is one way
    back only.
    """
    return f"'{text}" if text.startswith("'") else formula_safe(text)


def _unquoted(text: str) -> str | None:
    return text.removeprefix("'") or None


def _read_findings(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        columns: Iterator[tuple[str, ...]] = zip(*rows, strict=True)
        texts = [[_unquoted(text) for text in column] for column in columns]
    frame = finding_frame(())
    if not texts:
        return frame
    read = dict(zip(FINDING_COLUMNS, texts, strict=True))
    numbers = {
        name: pd.array([int(text) if text else None for text in read[name]], "Int64")
        for name in ("row", "cells")
    }
    return pd.DataFrame({**read, **numbers}).astype(frame.dtypes)


def _accounting(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    columns = ("export", "column", "item", "outcome", "cells")
    frame = pd.DataFrame(records, columns=list(columns))
    return frame.astype(dict.fromkeys(columns[:4], "str") | {"cells": "int64"})


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFEST
    if not path.is_file():
        msg = "not a folder of cleaned responses"
        raise ExportError(msg, Location(str(folder)), "write it: surveytools clean")
    return _read_json(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg, hint = "can't be read", "clean the exports again"
        raise ExportError(msg, Location(str(path)), hint) from error
    return plain


def _check_files(folder: Path, hashes: Mapping[str, str]) -> None:
    for name, sha256 in hashes.items():
        path = folder / name
        if name == "responses.xlsx":
            continue  # a copy for people: nothing is read from it
        if not path.is_file() or sha256_of(path) != sha256:
            msg = "isn't the file that manifest.json describes"
            hint = "clean the exports again"
            raise ExportError(msg, Location(str(path)), hint)
