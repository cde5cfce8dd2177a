"""Qualtrics' columns: what the import id and the name of each say it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from surveytools.reading.table import Role

__all__ = ["IMPORT_ID", "Tag", "is_import_id", "own_role", "tag_of"]

IMPORT_ID = re.compile(r"\s*\{\s*[\"']ImportId[\"']", re.DOTALL)
_FIELD = re.compile(r"[\"'](\w+)[\"']\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|(-?[\d.]+))")
_OWN: Mapping[str, Role] = {
    "startdate": Role.STARTED,
    "enddate": Role.METADATA,
    "recordeddate": Role.SUBMITTED,
    "status": Role.TEST,
    "distributionchannel": Role.TEST,
    "finished": Role.COMPLETENESS,
    "progress": Role.COMPLETENESS,
    "userlanguage": Role.LANGUAGE,
    "duration": Role.METADATA,
    "duration (in seconds)": Role.METADATA,
    "time from start to finish (seconds)": Role.METADATA,
    "responseid": Role.METADATA,
    "_recordid": Role.METADATA,
    "responseset": Role.METADATA,
    "responsesetid": Role.METADATA,
    "locationaccuracy": Role.METADATA,
    "ipaddress": Role.IDENTITY,
    "name": Role.IDENTITY,
    "emailaddress": Role.IDENTITY,
    "recipientlastname": Role.IDENTITY,
    "recipientfirstname": Role.IDENTITY,
    "recipientemail": Role.IDENTITY,
    "externalreference": Role.IDENTITY,
    "externaldatareference": Role.IDENTITY,
    "locationlatitude": Role.IDENTITY,
    "locationlongitude": Role.IDENTITY,
}
_QUESTION = re.compile(
    r"(?:(?P<loop>[^_]+)_)?(?P<id>QID\d+(?:#\d+)?)(?P<rest>(?:[-_].*)?)", re.DOTALL
)
_TIMING = re.compile(
    r"first[ _]click|last[ _]click|page[ _]submit|click[ _]count", re.IGNORECASE
)
_ORDER = re.compile(r"_DO(?:_|$)")
_TEXT = re.compile(r"[-_](?:OTHER[-_])?TEXT$")
_DERIVED = re.compile(
    r"Topics?$|Sentiment|ParentTopics|Actionability|_FILE_|[-_]TEXT_\w"
)
_FILE = re.compile(r"_(?:Id|Size|Type)$")
_PART = re.compile(r"[-_](?:Part[-_])?[^-_#]+$")
_KAGGLE = re.compile(r"(?P<base>.+?)_(?:Part_(?P<part>\d+)|OTHER_TEXT)")
_SIDE = re.compile(r"(?:(?P<base>[^_]+)_\d+|.+): (?P<side>\d+)")


@dataclass(frozen=True, slots=True)
class Tag:
    """What the import id, or the name, of a column of answers says.

    Attributes
    ----------
    id
        What the columns of one question share; of a matrix in which several answers
        may be ticked, the columns of one row.
    part
        Whether the column is one of several of the question.
    choice
        Whether it is an option of a multiple-response question, for certain.
    text
        Whether it holds text typed in.
    loop
        Which round of a loop it belongs to.
    known
        Whether an import id says all this, not the name alone.
    """

    id: str
    part: bool = False
    choice: bool = False
    text: bool = False
    loop: str | None = None
    known: bool = False


def is_import_id(text: str) -> bool:
    """Tell the third header row: JSON, or since 2016 a Python-like spelling of it."""
    return IMPORT_ID.match(text) is not None


def own_role(name: str, label: str, fields: Mapping[str, str] | None) -> Role | None:
    """Role of a column that holds no answers; ``None`` where it does.

    Parameters
    ----------
    name, label
        First and second header; the label is ``""`` where there is none.
    fields
        The third, taken apart; ``None`` where the export has none.

    Notes
    -----
    Names aren't unique: a question may be called ``Status``, too. Data that came with
    the invitation (embedded data) has an import id that is no question's; where there
    are no import ids, its label repeats its name.
    """
    if fields is None:
        role = _OWN.get(name.casefold()) or _OWN.get(label.casefold())
        if role is None and name == label and name:
            role = Role.METADATA
        if role is not None:
            return role
    else:
        given = fields.get("ImportId", "")
        if _QUESTION.fullmatch(given) is None:
            bare = re.sub(r"^(?:panel|Location)-", "", given)
            return _OWN.get(bare.casefold(), Role.METADATA)
    tag = f"{name}\n{fields.get('ImportId', '') if fields else ''}"
    if _TIMING.search(tag) or any(_ORDER.search(line) for line in tag.split("\n")):
        return Role.METADATA
    if _DERIVED.search(tag) or (fields and _FILE.search(name)):
        return Role.METADATA
    return None


def fields_of(text: str) -> dict[str, str]:
    """Take the third header of a column apart."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        return {f[1]: f[2] or f[3] or f[4] or "" for f in _FIELD.finditer(text)}
    if not isinstance(given, dict):
        return {}
    return {str(key): str(value) for key, value in given.items()}


def tag_of(name: str, fields: Mapping[str, str] | None) -> Tag:
    """Say which question a column of answers belongs to, and as what."""
    if fields is None:
        return _named(name)
    found = _QUESTION.fullmatch(fields.get("ImportId", ""))
    if found is None:
        return Tag(name, known=True)
    loop, base, rest = found["loop"], found["id"], found["rest"]
    whole = f"{loop}_{base}" if loop else base
    text = _TEXT.search(rest) is not None
    rest = _TEXT.sub("", rest)
    choice = "choiceId" in fields
    if not choice:
        whole += _PART.sub("", rest)
    return Tag(
        whole if not choice else whole + rest,
        part=choice or bool(rest),
        choice=choice and not text,
        text=text,
        loop=loop,
        known=True,
    )


def _named(name: str) -> Tag:
    """Do the same by the name alone, where there are no import ids."""
    if found := _KAGGLE.fullmatch(name):
        return Tag(
            found["base"],
            part=True,
            choice=found["part"] is not None,
            text=found["part"] is None,
        )
    if found := _SIDE.fullmatch(name):
        return Tag(f"{found['base'] or ''}: {found['side']}", part=True)
    text = _TEXT.search(name) is not None
    bare = _TEXT.sub("", name)
    base = re.sub(r"_\d+$", "", bare)
    if text and base == bare:
        return Tag(bare, part=True, text=True)
    return Tag(base, part=base != bare, text=text)
