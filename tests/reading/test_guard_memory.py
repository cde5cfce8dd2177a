"""What hostile files cost: one clear line, and less than 200 MB each.

Counted is what a process's peak of memory rises above what it had once the program
and its libraries were loaded: files are read in processes that fork from such a one.
"""

import gzip
import json
import subprocess
import sys
import zipfile

import pytest

MEGABYTE = 1 << 20
MOST = 200 * MEGABYTE
SCRIPT = """
import json, os, resource, sys, time
from pathlib import Path
import pandas, pyarrow.compute, fastexcel
from surveytools.errors import SurveyError
from surveytools.reading import read_export

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

for name in sys.argv[1:]:
    sys.stdout.flush()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"file": Path(name).name, "died": status}))
        continue
    before, start = peak(), time.process_time()
    try:
        read_export(Path(name))
        text = ""
    except SurveyError as error:
        text = str(error)
    seconds = time.process_time() - start
    found = {"file": Path(name).name, "text": text, "seconds": round(seconds, 2)}
    print(json.dumps(found | {"bytes": peak() - before}), flush=True)
    os._exit(0)
"""
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol0 "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
URN = "urn:oasis:names:tc:opendocument:xmlns"
ODS = (
    f'<office:document-content xmlns:office="{URN}:office:1.0" '
    f'xmlns:table="{URN}:table:1.0" xmlns:text="{URN}:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="a">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
ODS_ROW = (
    '<table:table-row table:number-rows-repeated="{0}"><table:table-cell '
    'table:number-columns-repeated="{1}" office:value-type="string"><text:p>{2}'
    "</text:p></table:table-cell></table:table-row>"
)
HEAD = '<row r="1"><c r="A1" t="str"><v>h</v></c></row>'
UNDER = '<row r="2"><c r="A2"><v>1</v></c></row>'


def zipped(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


@pytest.fixture
def hostile(tmp_path, workbook, sheet):
    """Hostile files by what the error line must say of them."""
    far = sheet(f'{HEAD}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    plain = workbook(sheet(HEAD + UNDER), name="plain.xlsx")
    with zipfile.ZipFile(plain) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}

    def laughing(name, part):
        xml = parts.get(part, "<sst><si><t>&lol9;</t></si></sst>")
        end = xml.index("?>") + 2 if xml.startswith("<?xml") else 0
        changed = parts | {part: xml[:end] + LAUGHS + xml[end:]}
        return zipped(tmp_path / name, changed)

    string = "<sst><si><t>" + "A" * 300_000_000 + "</t></si></sst>"
    bomb = zipped(tmp_path / "bomb.xlsx", parts | {"xl/sharedStrings.xml": string})
    del string
    program = tmp_path / "program.xlsx"
    program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(5_000_000))
    packed = tmp_path / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(bytes(300_000_000), 6))
    ods = tmp_path / "laughs.ods"
    rows = ODS_ROW.format(1, 1, "&lol9;")
    zipped(ods, {"content.xml": LAUGHS + ODS.format(rows)})
    repeated = zipped(
        tmp_path / "repeated.ods",
        {"content.xml": ODS.format(ODS_ROW.format(1_048_576, 16_384, "x"))},
    )
    doctype = "declares a document type"
    return {
        workbook(far, name="far.xlsx"): "17,179,869,184 cells",
        bomb: "times its size",
        laughing("strings.xlsx", "xl/sharedStrings.xml"): doctype,
        laughing("sheet.xlsx", "xl/worksheets/sheet1.xml"): doctype,
        laughing("styles.xlsx", "xl/styles.xml"): doctype,
        laughing("types.xlsx", "[Content_Types].xml"): doctype,
        ods: doctype,
        repeated: "cells hold something",
        program: "a program for Linux",
        packed: "times its size",
        zipped(tmp_path / "bomb.csv.zip", {"a.csv": bytes(300_000_000)}): "its size",
    }


def test_hostile_files_cost_little(hostile):
    sizes = {path.name: path.stat().st_size for path in hostile}
    assert sizes["far.xlsx"] < 2_500
    assert 250_000 < sizes["bomb.xlsx"] < 350_000

    output = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, hostile)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout

    found = [json.loads(line) for line in output.splitlines()]
    assert [one["file"] for one in found] == [path.name for path in hostile]
    for one, words in zip(found, hostile.values(), strict=True):
        assert words in one["text"], one
        assert "\n" not in one["text"]
        assert one["bytes"] < MOST, one
    print(*output.splitlines(), sep="\n")  # noqa: T201 - the figures, with -s
