"""Files made by hand, byte by byte where a library would be too kind."""

import zipfile

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
FORMATS = (0, 22, 14, 21, 46)
"""``s`` of a cell: 0 general, 1 moment, 2 date, 3 time, 4 elapsed time."""


@pytest.fixture
def export(tmp_path):
    """Write bytes or text to a file and give its path."""

    def write(content, name="export.csv"):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Write an XLSX file whose sheets are given as XML, by name of the tab."""

    def write(sheets, *, name="export.xlsx", properties="", extra=()):
        if isinstance(sheets, str):
            sheets = {"Sheet1": sheets}
        tabs = list(enumerate(sheets, start=1))
        kinds = {n: f"{OFFICE}/worksheet" for n, _ in tabs}
        parts = {
            "[Content_Types].xml": (
                f'<Types xmlns="{TYPES}">'
                '<Default Extension="xml" ContentType="application/xml"/></Types>'
            ),
            "_rels/.rels": (
                f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
                f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
                "</Relationships>"
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>'
                + "".join(
                    f'<sheet name="{tab}" sheetId="{n}" r:id="rId{n}"/>'
                    for n, tab in tabs
                )
                + "</sheets></workbook>"
            ),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{RELATIONS}">'
                + "".join(
                    f'<Relationship Id="rId{n}" Type="{kinds[n]}" '
                    f'Target="worksheets/sheet{n}.xml"/>'
                    for n, _ in tabs
                )
                + "</Relationships>"
            ),
            "xl/styles.xml": (
                f'<styleSheet xmlns="{MAIN}"><cellXfs>'
                + "".join(f'<xf numFmtId="{number}"/>' for number in FORMATS)
                + "</cellXfs></styleSheet>"
            ),
        }
        parts |= {
            f"xl/worksheets/sheet{n}.xml": xml
            for n, xml in enumerate(sheets.values(), start=1)
        }
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for part, xml in [*parts.items(), *extra]:
                package.writestr(part, xml)
        return path

    return write


@pytest.fixture
def sheet():
    """Wrap rows into the XML of a sheet."""

    def wrap(rows, *, before=""):
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}">'
            f"{before}<sheetData>{rows}</sheetData></worksheet>"
        )

    return wrap


@pytest.fixture
def cells():
    """Give the cells of a raw table as lists, one a row, ``None`` where blank."""

    def rows(raw):
        frame = raw.frame.astype(object).where(raw.frame.notna(), None)
        return frame.to_numpy().tolist()

    return rows
