"""Columns of personal data, by headers and by cells; all people are invented."""

import uuid

import pytest

from surveytools.reading import Role, read_export

EMAILS = ["ada@example.org", "Bob B. <bob@example.org>", "c.d@uni.example", "e@f.gh"]
IPV4 = ["137.138.1.2", "188.184.9.10", "10.0.0.7", "192.168.1.1"]
IPV6 = ["2001:1458:201::100", "fe80::1", "::1", "2001:db8:0:0:0:0:0:1"]
PHONES = [
    "+41 22 767 61 11",
    "0041 22 767 61 11",
    "+33 (0)4 50 12 34 56",
    "022 767 61 11",
]
UUIDS = [str(uuid.UUID(int=n * 7919 + (n << 96))) for n in range(1, 6)]
TOKENS = ["aB3dE9xYz01", "Qr7tUv2wXy4", "k9Lm8No7Pq6", "Zx1Cv2Bn3Mm", "Rt5Yu6Io7Pl"]
ORCIDS = ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"]


def column(export, header, cells):
    """Read cells under a header, beside an answer."""
    rows = "".join(f'x,"{cell}"\n' for cell in cells)
    raw = read_export(export(f'Role,"{header}"\n{rows}'), platform="generic")
    return raw, raw.columns[1].role


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        pytest.param(EMAILS, "e-mail addresses", id="e-mail"),
        pytest.param([*EMAILS, "none", "rather not"], "e-mail addresses", id="mostly"),
        pytest.param(IPV4, "IP addresses", id="IPv4"),
        pytest.param(IPV6, "IP addresses", id="IPv6"),
        pytest.param(PHONES, "phone numbers", id="phone"),
        pytest.param(UUIDS, "tokens", id="uuid"),
        pytest.param(TOKENS, "tokens", id="token"),
        pytest.param(ORCIDS, "ORCID iDs", id="orcid"),
    ],
)
def test_cells_give_personal_data_away(export, cells, kind):
    raw, role = column(export, "How can we reach you?", cells)

    assert role is Role.IDENTITY
    (note,) = [note for note in raw.notes if "by its cells" in note]
    assert note.startswith(f"column 2 holds {kind}")
    assert not any(cell in note for cell in cells)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Your CERN account name", ["jdoe", "amartin", "pmuller", "xli42", "rrossi"]),
        ("Compte informatique", ["jdoe", "amartin", "pmuller", "xli42", "rrossi"]),
        ("Wie lautet Ihr Benutzername?", ["jd", "amartin", "pmuller", "xli", "rro"]),
    ],
)
def test_logins_count_where_the_header_asks_for_them(export, header, cells):
    assert column(export, header, cells)[1] is Role.IDENTITY
    assert column(export, "Favourite tool", cells)[1] is Role.ANSWER


@pytest.mark.parametrize(
    "header", ["Name in full", "Nom (prénom, nom)", "Nachname, Vorname", "Tu nombre"]
)
def test_names_count_where_the_header_asks_for_them(export, header):
    people = [
        "Ada Lovelace",
        "José García Márquez",
        "Zoë Nguyễn",
        "Vít O'Brien",
        "Li Wu",
    ]

    assert column(export, header, people)[1] is Role.IDENTITY
    assert column(export, "Name of the service", people)[1] is Role.ANSWER
    assert column(export, "Favourite authors", people)[1] is Role.ANSWER


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        pytest.param("Institute", ["EP-DT", "IT-PW-PI", "BE", "EP"], id="institutes"),
        pytest.param("Version", ["1.2.3", "22.04", "10.15.7", "3.11"], id="versions"),
        pytest.param("When?", ["03/04/2026", "04.05.2026", "2026-05-06"], id="dates"),
        pytest.param("Time", ["12:30:45", "01:02:03"], id="times"),
        pytest.param("Path", ["/eos/user/a", "/afs/cern.ch/b", "root://x"], id="paths"),
        pytest.param("How many?", ["0123456789", "1234567890"], id="numbers"),
        pytest.param("Share", ["0.123456789", "0.987654321"], id="decimals"),
        pytest.param("Model", ["resnet50", "vgg16", "gpt2", "unet", "x"], id="models"),
        pytest.param("Run", [f"run2026_{c}42" for c in "abcdef"], id="runs"),
        pytest.param("Why?", ["mail ada@example.org", "no", "x", "y"], id="mentioned"),
        pytest.param("Who?", ["@me", "@you", "a@b"], id="handles"),
        pytest.param("Account type", ["primary", "service", "primary"], id="accounts"),
        pytest.param("Project name", [f"{c}a Lake" for c in "ABCDEF"], id="projects"),
    ],
)  # fmt: skip
def test_answers_stay_answers(export, header, cells):
    assert column(export, header, cells)[1] is Role.ANSWER


