"""Tables of lines and columns with sums, drawn at random, as systems."""

import numpy as np
from scipy.sparse import csr_array

from surveytools.disclosure.attack import Needs, System

THRESHOLD = 5


def table_of(inner):
    """Lines and columns with sums, as a system; small cells need protection."""
    grid = np.pad(inner, (0, 1))
    grid[:-1, -1] = inner.sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    place = np.arange(grid.size).reshape(grid.shape)
    rows = np.zeros((sum(grid.shape), grid.size))
    for row, line in zip(rows, (*place, *place.T), strict=True):
        row[line[:-1]], row[line[-1]] = 1, -1
    values = grid.ravel().astype(float)
    system = System(
        values=values,
        equal=csr_array(rows),
        less=csr_array((0, grid.size)),
        published=np.ones(grid.size, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=1 + np.log1p(values),
    )
    small = (values >= 1) & (values < THRESHOLD)
    needs = Needs(np.where(small, THRESHOLD, 0.0), np.where(small, THRESHOLD - 1, 0.0))
    return system, small, needs


def drawn(seed, shape, scale):
    random = np.random.default_rng(seed)
    return random.poisson(random.gamma(1, scale, size=shape))
