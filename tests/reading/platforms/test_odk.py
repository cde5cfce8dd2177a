"""ODK Central: headers and lines transcribed from its own tests.

getodk/central-backend, ``test/integration/api/submissions.js`` and
``test/unit/data/briefcase.js``.
"""

import pytest

from surveytools.errors import ExportError
from surveytools.reading import Role, read_export

SELECTS = """\
SubmissionDate,meta-instanceID,q1,q1/a,q1/b,g1-q2,g1-q2/x,g1-q2/y,g1-q2/z,KEY,\
SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,\
DeviceID,Edits,FormVersion
2026-01-01T00:00:00.000Z,one,a b,1,1,x y z,1,1,1,one,5,Alice,0,0,,,,0,2
2026-01-01T00:00:00.000Z,two,b,0,1,x,1,0,0,two,5,Alice,0,0,,rejected,,0,
"""

JOINED = """\
SubmissionDate,meta-instanceID,q1,age,KEY,SubmitterID,SubmitterName,\
AttachmentsPresent,AttachmentsExpected,Status
2026-01-01T00:00:00.000Z,one,a b,30,one,5,Alice,0,0,
2026-01-01T00:00:00.000Z,two,b,34,two,5,Alice,0,0,
2026-01-01T00:00:00.000Z,three,a,34,three,5,Alice,0,0,
2026-01-01T00:00:00.000Z,four,,,four,5,Alice,0,0,not decrypted
"""


def roles(raw):
    return {c.name: c.role for c in raw.columns if c.role is not Role.ANSWER}


def test_platform_columns(export):
    raw = read_export(export(SELECTS))

    assert (raw.platform, raw.certainty) == ("odk", "certain")
    assert roles(raw)["SubmissionDate"] is Role.SUBMITTED
    assert roles(raw)["SubmitterName"] is Role.IDENTITY
    assert roles(raw)["DeviceID"] is Role.IDENTITY
    assert roles(raw)["meta-instanceID"] is Role.METADATA


def test_split_columns_are_options(export):
    raw = read_export(export(SELECTS))

    told = {c.header: c.question.part for c in raw.answers()}
    assert told == {
        "q1/a": "a",
        "q1/b": "b",
        "g1-q2/x": "x",
        "g1-q2/y": "y",
        "g1-q2/z": "z",
    }
    assert roles(raw)["q1"] is Role.METADATA


def test_joined_names_are_split(export):
    raw = read_export(export(JOINED))

    (q1,) = [c for c in raw.columns if c.header == "q1"]
    assert q1.question.separator == " "


def test_encrypted_submissions_are_set_aside(export):
    raw = read_export(export(JOINED))

    assert dict(raw.left_out)["submissions not decrypted"] == 1
    assert len(raw.frame) == 3


def test_rejected_submissions_are_counted(export):
    notes = read_export(export(SELECTS)).notes

    assert "submissions that a reviewer rejected, kept here: 1" in notes


def test_place_is_personal(export):
    text = (
        "SubmissionDate,loc-Latitude,loc-Longitude,loc-Altitude,loc-Accuracy,my-Altitude,"
        "KEY,SubmitterID,SubmitterName\n2026-01-01T00:00:00.000Z,46,6,0,0,high,one,5,A\n"
    )

    assert [c.header for c in read_export(export(text)).answers()] == ["my-Altitude"]


def test_repeated_group(export):
    raw = read_export(export("age,PARENT_KEY,KEY\n3,uuid:1,uuid:1/members[1]\n"))

    assert (raw.platform, raw.certainty) == ("odk", "strong")
    assert any("a row isn't a respondent" in note for note in raw.notes)


def test_named_by_a_person_but_not_one(export):
    with pytest.raises(ExportError, match="no column 'KEY'"):
        read_export(export("Role,Years\nx,3\n"), platform="odk")
