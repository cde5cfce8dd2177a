import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveytools.errors import ExportError
from surveytools.reading import PLATFORMS, Role, describe, read_export
from surveytools.reading.assemble import assemble
from surveytools.reading.delimited import read_delimited

INDICO = "Submitter,Submitter Email,Submission Date"


def roles(raw):
    return {c.header: c.role for c in raw.columns if c.role is not Role.ANSWER}


class TestIndico:
    def test_roles_go_by_position(self, export):
        text = f"{INDICO},About: Role,Submission Date\nA B,a@b.ch,2026-01-02,x,maybe\n"

        raw = read_export(export(text))

        assert [c.role for c in raw.columns] == [
            Role.IDENTITY,
            Role.IDENTITY,
            Role.SUBMITTED,
            Role.ANSWER,
            Role.ANSWER,
        ]
        assert [c.name for c in raw.answers()] == [
            "About: Role",
            "Submission Date (column 5)",
        ]
        assert ("oui", "non") in raw.labels

    def test_anonymous_survey(self, export):
        raw = read_export(export(f"{INDICO},Role\n,,2026-01-02,x\n"))

        assert raw.platform == "indico"
        assert len(raw.columns) == 4

    def test_row_without_date_was_never_submitted(self, export):
        text = f"{INDICO},Role\n,,2026-01-02,x\nA,a@b.ch,,y\n"

        notes = read_export(export(text)).notes

        assert "no submission date, so never submitted: row 3" in notes

    def test_named_by_a_person_but_not_one(self, export):
        with pytest.raises(ExportError, match="aren't those of an Indico survey"):
            read_export(export("Role,Years\nx,3\n"), platform="indico")


FORM = "2020/10/06 1:12:44 pm GMT"
SHEET = "11/17/2020 18:23:58"


class TestGoogle:
    @pytest.mark.parametrize(
        ("time", "separator"),
        [
            pytest.param(FORM, ";", id="form"),
            pytest.param("2019/12/23 6:35:31 PM EST", ";", id="form with capitals"),
            pytest.param("2026/01/09 9:05:11 AM GMT+1", ";", id="form with offset"),
            pytest.param(SHEET, ", ", id="sheet"),
            pytest.param("17.11.2020 18:23:58", ", ", id="German sheet"),
            pytest.param("17/11/2020 1:17:04", ", ", id="French sheet"),
        ],
    )
    def test_dialect_goes_by_the_times(self, export, time, separator):
        raw = read_export(export(f"Timestamp,Role\n{time},Physicist\n"))

        assert (raw.platform, raw.certainty) == ("google", "strong")
        assert raw.separator == separator
        assert roles(raw) == {"Timestamp": Role.SUBMITTED}

    @pytest.mark.parametrize(
        "header", ["Horodateur", "Zeitstempel", "Marca temporal", "\ufefftimestamp "]
    )
    def test_headers_in_other_languages(self, export, header):
        raw = read_export(export(f"{header},Role\n{SHEET},Physicist\n"))

        assert raw.platform == "google"

    def test_header_alone_is_not_enough(self, export):
        raw = read_export(export("Timestamp,Role\nyesterday,Physicist\n"))

        assert raw.platform == "generic"

    def test_times_of_the_form_alone_are_a_weak_sign(self, export):
        raw = read_export(export(f"Quand ?,Role\n{FORM},Physicist\n"))

        assert (raw.platform, raw.certainty) == ("google", "weak")

    def test_separator_is_verified_against_the_cells(self, export):
        cells = ["AI;HPC", "HPC;Web", "AI;Web"]
        rows = "".join(f"{SHEET},{cell}\n" for cell in cells)

        raw = read_export(export(f"Timestamp,Tools\n{rows}"))

        assert raw.separator == ";"
        assert any("only ';' cuts cells" in note for note in raw.notes)

    def test_commas_typed_inside_answers_do_not_decide(self, export):
        cells = ["AI;HPC", "HPC;EU, Commercial", "EU, other;AI", "AI;HPC"]
        rows = "".join(f'{FORM},"{cell}"\n' for cell in cells)

        assert read_export(export(f"Timestamp,Tools\n{rows}")).separator == ";"

    def test_comma_inside_one_option_does_not_decide(self, export):
        cells = ["AI;HPC", "HPC;Web", "AI;Web"] + ['"Yes, daily"'] * 9
        rows = "".join(f"{SHEET},{cell}\n" for cell in cells)

        assert read_export(export(f"Timestamp,Tools\n{rows}")).separator == ";"

    def test_address_and_score_are_no_answers(self, export):
        text = (
            "Timestamp,Adresse e-mail,Score,Role\n"
            f"{SHEET},a@b.ch,7 / 10,x\n{SHEET},,8 / 10,y\n"
        )

        assert roles(read_export(export(text))) == {
            "Timestamp": Role.SUBMITTED,
            "Adresse e-mail": Role.IDENTITY,
            "Score": Role.METADATA,
        }

    def test_named_by_a_person_but_without_times(self, export):
        with pytest.raises(ExportError, match="doesn't hold the times"):
            read_export(export("Role,Years\nx,3\n"), platform="google")


