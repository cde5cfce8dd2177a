"""The questionnaire as a page: whole, readable by itself, and safe."""

import re
from html.parser import HTMLParser

import pytest

from surveytools.cleaning import load_codebook
from surveytools.cleaning.questionnaires.export import export_codebook
from surveytools.study import load_catalogue, load_units

HOSTILE = """[[items]]
code = "q1"
header = "<script>alert(1)</script> & more"
kind = "single-response"
choices = [{ code = "a", label = "<b onclick=x>A</b>" }, { code = "b", label = "B" }]
[[items]]
code = "q2"
header = "Which?"
label = "Which"
kind = "multiple-response"
max_choices = 2
asked_if = "q1 in (a, b) and not (q1 = b)"
choices = [{ code = "c", label = "C", write_in = true }]
[[derived]]
code = "n"
label = "Number of <i>them</i>"
from = "q2"
how = "count"
"""


@pytest.fixture
def page(tmp_path):
    def write(text):
        (tmp_path / "book.toml").write_text(text, encoding="utf-8")
        book = load_codebook(tmp_path / "book.toml")
        done = export_codebook(book, tmp_path / "q.html", to="html", title="T & <T>")
        return done, (tmp_path / "q.html").read_text("utf-8")

    return write


class Outline(HTMLParser):
    """Names of tags, whether all are closed in order, and addresses of other files."""

    void = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.wrong, self.addresses = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [v for k, v in attrs if k in {"src", "href"}]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def outline(text):
    parser = Outline()
    parser.feed(text)
    return parser


def test_texts_of_the_codebook_are_only_text(page):
    _, text = page(HOSTILE)

    found = outline(text)

    assert not found.tags & {"script", "b", "i"}
    assert (found.open, found.wrong, found.addresses) == ([], [], [])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
    assert "<title>T &amp; &lt;T&gt;</title>" in text


def test_page_says_who_is_asked_and_how_to_answer(page):
    done, text = page(HOSTILE)

    assert (
        "Asked if: 1. &lt;script&gt;alert(1)&lt;/script&gt; &amp; more is "
        "“&lt;b onclick=x&gt;A&lt;/b&gt;” or “B” and not (1. "
    ) in text
    assert "Several answers, at most 2" in text
    assert re.search(r"C, namely: _+", text)
    assert "Computed from the answers" in text
    assert done.left_out == ()


def test_page_of_the_demo_is_in_one_language_and_says_so(root, tmp_path):
    config = root / "config"
    book = load_codebook(
        config / "codebook-2024.toml",
        units=load_units(config / "units.toml"),
        catalogue=load_catalogue(config / "services.toml"),
    )

    done = export_codebook(
        book, tmp_path / "q.html", to="html", title="ML", language="fr"
    )

    text = (tmp_path / "q.html").read_text("utf-8")
    assert '<html lang="fr">' in text
    assert "Dans quel département ou quelle unité travaillez-vous ?" in text
    assert "Which department or unit do you work in?" not in text
    assert text.count("<section") == len(book.asked()) + 1
    assert done.left_out[0] == "languages: en"
    assert "skip rules" not in " ".join(done.left_out)
    found = outline(text)
    assert (found.open, found.wrong, found.addresses) == ([], [], [])
