"""Protecting a large table, and a plan of 300 tables, beside what they are part of.

Seconds are of the processor, all on one core, so that a busy machine doesn't count.

python benchmarks/bench_disclosure.py [--figures N]
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from surveytools.analysis import Table, tabulate
from surveytools.cleaning import Choice, Codebook, Item, Kind, Responses, State
from surveytools.disclosure import SafeTable, protect_all
from surveytools.disclosure.attack import Bools, Floats, Needs, System, audit
from surveytools.disclosure.suppression import suppress
from surveytools.presenting import draw, load_words, save_figure
from surveytools.study import PlannedTable, load_study
from surveytools.study.study import Profile

THRESHOLD = 5
STUBS, BANNERS, RESPONDENTS = 25, 12, 2_000


def large_table(seed: int, *, scale: float) -> tuple[System, Bools, Needs]:
    """50 lines and 40 columns with sums; counts of 1 to 4 need protection."""
    random = np.random.default_rng(seed)
    inner = random.poisson(random.gamma(1, scale, size=(50, 40)))
    grid = np.pad(inner, (0, 1))
    grid[:-1, -1] = inner.sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    place = np.arange(grid.size).reshape(grid.shape)
    rows = np.zeros((sum(grid.shape), grid.size))
    for row, line in zip(rows, (*place, *place.T), strict=True):
        row[line[:-1]], row[line[-1]] = 1, -1
    values = grid.ravel().astype(float)
    small = (values >= 1) & (values < THRESHOLD)
    system = System(
        values=values,
        equal=csr_array(rows),
        less=csr_array((0, grid.size)),
        published=np.ones(grid.size, dtype=bool),
        under=np.empty((0, 2), dtype=np.intp),
        weights=1 + np.log1p(values),
    )
    wanted = np.where(small, THRESHOLD, 0.0), np.where(small, THRESHOLD - 1, 0.0)
    return system, small, Needs(*wanted)


def greedy(values: Floats, small: Bools) -> Bools:
    """Hide the smallest of each line and column until two are hidden, and enough.

    Enough is the threshold, together. Nobody audits it: it may hide too little.
    """
    hidden, grid = small.reshape(51, 41).copy(), values.reshape(51, 41)
    before = -1
    while hidden.sum() > before:
        before = hidden.sum()
        lines = (*zip(hidden, grid, strict=True), *zip(hidden.T, grid.T, strict=True))
        for own, numbers in lines:
            while own.any() and (own.sum() < 2 or numbers[own].sum() < THRESHOLD):
                least = np.where(own | (numbers == 0), np.inf, numbers)
                own[least.argmin()] = True
    return hidden.ravel()


def compare_large_tables() -> None:
    """Print cells lost and seconds, ours beside greedy's."""
    for seed, scale in ((0, 30), (1, 60), (0, 100), (0, 200)):
        system, small, needs = large_table(seed, scale=scale)
        start = time.process_time()
        chosen = suppress(system, small, needs)
        seconds = time.process_time() - start
        hidden = chosen.hidden
        low, high = audit(system, hidden)
        safe = (high >= needs.high - 1e-6) & (high - low >= needs.width - 1e-6)
        answers = (hidden, chosen.greedy, greedy(system.values, small))
        lost, first, theirs = ((answer & ~small).sum() for answer in answers)
        print(
            f"50 x 40, {small.sum()} small cells: {seconds:.1f} s, audited "
            f"{bool(safe.all())}, gap {chosen.gap:.3f}; cells lost {lost}, by the "
            f"first answer {first}, by greedy {theirs}, ratio "
            f"{lost / max(theirs, 1):.2f}"
        )


def large_plan() -> list[Table]:
    """Tabulate 25 items by 12 others; every fifth item is sensitive."""
    random = np.random.default_rng(0)
    stubs = [f"s{at}" for at in range(STUBS)]
    banners = [f"b{at}" for at in range(BANNERS)]
    frame, states, items = {}, {}, []
    for at, code in enumerate([*stubs, *banners]):
        codes = [f"c{number}" for number in range(5 if code in stubs else 8)]
        answered = random.random(RESPONDENTS) > 0.03
        shares = random.dirichlet(np.full(len(codes), 2.0))
        drawn = random.choice(len(codes), RESPONDENTS, p=shares)
        frame[code] = pd.Categorical.from_codes(
            np.where(answered, drawn, -1), pd.Index(codes), ordered=True
        )
        names = np.where(answered, State.ANSWERED.value, State.NO_ANSWER.value)
        states[code] = pd.Categorical(names, categories=[each.value for each in State])
        choices = tuple(Choice(each, each.upper()) for each in codes)
        sensitive = code in stubs and at % 5 == 0
        items.append(
            Item(code, code, Kind.SINGLE, choices=choices, sensitive=sensitive)
        )
    index = pd.MultiIndex.from_product([["x.csv"], range(RESPONDENTS)])
    empty = pd.DataFrame()
    responses = Responses(
        pd.DataFrame(frame, index=index),
        pd.DataFrame(states, index=index),
        Codebook("codebook.toml", tuple(items)),
        "2026",
        empty,
        empty,
        empty,
    )
    return [tabulate(responses, stub, by=by) for stub in stubs for by in banners]


def seconds_of_figures(tables: list[SafeTable]) -> float:
    """Draw and save some figures; give the seconds of one."""
    words, study = load_words("en"), load_study(Path("study.toml"))
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for table in tables:
            planned = PlannedTable(
                id=table.id,
                topic="needs",
                stub=table.stub,
                by=table.banner,
                figure="stacked",
                title=table.title,
            )
            figure = draw(table, planned, words=words, study=study)
            save_figure(figure, Path(folder))
    return (time.process_time() - start) / len(tables)


def main() -> None:
    """Print all that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=int, default=20, help="figures to time")
    options = parser.parse_args()
    compare_large_tables()
    tables = large_plan()
    start = time.process_time()
    safe = protect_all(tables, threshold=THRESHOLD, profile=Profile.WORKSHOP)
    seconds = time.process_time() - start
    hidden = sum(int(table.cells["withheld"].sum()) for table in safe)
    cells = sum(len(table.cells) for table in safe)
    one = seconds_of_figures(safe[:: len(safe) // options.figures])
    print(
        f"{len(tables)} tables together: {seconds:.1f} s, {hidden} of {cells} cells "
        f"withheld; a figure takes {one:.2f} s; ratio {seconds / (one * len(safe)):.2f}"
    )


if __name__ == "__main__":
    main()