class TestSharePoint:
    def test_joined_cells_are_the_sign(self, export):
        raw = read_export(export("Role,Tools\nx,Git;#CVS\ny,Git\nz,CVS;#Subversion\n"))

        assert (raw.platform, raw.certainty) == ("sharepoint", "strong")
        assert raw.separator == ";#"
        assert "2 cells in 1 columns" in raw.reason

    def test_one_cell_is_no_sign(self, export):
        raw = read_export(export("Role,Tools\nx,Git;#CVS\ny,Git\n"))

        assert raw.platform == "generic"

    @pytest.mark.parametrize(
        ("numbers", "role"),
        [
            pytest.param("012", Role.METADATA, id="index"),
            pytest.param("259", Role.METADATA, id="index with gaps"),
            pytest.param("595", Role.ANSWER, id="numbers"),
        ],
    )
    def test_nameless_column_that_numbers_the_rows(self, export, numbers, role):
        rows = "".join(f"{number},x\n" for number in numbers)

        raw = read_export(export(f",Role\n{rows}"))

        assert [c.role for c in raw.columns] == [role, Role.ANSWER]
        numbered = "column 1 only numbers the rows" in raw.notes
        assert numbered == (role is Role.METADATA)


@pytest.mark.parametrize(
    "header",
    ["Name", "E-Mail", "email address", "Vorname", "Prénom", "IP address", "Login:",
     "Adresse\N{NO-BREAK SPACE}e-mail",
     "Nom d\N{RIGHT SINGLE QUOTATION MARK}utilisateur",
     "Benutzername", "ipaddr", "RecipientEmail"],
)  # fmt: skip
def test_obvious_headers_hold_personal_data(export, header):
    raw = read_export(export(f"Role,{header}\nPhysicist,Ada\n"))

    assert raw.columns[1].role is Role.IDENTITY
    assert any("column 2 holds personal data" in note for note in raw.notes)


@pytest.mark.parametrize(
    "header", ["Name of the service", "About you: Name", "Project name", "Email use"]
)
def test_other_headers_do_not(export, header):
    raw = read_export(export(f"Role,{header}\nPhysicist,Ada\n"))

    assert raw.columns[1].role is Role.ANSWER


def test_generic_says_that_it_recognised_nothing(export):
    raw = read_export(export("Role,Years\nx,3\n"))

    assert (raw.platform, raw.certainty) == ("generic", "weak")
    assert raw.reason == "no platform's signature was found"
    assert raw.separator is None


@pytest.mark.parametrize("platform", ["generic", "sharepoint"])
def test_a_person_may_decide(export, platform):
    path = export(f"{INDICO},Role\nA,a@b.ch,2026-01-02,x\n")

    raw = read_export(path, platform=platform)

    assert (raw.platform, raw.reason) == (platform, "named by a person")
    assert roles(raw)["Submitter Email"] is Role.IDENTITY


def test_platforms_are_listed_by_name():
    assert all(name == platform.name for name, platform in PLATFORMS.items())
    assert list(PLATFORMS)[-1] == "generic"


def test_repr_shows_no_cells(export):
    raw = read_export(export("Role,Years\nPhysicist,3\n"))

    assert repr(raw) == "RawTable(export.csv: generic, 1 rows, 2 columns)"


