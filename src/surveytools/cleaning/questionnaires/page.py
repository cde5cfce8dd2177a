"""A codebook as a page to read and print: what was asked, of whom, in which words."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment

from surveytools.cleaning.codebook import Choice, Codebook, Item, Kind
from surveytools.cleaning.conditions import parse_condition
from surveytools.cleaning.headers import headers_of
from surveytools.cleaning.questionnaires.lost import NAMES, listed
from surveytools.cleaning.questionnaires.rules import number_text
from surveytools.cleaning.questionnaires.texts import short_label
from surveytools.cleaning.truth import (
    Combination,
    Comparison,
    Condition,
    Negation,
)
from surveytools.study.text import in_language

__all__ = ["not_on_page", "questionnaire_page"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "questions": "questions",
        "asked_if": "Asked if",
        "one": "One answer",
        "several": "Several answers",
        "most": "at most",
        "rows": "One answer a row",
        "rank": "Put in order",
        "number": "A number",
        "from": "from",
        "to": "up to",
        "text": "In your own words",
        "own": "namely",
        "computed": "Computed from the answers",
        "and": "and",
        "or": "or",
        "not": "not",
        "is": "is",
        "isnt": "is not",
    },
    "fr": {
        "questions": "questions",
        "asked_if": "Posée si",
        "one": "Une réponse",
        "several": "Plusieurs réponses",
        "most": "au plus",
        "rows": "Une réponse par ligne",
        "rank": "À mettre en ordre",
        "number": "Un nombre",
        "from": "à partir de",
        "to": "jusqu'à",
        "text": "Avec vos mots",
        "own": "à savoir",
        "computed": "Calculé à partir des réponses",
        "and": "et",
        "or": "ou",
        "not": "non",
        "is": "est",
        "isnt": "n'est pas",
    },
}
_KINDS = {
    Kind.SINGLE: "one",
    Kind.LIKERT: "one",
    Kind.MULTIPLE: "several",
    Kind.MATRIX: "rows",
    Kind.RANKING: "rank",
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
}
_ELSEWHERE = (
    *("headers", "separator", "missing_texts", "suffixes"),
    *("unit", "sensitive", "optional"),
)
_OF_CHOICES = ("aliases", "short", "value", "missing")

_PAGE = """\
<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c1c1c;
  background: #fff; max-width: 50rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; line-height: 1.4; margin: 0; }
