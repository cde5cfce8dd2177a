"""Answer scales that questionnaires commonly use, in English, French and German."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveytools.cleaning.codebook import Missing
from surveytools.cleaning.matching import normalise

__all__ = [
    "in_order",
    "in_scale_order",
    "is_no",
    "missing_kind",
    "numbered_points",
    "scale_of",
    "yes_no",
]

# Each scale from low to high; a bar parts other wordings of the same answer.
_SCALES = (
    (
        (
            "strongly disagree|totally disagree|pas du tout d'accord"
            "|stimme überhaupt nicht zu|stimme gar nicht zu|trifft überhaupt nicht zu"
            "|trifft gar nicht zu|lehne stark ab"
        ),
        (
            "disagree|plutôt pas d'accord|pas d'accord|stimme nicht zu"
            "|stimme eher nicht zu|trifft nicht zu|trifft eher nicht zu|lehne ab"
        ),
        (
            "neither agree nor disagree|neutral|undecided|ni d'accord ni pas d'accord"
            "|unentschieden|teils, teils|teils/teils|teils teils|weder noch"
        ),
        (
            "agree|plutôt d'accord|d'accord|stimme zu|stimme eher zu|trifft zu"
            "|trifft eher zu"
        ),
        (
            "strongly agree|totally agree|tout à fait d'accord|stimme voll und ganz zu"
            "|stimme voll zu|stimme vollkommen zu|trifft voll und ganz zu"
            "|trifft voll zu"
        ),
    ),
    (
        (
            "very dissatisfied|very unsatisfied|très insatisfait|très insatisfait(e)"
            "|sehr unzufrieden"
        ),
        (
            "dissatisfied|unsatisfied|insatisfait|insatisfait(e)|unzufrieden"
            "|eher unzufrieden"
        ),
        "neutral|neither satisfied nor dissatisfied|neutre|weder noch|teils/teils",
        "satisfied|satisfait|satisfait(e)|zufrieden|eher zufrieden",
        "very satisfied|très satisfait|très satisfait(e)|sehr zufrieden",
    ),
    (
        "never|jamais|nie|niemals",
        "rarely|seldom|rarement|selten",
        "sometimes|occasionally|parfois|manchmal|gelegentlich",
        "often|frequently|souvent|oft|häufig",
        "always|very often|toujours|très souvent|immer|sehr oft|sehr häufig",
    ),
    ("never|jamais", "sometimes|parfois", "regularly|régulièrement"),
    (
        (
            "not at all important|unimportant|pas du tout important|unwichtig"
            "|überhaupt nicht wichtig|gar nicht wichtig"
        ),
        (
            "slightly important|of little importance|peu important|eher unwichtig"
            "|weniger wichtig|kaum wichtig"
        ),
        (
            "moderately important|neutral|moyennement important|mäßig wichtig"
            "|mittelmäßig wichtig"
        ),
        "important|wichtig|eher wichtig",
        "very important|très important|sehr wichtig",
        "extremely important|essential|vital|essentiel|äußerst wichtig",
    ),
    (
        "not at all confident|not confident|pas du tout confiant",
        "slightly confident|not very confident|peu confiant",
        "somewhat confident|moderately confident|neutral|assez confiant",
        "confident|confiant",
        "very confident|très confiant",
        "extremely confident",
    ),
    (
        "very poor|very bad|très mauvais|sehr schlecht",
        "poor|bad|mauvais|schlecht",
        "fair|average|acceptable|moyen|mittelmäßig|befriedigend",
        "good|bon|gut",
        "very good|très bon|sehr gut",
        "excellent|ausgezeichnet|hervorragend",
    ),
    (
        "not an obstacle|pas un obstacle",
        "minor|mineur",
        "moderate|modéré",
        "major|majeur",
        "blocking|bloquant",
    ),
    (
        "not interested|not at all interested|pas intéressé|pas intéressé(e)",
        "slightly interested|peu intéressé|peu intéressé(e)",
        "moderately interested|moyennement intéressé|moyennement intéressé(e)",
        "interested|intéressé|intéressé(e)",
        "very interested|très intéressé|très intéressé(e)",
    ),
    (
        "very unfavorably|very unfavourably",
        "somewhat unfavorably|somewhat unfavourably",
        "neither favorably nor unfavorably (neutral)|neutral",
        "somewhat favorably|somewhat favourably",
        "very favorably|very favourably",
    ),
    ("unsuitable|inadapté", "suitable|adapté", "perfect|parfait"),
)
_MISSING = {
    Missing.DONT_KNOW: "i do not know|i don't know|don't know|do not know|not sure"
    "|unsure|no opinion|je ne sais pas|sans opinion|weiß nicht|ich weiß nicht"
    "|weiß ich nicht|keine meinung",
    Missing.NOT_APPLICABLE: "not applicable|does not apply|sans objet|ne s'applique pas"
    "|non applicable|prefer not to say|i prefer not to answer|nicht zutreffend"
    "|entfällt|keine angabe|ne souhaite pas répondre",
}
_YES_NO = (("yes", "no"), ("oui", "non"), ("ja", "nein"))
_POINT = re.compile(r"(?P<number>\d{1,2})(?P<words> ?(?:[-:=(.]) ?\D+)?")
_HIGHEST_POINT = 10
_MOST_ODD = 2  # answers beside a scale, such as "unfamiliar"
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BELOW = re.compile(r"\b(?:less|under|below|fewer|up to|moins)\b|<", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:more|over|above|plus)\b|>|\+$", re.IGNORECASE)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Scale:
    """A known scale that all of an item's answers lie on.

    Attributes
    ----------
    points
        For each answer its place on the scale, from 1.
    complete
        Whether every point of the scale was chosen by somebody.
    """

    points: dict[str, int]
    complete: bool


def scale_of(labels: Iterable[str]) -> Scale | None:
    """Find a scale on which all labels lie, two or more of them, each on its own."""
    labels = list(labels)
    if len(labels) < _FEWEST:
        return None
    for scale in _SCALES:
        place = _places(scale)
        points = {label: place.get(normalise(label), 0) for label in labels}
        if all(points.values()) and len(set(points.values())) == len(labels):
            return Scale(points, complete=len(labels) == len(scale))
    return None


def in_scale_order(labels: Sequence[str]) -> list[str] | None:
    """Order answers of which all but one or two lie on a known scale, the others last.

    ``None`` if no scale holds that many of them, three at least.
    """
    for odd in range(1, _MOST_ODD + 1):
        for scale in _SCALES:
            place = _places(scale)
            points = {t: place[normalise(t)] for t in labels if normalise(t) in place}
            enough = len(points) >= max(_FEWEST + 1, len(labels) - odd)
            if enough and len(set(points.values())) == len(points):
                beside = [label for label in labels if label not in points]
                return [*sorted(points, key=points.__getitem__), *beside]
    return None


def _places(scale: tuple[str, ...]) -> dict[str, int]:
    return {
        normalise(wording): at
        for at, wordings in enumerate(scale, start=1)
        for wording in wordings.split("|")
    }


def numbered_points(labels: Iterable[str]) -> dict[str, int] | None:
    """Find the numbers of a scale of which some points say what they mean.

    Platforms show ``1 (None at all)``, ``2`` … ``10 (All my time)`` as one scale.

    Returns
    -------
    dict or None
        The number of each label; answers that say that there is none are left out.
        ``None`` if some other label has no number, two labels have the same one, or
        all are bare numbers.
    """
    telling = [label for label in labels if missing_kind(label) is None]
    found = {label: _POINT.fullmatch(normalise(label)) for label in telling}
    points = {label: int(match["number"]) for label, match in found.items() if match}
    words = [match for match in found.values() if match and match["words"]]
    distinct = len(set(points.values())) == len(telling)
    if len(telling) < _FEWEST or not words or not distinct:
        return None
    return points if max(points.values()) <= _HIGHEST_POINT else None


def missing_kind(label: str) -> Missing | None:
    """Tell an answer that says why there is none."""
    key = normalise(label).rstrip(".")
    for kind, wordings in _MISSING.items():
        if key in map(normalise, wordings.split("|")):
            return kind
    return None


def yes_no(labels: Iterable[str], pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether labels are yes and no, in any language or a platform's words."""
    keys = {normalise(label) for label in labels}
    return any(
        keys <= {normalise(yes), normalise(no)} for yes, no in (*_YES_NO, *pairs)
    )


def is_no(label: str) -> bool:
    """Tell whether a label is the word for no in one of the languages known here."""
    return normalise(label) in {no for _, no in _YES_NO}


def in_order(labels: Sequence[str]) -> list[str]:
    """Order classes such as ``18-24``, ``more than 10`` by their numbers.

    Labels without numbers go last. Where fewer than half have one, and more than a
    couple, the order stays: the numbers are then part of names.
    """
    numbers = {label: _FIRST_NUMBER.search(label) for label in labels}
    if 2 * sum(match is not None for match in numbers.values()) <= len(labels):
        return list(labels)

    def place(label: str) -> tuple[bool, float, int]:
        match = numbers[label]
        shift = -1 if _BELOW.search(label) else 1 if _ABOVE.search(label) else 0
        return match is None, float(match[0]) if match else 0.0, shift

    return sorted(labels, key=place)