def test_addresses_in_answers_are_said(export):
    raw, _ = column(export, "Why?", ["ask ada@example.org", "no", "x", "y"])

    (note,) = [note for note in raw.notes if "mention e-mail" in note]
    assert "column 2" in note
    assert "cells: 1" in note


@pytest.mark.parametrize(
    "header",
    ["Your name", "What is your name?", "Please enter your e-mail address:",
     "Email (optional)", "Ihr Name (freiwillig)", "Votre nom", "Tu correo electrónico",
     "Date of birth", "Geburtsdatum", "Date de naissance", "Fecha de nacimiento",
     "telephone_1", "Phone 2", "Anschrift", "Token", "CERN login"],
)  # fmt: skip
def test_headers_in_four_languages(export, header):
    raw, role = column(export, header, ["x", "y"])

    assert role is Role.IDENTITY
    assert any("by its header" in note for note in raw.notes)


@pytest.mark.parametrize(
    "header",
    ["Your institute", "Name of your service", "What is your role?", "Firma",
     "Portable", "Email use", "Token budget", "Your IP address range?"],
)  # fmt: skip
def test_headers_of_answers(export, header):
    assert column(export, header, ["x", "y"])[1] is Role.ANSWER


def test_no_answer_of_a_real_export_is_taken(shared_data):
    # All columns of these files are answers, or the platform's, by their codebooks.
    for name in (
        "dlr/data.csv",
        "sheffield/sheffield.csv",
        "spack/spack-user-survey-2022-responses.csv",
        "spack/spack-user-survey-2025-responses.xlsx",
        "starwars/StarWars.csv",
        "rse2017/de/public_data.csv",
        "jupyter2015/20160115235816-SurveyExport.csv",
        "redcap/russian/data.csv",
    ):
        raw = read_export(shared_data / name)
        taken = [c.header for c in raw.columns if c.role is Role.IDENTITY]
        assert taken == [], name


@pytest.mark.parametrize("header", ["Name", "Nom", "Ihr Name", "Nombre"])
def test_how_to_keep_a_choice_under_a_bare_name_is_said(export, header):
    cells = "".join(f"{name},x\n" for name in ["SWAN", "LXPLUS", "SWAN", "LXPLUS"])

    raw = read_export(export(f"{header},Why?\n{cells}"))

    assert raw.columns[0].role is Role.IDENTITY
    (note,) = [note for note in raw.notes if "to keep it" in note]
    assert note.startswith("column 1 looks like answers to choose from, though: ")
    people = read_export(export(f"{header},Why?\nAda,x\nBob,y\nCyd,x\nAda,z\n"))
    assert people.columns[0].role is Role.IDENTITY
    assert not any("to keep it" in note for note in people.notes)


@pytest.mark.parametrize(
    "header",
    [
        "Name of the service you use",
        "Nom du service que vous utilisez",
        "Name des Dienstes, den Sie nutzen",
        "Nombre del servicio que utiliza",
    ],
)
def test_choice_of_a_named_thing_is_an_answer_in_four_languages(export, header):
    names = ["Google Cloud", "Open Stack", "Cern Box", "Hugging Face", "Azure Batch"]
    cells = "".join(f"{name},x\n" for name in names)

    raw = read_export(export(f'"{header}",Why?\n{cells}'))

    assert raw.columns[0].role is Role.ANSWER
