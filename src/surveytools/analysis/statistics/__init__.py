"""Statistics: numbers in, numbers out.

Respondents chose to answer. No interval and no test here covers self-selection: they
say how far chance may have moved a number among people like those who answered.
"""

from surveytools.analysis.statistics.association import (
    Association,
    RaoScott,
    chi_square_test,
    rao_scott_test,
)
from surveytools.analysis.statistics.columns import (
    MIN_BASE,
    ColumnTests,
    column_letters,
    column_names,
    compare_column_means,
    compare_columns,
    one_family,
)
from surveytools.analysis.statistics.comparisons import (
    Comparison,
    ProportionTest,
    compare_means,
    compare_proportions,
    compare_with_complement,
)
from surveytools.analysis.statistics.corrections import Correction, adjust_p
from surveytools.analysis.statistics.designs import (
    Design,
    effective_base,
    kish_effect,
    sampling_design,
)
from surveytools.analysis.statistics.differences import difference_interval
from surveytools.analysis.statistics.estimates import (
    Estimate,
    compare_domains,
    estimate_mean,
    estimate_proportion,
    estimate_ratio,
    estimate_total,
)
from surveytools.analysis.statistics.intervals import (
    IntervalMethod,
    agresti_coull_interval,
    clopper_pearson_interval,
    corrected_base,
    proportion_interval,
    wilson_interval,
)
from surveytools.analysis.statistics.means import (
    LOW_BASES,
    Moments,
    low_base,
    mean_interval,
    median_interval,
    moments,
)
from surveytools.analysis.statistics.multiple import (
    multiple_response_of_counts,
    multiple_response_test,
)

__all__ = [
    "LOW_BASES",
    "MIN_BASE",
    "Association",
    "ColumnTests",
    "Comparison",
    "Correction",
    "Design",
    "Estimate",
    "IntervalMethod",
    "Moments",
    "ProportionTest",
    "RaoScott",
    "adjust_p",
    "agresti_coull_interval",
    "chi_square_test",
    "clopper_pearson_interval",
    "column_letters",
    "column_names",
    "compare_column_means",
    "compare_columns",
    "compare_domains",
    "compare_means",
    "compare_proportions",
    "compare_with_complement",
    "corrected_base",
    "difference_interval",
    "effective_base",
    "estimate_mean",
    "estimate_proportion",
    "estimate_ratio",
    "estimate_total",
    "kish_effect",
    "low_base",
    "mean_interval",
    "median_interval",
    "moments",
    "multiple_response_of_counts",
    "multiple_response_test",
    "one_family",
    "proportion_interval",
    "rao_scott_test",
    "sampling_design",
    "wilson_interval",
]
