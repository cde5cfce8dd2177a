"""From `Responses` to `Table`: counts with explicit bases."""

from surveytools.analysis.statistics import wilson_interval
from surveytools.analysis.table import CELLS, TOTAL, Table
from surveytools.analysis.tables import tabulate

__all__ = ["CELLS", "TOTAL", "Table", "tabulate", "wilson_interval"]
