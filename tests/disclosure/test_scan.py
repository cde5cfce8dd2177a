"""The last look: what must not leave is found wherever it hides, and nothing else."""

import base64
import io
import json
import zipfile

import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from surveytools.disclosure.scan import scan, watch_for

PERSON = "Ada Q. Lovelace"
TEXT = "We run our own cluster under the stairs because nobody answers our tickets"
FOUND = {
    "name": "a respondent's name, login or address",
    "mail": "an e-mail address",
    "text": "words of a free-text answer",
    "row": "columns of the cleaned answers, as raw rows show them",
    "base": "a base below 5",
}


@pytest.fixture
def watch():
    return watch_for(
        people=[PERSON, "alovelac", "anonymous", "Bob"],
        texts=[TEXT, "too short to matter"],
        columns={f"q{n}": ["yes", "no"] for n in range(1, 9)} | {"q9__swan": ["true"]},
        harmless=["Which cluster under the stairs do you use?"],
        threshold=5,
        allowed=["helpdesk@example.org"],
    )


@pytest.fixture
def found(tmp_path, watch):
    """Write a file and say what is found in it."""

    def look(content, name="output.txt"):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return {hit.what for hit in scan([path], watch)}

    return look


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(f"said {PERSON.upper()}.", "name", id="name in capitals"),
        pytest.param("login: alovelac", "name", id="login"),
        pytest.param("write to someone@example.org", "mail", id="address"),
        pytest.param(f"quote: …{TEXT[8:]}", "text", id="most of a free text"),
        pytest.param("   q1   q2   q3\n0  yes  no  yes", "row", id="frame"),
        pytest.param("q1 yes\nq2 no\nq3 no\nq4 yes\nq5 yes", "row", id="one row"),
        pytest.param("EP (n = 3)", "base", id="small base"),
        pytest.param("EP (n\u00a0=\u00a03)", "base", id="small unbroken base"),
        pytest.param("EP n = 3, IT n = 240", "base", id="small base in a list"),
    ],
)
def test_what_must_not_leave_is_found(found, content, what):
    assert FOUND[what] in found(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("helpdesk@example.org", id="an address that was allowed"),
        pytest.param("Bob and anonymous users", id="words that anybody writes"),
        pytest.param("Which cluster under the stairs do you use?", id="a question"),
        pytest.param("too short to matter", id="a short text"),
        pytest.param("q1 240\nq2 238\nq3 17", id="items with their numbers"),
        pytest.param("n = 5, n = 240, mean = 3", id="bases that may be shown"),
        pytest.param("n = 1,238 or n\u00a0=\u00a01\u202f238", id="large bases"),
    ],
)
def test_what_may_leave_is_no_hit(found, content):
    assert found(content) == set()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(f"<p title='{PERSON}'>x</p>", "page.html", id="attribute"),
        pytest.param(f"<p>x</p><!-- {PERSON} -->", "page.html", id="comment"),
        pytest.param(f"<svg><!-- {PERSON} --></svg>", "figure.svg", id="SVG comment"),
        pytest.param(
            f"<svg><text><![CDATA[{PERSON}]]></text></svg>", "figure.svg", id="CDATA"
        ),
        pytest.param(
            "<p title=Ada&#32;Q.&#32;Lovelace>x</p>", "page.html", id="bare attribute"
        ),
        pytest.param("<p>Ada&#32;Q. L&#111;velace</p>", "page.html", id="entities"),
        pytest.param("<p>Ada Q. Love<b>lace</b></p>", "page.html", id="tag in a word"),
        pytest.param(f"<svg><text>{PERSON}</text></svg>", "figure.svg", id="SVG"),
    ],
)
def test_markup_hides_nothing(found, content, name):
    assert FOUND["name"] in found(content, name)


