"""Keyed pseudonyms: who answered twice can be found, who it was can't."""

from __future__ import annotations

import base64
import hmac
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from surveytools.cleaning.codebook import Codebook, Pseudonym
from surveytools.cleaning.matching import normalise
from surveytools.errors import CodebookError, Location, StudyError, raise_all
from surveytools.reading.table import Column, RawTable
from surveytools.study.keys import VARIABLE

__all__ = ["columns_of_pseudonyms", "key_id", "pseudonym", "pseudonym_frame"]

_LENGTH = 12  # letters and digits of 5 bits each: two in a million people differ
_GROUP = 4
_NOBODY = frozenset({"anonymous"})
"""What Microsoft Forms writes, in every language, for somebody it doesn't know."""


def pseudonym(text: str, *, code: str, key: bytes) -> str | None:
    """Give the pseudonym of an e-mail address, a token or a name.

    It is HMAC-SHA-256 [1]_ of the text, cut to 60 bits: without the key nobody can
    find the text by trying out addresses. Case, blanks at the ends and compatibility
    forms make no difference; codes do, so that nothing links two kinds of pseudonym.

    Parameters
    ----------
    text
        What the export holds.
    code
        Code of the pseudonym in the codebook.
    key
        The key.

    Returns
    -------
    str or None
        For example ``k3f9-a2bq-7xwm``; ``None`` where the text names nobody.

    References
    ----------
    .. [1] H. Krawczyk, M. Bellare, R. Canetti, "HMAC: Keyed-Hashing for Message
       Authentication", RFC 2104, 1997.
    """
    plain = _plain(text)
    if not plain or plain in _NOBODY:
        return None
    message = f"{code}\0{plain}".encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, message, "sha256")
    letters = base64.b32encode(digest).decode("ascii").lower()[:_LENGTH]
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def key_id(key: bytes) -> str:
    """Name a key, so that it can be told which one made some pseudonyms."""
    return hmac.digest(key, b"id of this key", "sha256").hex()[:8]


def pseudonym_frame(
    raws: Sequence[RawTable],
    codebook: Codebook,
    index: pd.Index[str],
    *,
    key: bytes | None,
) -> pd.DataFrame:
    """Give the pseudonyms of all rows, one column a code; blank where nobody is named.

    Raises
    ------
    StudyError
        If the codebook keeps pseudonyms and there is no key.
    CodebookError, SurveyErrors
        If no export has the column of one, an export has it twice, or two texts get
        one pseudonym.
    """
    if not codebook.pseudonyms:
        return pd.DataFrame(index=index)
    if key is None:
        names = ", ".join(entry.code for entry in codebook.pseudonyms)
        msg = f"the codebook keeps pseudonyms ({names}), and no key is named"
        hint = f"set {VARIABLE}, or make a key: surveytools key new PATH"
        raise StudyError(msg, Location(codebook.file), hint)
    found = {e.code: columns_of_pseudonyms(e, raws) for e in codebook.pseudonyms}
    raise_all([p for e in codebook.pseudonyms for p in _problems(e, raws, codebook)])
    return pd.DataFrame(
        {
            code: _column(raws, columns, code, key, codebook)
            for code, columns in found.items()
        }
    ).set_axis(index)


def columns_of_pseudonyms(
    entry: Pseudonym, raws: Sequence[RawTable]
) -> list[list[Column]]:
    """Columns of each export that hold what a pseudonym is made of."""
    keys = {normalise(text) for text in (entry.header, *entry.headers)}
    return [[c for c in raw.columns if normalise(c.header) in keys] for raw in raws]


def _problems(
    entry: Pseudonym, raws: Sequence[RawTable], codebook: Codebook
) -> list[CodebookError]:
    found = columns_of_pseudonyms(entry, raws)
    problems = [
        CodebookError(
            f"{len(columns)} columns fit pseudonym {entry.code!r}",
            raw.locate(column=columns[0].header),
            "give the header of one of them",
        )
        for raw, columns in zip(raws, found, strict=True)
        if len(columns) > 1
    ]
    if not any(found):
        where = Location(codebook.file, column=f"pseudonyms[{entry.code}].header")
        msg = f"no export has a column {entry.header!r}"
        problems.append(CodebookError(msg, where, "correct it, or remove the entry"))
    return problems


def _column(
    raws: Sequence[RawTable],
    columns: Sequence[Sequence[Column]],
    code: str,
    key: bytes,
    codebook: Codebook,
) -> pd.Series[str]:
    parts = [
        raw.frame[own[0].name].astype("str")
        if own
        else pd.Series(None, index=raw.frame.index, dtype="str")
        for raw, own in zip(raws, columns, strict=True)
    ]
    places, texts = pd.factorize(pd.concat(parts, ignore_index=True))
    names = [pseudonym(str(text), code=code, key=key) for text in texts]
    plain = {_plain(str(t)): name for t, name in zip(texts, names, strict=True) if name}
    _check_different(plain, code, codebook)
    lookup = np.array([*names, None], dtype=object)
    return pd.Series(lookup[places], dtype="str")


def _check_different(names: Mapping[str, str], code: str, codebook: Codebook) -> None:
    if len(set(names.values())) < len(names):
        where = Location(codebook.file, column=f"pseudonyms[{code}]")
        hint = "make another key: surveytools key new PATH"
        msg = "two respondents get one pseudonym"
        raise CodebookError(msg, where, hint)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return unicodedata.normalize("NFKC", folded).strip()
