"""What a study is: waves, units, services, tab plan."""

from surveytools.study.catalogue import Catalogue, Service
from surveytools.study.crosswalk import Crosswalk, SameItem
from surveytools.study.load import (
    find_study,
    load_catalogue,
    load_crosswalk,
    load_study,
    load_tabplan,
    load_units,
    read_toml,
)
from surveytools.study.population import Headcount, Population, load_population
from surveytools.study.study import (
    Disclosure,
    Export,
    Files,
    MarginRules,
    Places,
    Profile,
    Roles,
    RowRules,
    Study,
    Wave,
    WeightRules,
)
from surveytools.study.tabplan import BaseKind, PlannedTable, PlannedTrend, TabPlan
from surveytools.study.text import Text, fold, in_language, texts_of
from surveytools.study.units import Ambiguous, MergedUnits, Unit, Units

__all__ = [
    "Ambiguous",
    "BaseKind",
    "Catalogue",
    "Crosswalk",
    "Disclosure",
    "Export",
    "Files",
    "Headcount",
    "MarginRules",
    "MergedUnits",
    "Places",
    "PlannedTable",
    "PlannedTrend",
    "Population",
    "Profile",
    "Roles",
    "RowRules",
    "SameItem",
    "Service",
    "Study",
    "TabPlan",
    "Text",
    "Unit",
    "Units",
    "Wave",
    "WeightRules",
    "find_study",
    "fold",
    "in_language",
    "load_catalogue",
    "load_crosswalk",
    "load_population",
    "load_study",
    "load_tabplan",
    "load_units",
    "read_toml",
    "texts_of",
]