section { border-top: 1px solid #c8c8c8; padding: 1rem 0; break-inside: avoid; }
section.long { break-inside: auto; }
.count, .how, code { color: #595959; font-size: .875rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
.how, .rule { margin: .2rem 0 .4rem; }
.rule { font-size: .9rem; border-left: 3px solid #2f6f9f; padding-left: .6rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: .1rem 0 .1rem 1.7rem; text-indent: -1.7rem; }
.box { display: inline-block; width: .85rem; height: .85rem; margin-right: .85rem;
  border: 1.5px solid #595959; vertical-align: -.1rem; }
.round { border-radius: 50%; }
.line { border-bottom: 1px solid #8a8a8a; height: 1.8rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .3rem .4rem; border-bottom: 1px solid #e0e0e0; text-align: center;
  vertical-align: bottom; }
th { font-weight: normal; }
tbody th { text-align: left; width: 36%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td .box { margin: 0; }
.scroll { overflow-x: auto; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p class="count">{{ items|length }} {{ word.questions }}</p>
{% for item in items %}
<section{% if item.long %} class="long"{% endif %} id="{{ item.code }}">
<h2>{{ loop.index }}. {{ item.header }} <code>{{ item.code }}</code></h2>
{% if item.rule %}<p class="rule">{{ word.asked_if }}: {{ item.rule }}</p>{% endif %}
<p class="how">{{ item.how }}</p>
{% if item.rows %}
<div class="scroll"><table>
<thead><tr><td></td>{% for c in item.choices %}<th scope="col">{{ c.label }}</th>
{%- endfor %}</tr></thead>
<tbody>{% for row in item.rows %}
<tr><th scope="row">{{ row }}</th>{% for c in item.choices %}<td>
<span class="box round"></span></td>{% endfor %}</tr>{% endfor %}
</tbody></table></div>
{% elif item.choices %}
<ul>{% for c in item.choices %}
<li><span class="box{% if item.round %} round{% endif %}"></span>{{ c.label }}
{%- if c.own %}, {{ word.own }}: ____________{% endif %}
 <code>{{ c.code }}</code></li>{% endfor %}
</ul>
{% else %}<div class="line"></div>{% if item.text %}<div class="line"></div>{% endif %}
{% endif %}
</section>
{% endfor %}
{% if derived %}
<section class="long"><h2>{{ word.computed }}</h2>
<ul>{% for item in derived %}
<li>{{ item.label }} <code>{{ item.code }}: {{ item.how }}</code></li>{% endfor %}
</ul></section>
{% endif %}
</body>
</html>
"""


def questionnaire_page(codebook: Codebook, *, title: str, language: str) -> str:
    """Write the page, in one language; it needs no other file.

    Parameters
    ----------
    codebook
        The codebook. Every text of it is escaped.
    title
        Title of the survey.
    language
        Language of the texts; the page's own words are English or French.
    """
    word = _WORDS.get(language, _WORDS["en"])
    items = [_shown(item, codebook, language, word) for item in codebook.asked()]
    derived = [
        {
            "label": in_language(item.label, language),
            "code": item.code,
            "how": _how_computed(item),
        }
        for item in codebook.derived()
    ]
    page = Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)
    return page.render(
        title=title, language=language, word=word, items=items, derived=derived
    )


def not_on_page(codebook: Codebook) -> Iterator[str]:
    """Say what a codebook holds and the page doesn't show."""
    items = codebook.asked()
    default = Item("x", "x", Kind.TEXT)
    blank = Choice("x", "x")
    for key in _ELSEWHERE:
        found = [i.code for i in items if getattr(i, key) != getattr(default, key)]
        if found:
            yield f"{NAMES[key]}: {listed(found)}"
    for key in _OF_CHOICES:
        found = [
            item.code
            for item in items
            if any(
                getattr(choice, key) != getattr(blank, key)
                for choice in (*item.choices, *item.rows)
            )
        ]
        if found:
            yield f"{NAMES[key]}: {listed(found)}"
    if codebook.ignored:
        headers = [repr(short_label(rule.header)) for rule in codebook.ignored]
        yield f"{NAMES['column']}: {listed(headers)}"


def _shown(
    item: Item, codebook: Codebook, language: str, word: Mapping[str, str]
) -> dict[str, Any]:
    header = item.header or headers_of(item)[0]
    rule = ""
    if item.asked_if is not None:
        condition = parse_condition(item.asked_if, codebook)
        rule = _in_words(condition, codebook, language, word)
    return {
        "code": item.code,
        "header": in_language(header, language),
        "rule": rule,
        "how": _how(item, word),
        "rows": [row.text(language) for row in item.rows],
        "round": item.kind in {Kind.SINGLE, Kind.LIKERT},
        "text": item.kind is Kind.TEXT,
        "long": len(item.rows) + len(item.choices) > 12,  # noqa: PLR2004
        "choices": [
            {"label": c.text(language), "code": c.code, "own": c.write_in}
            for c in item.choices
        ],
    }


def _how(item: Item, word: Mapping[str, str]) -> str:
    parts = [word[_KINDS[item.kind]]]
    if item.max_choices is not None:
        parts.append(f"{word['most']} {item.max_choices}")
    if item.minimum is not None:
        parts.append(f"{word['from']} {number_text(float(item.minimum))}")
    if item.maximum is not None:
        parts.append(f"{word['to']} {number_text(float(item.maximum))}")
    return ", ".join(parts)


def _how_computed(item: Item) -> str:
    how = item.derivation
    if how is None:
        return ""
    return " ".join(part for part in (how.how, how.source, how.condition) if part)


def _in_words(
    condition: Condition, codebook: Codebook, language: str, word: Mapping[str, str]
) -> str:
    """Say who is asked, by the numbers of questions and the labels of answers."""
    if isinstance(condition, Negation):
        inner = _in_words(condition.part, codebook, language, word)
        return f"{word['not']} ({inner})"
    if isinstance(condition, Combination):
        parts = [_in_words(part, codebook, language, word) for part in condition.parts]
        nested = [
            f"({text})" if isinstance(part, Combination) else text
            for part, text in zip(condition.parts, parts, strict=True)
        ]
        return f" {word[condition.word]} ".join(nested)
    return _comparison(condition, codebook, language, word)


def _comparison(
    part: Comparison, codebook: Codebook, language: str, word: Mapping[str, str]
) -> str:
    item = codebook.item(part.item)
    number = [i.code for i in codebook.asked()].index(item.code) + 1
    name = f"{number}. {in_language(item.label, language)}"
    if part.row is not None:
        rows = {row.code: row.text(language) for row in item.rows}
        name = f"{name} [{rows.get(part.row, part.row)}]"
    if item.kind is Kind.NUMBER:
        sign = {"=": word["is"], "!=": word["isnt"]}.get(part.sign, part.sign)
        return f"{name} {sign} {number_text(float(part.values[0]))}"
    labels = [f"“{item.choice(str(v)).text(language)}”" for v in part.values]
    verb = word["isnt"] if part.sign == "!=" else word["is"]
    either = f" {word['or']} "
    return f"{name} {verb} {either.join(labels)}"
