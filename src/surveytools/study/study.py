"""What a study is: its waves, its files, its promises about small groups."""

from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "CommentRules",
    "Disclosure",
    "Export",
    "Files",
    "Granted",
    "MarginRules",
    "Places",
    "Profile",
    "Roles",
    "RowRules",
    "Study",
    "Wave",
    "WeightRules",
]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Profile(StrEnum):
    """Who will see the outputs, from the narrowest circle to everybody."""

    INTERNAL = "internal"
    WORKSHOP = "workshop"
    PUBLIC = "public"


class Export(_Entry):
    """One file of a wave.

    Attributes
    ----------
    file
        Path, relative to the study file.
    platform, sheet
        Where detection should not decide.
    header_row
        Row number of the header in the spreadsheet, where it isn't found.
    large
        Whether the file may go beyond the usual limits of size.
    """

    file: Path
    platform: str | None = None
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    large: bool = False


class RowRules(_Entry):
    """Rules by which whole rows are left out; each is counted in the manifest.

    Attributes
    ----------
    empty
        Leave out rows without any answer.
    duplicates
        ``keep`` all; or leave out the ``later`` or the ``earlier`` of rows that are
        the same, in one export or across the exports of a wave.
    duplicates_by
        What makes rows the same: ``answers`` that are all equal, or one of the
        codebook's pseudonyms. Of the rows of one person, a completed one is kept
        rather than a partial one.
    test_words
        Leave out rows in which some text answer is just one of these words.
    partial
        What to do with rows that the platform marks as not completed: count them as
        asked only what they ``reached``, up to the last question answered in the
        order of the export's columns; ``keep`` them as if completed; ``drop`` them.
    tests
        Whether to ``drop`` or ``keep`` rows that the platform marks as made by a
        test or a preview.
    """

    empty: bool = True
    partial: Literal["reached", "keep", "drop"] = "reached"
    tests: Literal["drop", "keep"] = "drop"
    duplicates: Literal["keep", "later", "earlier"] = "keep"
    duplicates_by: tuple[str, ...] = Field(default=("answers",), min_length=1)
    test_words: tuple[str, ...] = ()


class Wave(_Entry):
    """One run of the survey: its exports, appended, and the codebook for them."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    label: str | None = None
    date: str | None = None
    timezone: str = "Europe/Zurich"
    codebook: Path
    exports: tuple[Export, ...] = Field(min_length=1)
    rows: RowRules = RowRules()


class Granted(_Entry):
    """An exception that the data's owner granted from the scan of the outputs.

    Attributes
    ----------
    show
        An e-mail address that outputs may hold, or, as a path relative to the folder
        of outputs in which ``*`` stands for any letters, files whose hits pass.
    reason, granted_by
        Why, and by whom: both stand in the disclosure record.
    """

    show: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    granted_by: str = Field(min_length=1)


class CommentRules(_Entry):
    """Who may read free-text answers; without such rules nobody does.

    Attributes
    ----------
    threshold
        Fewest comments of a group that are shown together.
    profiles
        Profiles of outputs that may hold them.
    """

    threshold: int = Field(ge=2)
    profiles: tuple[Profile, ...] = Field(min_length=1)


class Disclosure(_Entry):
    """What the data's owner decided about small groups; there is no default.

    Attributes
    ----------
    profile
        Who will see the outputs.
    threshold
        Smallest number of respondents that a shown base, and a shown count of a
        sensitive item, may have.
    exceptions
        What the scan of the outputs lets pass, by whom and why.
    comments
        Whether free-text answers may be shown; they may not without this.
    """

    profile: Profile
    threshold: int = Field(ge=1)
    exceptions: tuple[Granted, ...] = ()
    comments: CommentRules | None = None


class Roles(_Entry):
    """Items of the codebook that the workshop analyses ask for by role."""

    department: str | None = None


class Files(_Entry):
    """Where the shared lists lie, relative to the study file."""

    units: Path | None = None
    services: Path | None = None
    tabplan: Path = Path("config/tabplan.toml")
    crosswalk: Path = Path("config/crosswalk.toml")
    population: Path | None = None


class Places(_Entry):
    """Where things are read and written, relative to the study file."""

    processed: Path = Path("data/processed")
    reports: Path = Path("reports")
    notebooks: Path = Path("notebooks")
    releases: Path = Path("releases")


class MarginRules(_Entry):
    """An item whose answers shall be spread as they are in the population.

    Attributes
    ----------
    item
        Code of a single-response item.
    targets
        Share, or number of people, of each choice; without them the headcounts of
        ``population.csv``.
    without
        Choices whose respondents are left out of weighted numbers, such as externals
        of whom nobody knows how many there are.
    """

    item: str
    targets: dict[str, float] = Field(default_factory=dict)
    without: tuple[str, ...] = ()


class WeightRules(_Entry):
    """What weighted numbers are weighted to.

    Attributes
    ----------
    margins
        One: post-stratification. Several: raking.
    limits
        Smallest and largest weight, relative to the mean weight.
    """

    margins: tuple[MarginRules, ...] = Field(min_length=1)
    limits: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _around_the_mean(self) -> Self:
        if self.limits is not None and not 0 <= self.limits[0] < 1 < self.limits[1]:
            low, high = self.limits
            msg = f"found limits {low:g} and {high:g}; put the mean weight, 1, between"
            raise ValueError(msg)
        return self


class ReleaseRules(_Entry):
    """What a release holds beside the outputs of everybody.

    Attributes
    ----------
    units
        Departments whose own outputs are released, too: codes, or ``all``.
    """

    units: Literal["all"] | tuple[str, ...] = ()


class Study(_Entry):
    """A study, as ``study.toml`` describes it.

    Attributes
    ----------
    title
        Title of deck and index page.
    language
        Language of labels and printed words.
    synthetic
        Whether the data are invented; every output then says so.
    source
        Attribution that every output carries.
    max_unresolved
        Share of an item's cells, 0 to 1, above which unresolved answers stop a run.
    key_file
        Key of the pseudonyms, outside the study's folder; the environment variable
        ``SURVEYTOOLS_KEY_FILE`` wins over it.
    """

    title: str = Field(min_length=1)
    language: Literal["en", "fr"] = "en"
    synthetic: bool = False
    source: str | None = None
    max_unresolved: float | None = Field(default=None, ge=0, le=1)
    key_file: Path | None = None
    disclosure: Disclosure
    roles: Roles = Roles()
    files: Files = Files()
    places: Places = Places()
    weights: WeightRules | None = None
    release: ReleaseRules = ReleaseRules()
    waves: tuple[Wave, ...] = Field(min_length=1)
