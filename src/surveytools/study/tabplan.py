"""The tab plan: the tables that a study publishes, in the order of protection."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from surveytools.study.text import Text, in_language

__all__ = ["BaseKind", "Net", "PlannedTable", "PlannedTrend", "TabPlan"]


class BaseKind(StrEnum):
    """Which respondents a share is a share of."""

    ALL = "all"
    ASKED = "asked"
    ANSWERED = "answered"
    SELECTED_ANY = "selected-any"
    MENTIONS = "mentions"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Net(_Entry):
    """Answers counted together, with a label in several languages."""

    label: Text
    of: tuple[str, ...]


class PlannedTable(_Entry):
    """One declared table, and how it is shown.

    Attributes
    ----------
    id
        Name of the table, of its figure files and of its slide.
    topic
        The notebook that shows it.
    stub, by, where, base, combinations
        What is tabulated; as in `surveytools.running.Survey.table`.
    answers
        Codes of the answers that the figure shows, where not all.
    figure
        Family of the figure; ``None`` for a table only.
    compare, test
        Give letters to groups that differ, p corrected like this; how two groups are
        compared.
    nets
        Answers counted together, too: codes by the label of the net; or by any name, a
        label in several languages and the codes.
    summary, box
        Show top and bottom box and mean of a scale; levels in each box.
    weights
        Show weighted shares, too, as ``[weights]`` of ``study.toml`` says.
    with_table
        Id of a second table of the plan that the figure draws beside this one.
    title
        Neutral title, used where no finding is supported.
    wave
        Name of the wave; by default the study's last.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    topic: Literal["respondents", "department", "service", "satisfaction", "needs"]
    stub: str
    by: str | None = None
    where: str | None = None
    base: BaseKind = BaseKind.ANSWERED
    combinations: bool = False
    answers: tuple[str, ...] = ()
    figure: (
        Literal["bars", "stacked", "heatmap", "awareness", "likert", "severity"] | None
    ) = None
    compare: Literal["holm", "benjamini-hochberg", "none"] | None = None
    test: Literal["z", "fisher"] = "z"
    nets: dict[str, tuple[str, ...] | Net] = {}
    summary: bool = False
    box: int = Field(default=2, ge=1)
    weights: bool = False
    with_table: str | None = None
    title: Text
    wave: str | None = None

    def nets_in(self, language: str) -> dict[str, tuple[str, ...]]:
        """Give the codes of each net by its label in a language."""
        return {
            in_language(net.label, language) if isinstance(net, Net) else name: (
                net.of if isinstance(net, Net) else net
            )
            for name, net in self.nets.items()
        }


class PlannedTrend(_Entry):
    """One item through the waves, as a sheet of the workbook.

    Attributes
    ----------
    id
        Name of the sheet; no table has it.
    stub, where
        What is counted, in codes of the last wave.
    compare, test
        How p is corrected over all differences; how two waves are compared.
    title
        Neutral title.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    stub: str
    where: str | None = None
    compare: Literal["holm", "benjamini-hochberg", "none"] = "holm"
    test: Literal["z", "fisher"] = "z"
    title: Text


class TabPlan(_Entry):
    """The file ``tabplan.toml``."""

    tables: tuple[PlannedTable, ...] = ()
    trends: tuple[PlannedTrend, ...] = ()
