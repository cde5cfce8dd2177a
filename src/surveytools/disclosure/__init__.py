"""From `Table` to `SafeTable`: small groups hidden, also by subtraction."""

from surveytools.disclosure.comments import SafeComments, protect_comments
from surveytools.disclosure.ledger import Ledger
from surveytools.disclosure.numbers import SafeNumbers, protect_numbers
from surveytools.disclosure.protect import protect, protect_all, select_group
from surveytools.disclosure.record import losses, record, rules_in_words
from surveytools.disclosure.safe import SafeTable

__all__ = [
    "Ledger",
    "SafeComments",
    "SafeNumbers",
    "SafeTable",
    "losses",
    "protect",
    "protect_all",
    "protect_comments",
    "protect_numbers",
    "record",
    "rules_in_words",
    "select_group",
]
