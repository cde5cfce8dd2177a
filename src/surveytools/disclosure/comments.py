"""Free text that may be shown: from enough people, without who wrote it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveytools.disclosure.masking import Mask
from surveytools.errors import DisclosureError
from surveytools.study.study import CommentRules, Profile

__all__ = ["SafeComments", "protect_comments"]


class _Permit:
    """What `protect_comments` gives, for its very texts."""

    __slots__ = ("texts",)

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts


@dataclass(frozen=True, slots=True, repr=False)
class SafeComments:
    """Free-text answers, masked and in no order. Only `protect_comments` makes them.

    Attributes
    ----------
    item, group
        Code of the item, and of the group; ``None`` for everybody.
    texts
        The answers with names, logins, addresses and numbers masked; empty where
        they are withheld.
    withheld
        Why none are shown; ``None`` where they are.
    """

    item: str
    group: str | None
    texts: tuple[str, ...]
    withheld: str | None
    permit: object = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.permit, _Permit) or self.permit.texts != self.texts:
            msg = "SafeComments are made by disclosure.protect_comments alone"
            raise DisclosureError(msg)

    def __repr__(self) -> str:
        return f"SafeComments({self.item}: {self.withheld or len(self.texts)})"


def protect_comments(
    texts: Sequence[str],
    *,
    item: str,
    people: Iterable[str],
    rules: CommentRules | None,
    profile: Profile,
    group: str | None = None,
    written: Mapping[str, int] | None = None,
) -> SafeComments:
    """Mask free-text answers, or withhold them all.

    They are withheld where the owner of the data made no rule, where the outputs'
    profile isn't among those who may see comments, and where fewer people than the
    comment threshold wrote one: who wrote a comment is then guessed too easily. Order
    and repetition tell nothing: texts are sorted by a hash, equal ones shown once.

    Parameters
    ----------
    texts
        One text a respondent who wrote something.
    item
        Code of the item.
    people
        Names, e-mail addresses and logins of the study's respondents, to be masked.
    rules
        What the owner decided; ``None`` shows nothing.
    profile
        Who will see the outputs.
    group
        Code of the group whose answers these are.
    written
        How many wrote something in each group, by its code; under ``""``, in none.
        Everybody's comments, less those of the groups that are shown, are those of the
        others: where these are few, the smallest group is withheld with them.

    Notes
    -----
    A mask finds what looks like an address, a number, or the name of somebody in the
    study. It can't find who is meant by "the head of my section": a person has to
    read comments before they leave.
    """
    withheld = _why_withheld(len(texts), rules, profile)
    if withheld is None and rules is not None and written is not None:
        kept_back = _kept_back(written, rules.threshold)
        if group in kept_back:
            withheld = f"fewer than {rules.threshold} comments would be told apart"
    if withheld is not None:
        return SafeComments(item, group, (), withheld, _Permit(()))
    mask = Mask(people)
    masked = {mask(text) for text in texts}
    order = sorted(masked, key=lambda text: hashlib.sha256(text.encode()).digest())
    return SafeComments(item, group, tuple(order), None, _Permit(tuple(order)))


def _why_withheld(
    number: int, rules: CommentRules | None, profile: Profile
) -> str | None:
    if rules is None:
        return "the owner of the data has not said that comments may be shown"
    if profile not in rules.profiles:
        return f"comments are not for profile {profile}"
    if number < rules.threshold:
        return f"fewer than {rules.threshold} comments"
    return None


def _kept_back(written: Mapping[str, int], threshold: int) -> set[str]:
    """Name the groups that are withheld so that no few are left over."""
    few = {code for code, number in written.items() if not code or number < threshold}
    left = sum(written[code] for code in few)
    others = sorted(written.keys() - few, key=lambda code: (written[code], code))
    return few.union(others[:1] if 0 < left < threshold else ())