def test_list_of_sharepoint_keeps_who_made_it_apart(export):
    text = (
        "Role,Created By,Modified By,Item Type,Path\nx,Ada,Ada,Item,sites/a\n"
        "y,Bob,Ada,Item,sites/a\n"
    )

    raw = read_export(export(text))

    assert (raw.platform, raw.certainty) == ("sharepoint", "strong")
    assert [c.header for c in raw.answers()] == ["Role"]
    assert roles(raw)["Modified By"] is Role.IDENTITY


def test_example_of_the_documentation_works(root, export):
    """How to add a platform, ``docs/platforms.md``: the code is run as it stands."""
    text = (root / "docs" / "platforms.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    room: dict[str, object] = {}
    exec(code, room)  # noqa: S102
    example = room["EXAMPLE"]
    cells = "1,2026-09-01,Git;SVN\n2,2026-09-02,Git\n3,2026-09-03,SVN;Git\n"
    grid = read_delimited(export("Example ID,Sent,Which tools?\n" + cells))

    raw = assemble(grid, example, example.matches(grid))

    assert (raw.platform, raw.certainty) == ("example", "certain")
    assert [c.role for c in raw.columns] == [
        Role.METADATA,
        Role.SUBMITTED,
        Role.ANSWER,
    ]
    assert describe(raw)[-1].looks == "several per cell, joined by ';': 2 options"
    other = read_delimited(export("Role\nx\n"))
    assert example.matches(other) is None
    with pytest.raises(ExportError, match="aren't those of Example Forms"):
        example.shape(other)


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (
            "indico",
            (
                "Submitter,Submitter Email,Submission Date,Role,Why?\n"
                ",,2026-09-14 11:44:20+00:00,IT,{}\n,,2026-09-14 12:44:20+00:00,EP,x\n"
            ),
        ),
        (
            "msforms",
            (
                "ID,Start time,Completion time,Email,Name,Role,Why?\n"
                "1,7/27/26 19:06:23,7/27/26 19:17:10,anonymous,,IT,{}\n"
                "2,7/27/26 19:07:23,7/27/26 19:18:10,anonymous,,EP,x\n"
            ),
        ),
        (
            "google",
            (
                "Timestamp,Role,Why?\n2026/09/14 1:12:44 PM GMT,IT,{}\n"
                "2026/09/14 1:13:44 PM GMT,EP,x\n"
            ),
        ),
    ],
)
def test_that_blank_cells_do_not_say_why_is_said_once(export, platform, text):
    for cell, notes in (("", 1), ("since", 0)):
        raw = read_export(export(text.format(cell)))
        assert raw.platform == platform
        assert sum("left or never shown" in note for note in raw.notes) == notes


WORDS = st.sampled_from(
    ["", "id", "submitdate", "lastpage", "startlanguage", "StartDate", "EndDate",
     "ResponseId", "V1", "Respondent ID", "Collector ID", "Time Started", "Status",
     "Date Submitted", "Q1", "Q2_1", "Q2_2_TEXT", "tools[SQ001]", "Tools? [A]",
     "Tools? [B]", "x:y", "z:y", "y", "[A]", "code[1]. t [x]", "Timestamp"]
)  # fmt: skip
CELLS = st.sampled_from(
    ["", "1", "2", "Yes", "No", "N/A", "-99", "{question_not_shown}", "{quote}x",
     "'=1", "2026-09-01 10:00:00", "1980-01-01", "en", "Response", "Start Date",
     "{'ImportId': 'QID1'}", '{"ImportId":"QID2","choiceId":"1"}', "ResponseID",
     "ResponseSet", "Partial", "a - b", "a\nb"]
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), width=st.integers(2, 8))
def test_named_by_a_person_any_table_is_read_or_refused(export, data, width):
    heads = data.draw(st.lists(WORDS, min_size=width, max_size=width))
    row = st.lists(CELLS, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([heads, *rows])
    path = export(buffer.getvalue())
    for platform in ("limesurvey", "qualtrics", "surveymonkey", "alchemer"):
        try:
            raw = read_export(path, platform=platform)
        except ExportError:
            continue
        assert len(raw.frame) <= len(rows)
        for column in raw.columns:
            assert len(raw.given(column.name)) == len(raw.frame)
