"""Free-text answers of a study, and the people whose names are masked in them."""

from collections.abc import Iterable, Sequence

from surveytools.cleaning import Kind, Responses
from surveytools.disclosure import SafeComments, protect_comments
from surveytools.errors import ParameterError
from surveytools.reading import Role
from surveytools.running.processed import Source
from surveytools.study import Disclosure

__all__ = ["comments_of", "people_in"]


def people_in(sources: Iterable[Source]) -> tuple[str, ...]:
    """List the personal data in exports, each text once.

    The exports are read for it, since cleaned data hold none.
    """
    return tuple(
        dict.fromkeys(
            str(cell)
            for source in sources
            for raw in source.raws()
            for column in raw.columns
            if column.role is Role.IDENTITY
            for cell in raw.frame[column.name].dropna().unique()
        )
    )


def comments_of(
    responses: Responses,
    item: str,
    *,
    people: Sequence[str],
    decided: Disclosure,
    member: tuple[str, str] | None = None,
) -> SafeComments:
    """Give the free-text answers to an item, masked; or say why they are withheld.

    Parameters
    ----------
    people
        What is masked: `people_in`.
    decided
        What the owner of the data decided.
    member
        Item and choice of the group whose answers are wanted; by default everybody's.

    Raises
    ------
    ParameterError
        If the item isn't free text.
    """
    if responses.codebook.item(item).kind is not Kind.TEXT:
        msg = f"item {item!r} isn't free text"
        raise ParameterError(msg, hint="tabulate it with table()")
    texts = responses.frame[item]
    written = None
    if member is not None:
        group, choice = member
        inside = responses.frame[group].eq(choice).to_numpy(dtype=bool, na_value=False)
        codes = responses.frame.loc[texts.notna().to_numpy(), group].astype(object)
        numbers = codes.where(codes.notna(), "").value_counts()
        written = {str(code): int(number) for code, number in numbers.items()}
        texts = texts[inside]
    return protect_comments(
        [str(text) for text in texts.dropna()],
        item=item,
        people=people,
        rules=decided.comments,
        profile=decided.profile,
        group=member[1] if member else None,
        written=written,
    )
