"""Truth of nullable columns, where missing counts as no."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["is_false", "is_true", "state_is"]


def is_true(flags: pd.Series[bool]) -> NDArray[np.bool_]:
    """Mark what is true; what is false or not known isn't."""
    return np.asarray(flags.to_numpy(dtype=bool, na_value=False))


def is_false(flags: pd.Series[bool]) -> NDArray[np.bool_]:
    """Mark what is false; what is true or not known isn't."""
    return ~np.asarray(flags.to_numpy(dtype=bool, na_value=True))


def state_is(states: pd.Series[str], state: str) -> NDArray[np.bool_]:
    """Mark answers that are in a state."""
    return np.asarray(states.eq(state).to_numpy(dtype=bool))
