"""Nobody who sent the demo's exports is named in anything that a run writes."""

import openpyxl
import pytest

IDENTITY = ("Submitter", "Submitter Email")


@pytest.fixture(scope="module")
def people(demo_home):
    """Names and e-mails that stand in the demo's workbooks."""
    found = set()
    for path in sorted((demo_home / "data" / "raw").glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        header, *rows = book.worksheets[0].iter_rows(values_only=True)
        book.close()
        columns = [header.index(name) for name in IDENTITY]
        found |= {row[column] for row in rows for column in columns if row[column]}
    assert len(found) > 100
    return found


def test_a_run_of_the_demo_names_nobody(demo_home, people, run_study, leaks):
    printed = run_study(demo_home / "study.toml")

    written = [demo_home / "reports", demo_home / "data" / "processed"]
    assert all(folder.is_dir() for folder in written)
    assert leaks(written, people) == set()
    assert not [name for name in people if name.lower() in printed.lower()]


def test_the_search_finds_the_names_in_the_exports(demo_home, people, leaks):
    found = leaks([demo_home / "data" / "raw"], people)

    assert {name for _, name in found} == people