def test_notebooks_are_searched_in_outputs_metadata_and_pictures(found):
    picture = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Description", PERSON, zip=True)
    Image.new("RGB", (2, 2)).save(picture, "png", pnginfo=info)
    image = base64.b64encode(picture.getvalue()).decode()

    def notebook(output=None, metadata=None, source="1"):
        outputs = [] if output is None else [{"output_type": "x", "data": output}]
        cell = {"cell_type": "code", "source": [source], "outputs": outputs}
        return json.dumps({"cells": [cell], "metadata": metadata or {}})

    hidden = [
        notebook({"text/plain": [PERSON]}),
        notebook({"text/html": [f"<td>{PERSON}</td>"]}),
        notebook({"application/json": {"a": [{PERSON: 1}]}}),
        notebook({"image/png": image}),
        notebook(metadata={"papermill": {"parameters": {"who": PERSON}}}),
        notebook(source=f"who = '{PERSON}'"),
    ]
    for content in hidden:
        assert FOUND["name"] in found(content, "run.ipynb")
    assert found(notebook({"text/plain": ["fine"]}), "run.ipynb") == set()


def png_with(text):
    picture, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_itxt("Description", text, zip=True)
    Image.new("RGB", (2, 2)).save(picture, "png", pnginfo=info)
    return base64.b64encode(picture.getvalue()).decode()


def test_pictures_attached_to_a_cell_are_searched(found):
    cell = {
        "cell_type": "markdown",
        "source": ["![](attachment:a.png)"],
        "attachments": {"a.png": {"image/png": png_with(PERSON)}},
    }
    content = json.dumps({"cells": [cell], "metadata": {}})

    assert FOUND["name"] in found(content, "run.ipynb")


@pytest.mark.parametrize("name", ["page.html", "figure.svg"])
def test_pictures_inside_a_page_are_searched(found, name):
    inside = f'<img src="data:image/png;base64,{png_with(PERSON)}">'

    assert FOUND["name"] in found(inside, name)
    assert found(inside.replace(png_with(PERSON), png_with("fine")), name) == set()


def test_decks_are_searched_down_to_the_workbook_in_a_chart(found, tmp_path):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("shown", (1, 2))
    box = (Inches(1), Inches(1), Inches(4), Inches(3))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    part = frame.chart.part.chart_workbook.xlsx_part
    book = openpyxl.load_workbook(io.BytesIO(part.blob))
    book.active["Z99"] = PERSON
    changed = io.BytesIO()
    book.save(changed)
    path = tmp_path / "clean.pptx"
    deck.save(path)
    assert found(path.read_bytes(), "deck.pptx") == set()

    part._blob = changed.getvalue()
    deck.save(path)

    assert FOUND["name"] in found(path.read_bytes(), "deck.pptx")


def test_json_escapes_hide_nothing(found):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in PERSON)

    assert FOUND["name"] in found(f'{{"a": ["{escaped}"]}}', "a.json")
    assert FOUND["base"] in found('[{"label": "EP", "base": 3}]', "a.json")
    assert found('[{"label": "EP", "base": 5}]', "a.json") == set()
    assert FOUND["name"] in found(f'{{"cut off": "{PERSON}"', "a.json")


def test_archives_in_archives_are_searched(found):
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", PERSON)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("b.zip", inner.getvalue())

    assert FOUND["name"] in found(outer.getvalue(), "bundle.zip")


def test_tables_beside_figures_show_no_small_base_and_no_withheld_number(found):
    head = "group,answer,count,base,share,withheld\n"

    assert found(f"{head}ep,yes,3,9,0.33,False\n", "a.csv") == set()
    assert FOUND["base"] in found(f"{head}ep,yes,1,4,0.25,False\n", "b.csv")
    assert found(f"{head}ep,yes,,9,,withheld\n", "c.csv") == set()
    for name in ("true", "withheld"):
        withheld = found(f"{head}ep,yes,2,9,,{name}\n", f"{name}.csv")
        assert withheld == {"the number of a withheld cell"}


def test_hits_say_where_but_never_what(tmp_path, watch):
    path = tmp_path / "out.txt"
    path.write_text(f"{PERSON} {TEXT} someone@example.org")

    for hit in scan([path], watch):
        for word in ("Ada", "Lovelace", "stairs", "someone"):
            assert word not in f"{hit.place} {hit.what}"
