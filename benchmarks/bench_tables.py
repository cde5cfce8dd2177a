"""Tables and weights beside pandas and svy; analysis alone, the answers in memory.

python benchmarks/bench_tables.py [--rounds N]
"""

import argparse
import resource
import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import polars as pl
import svy
from timing import Run, compare, show

from surveytools.analysis import tabulate
from surveytools.analysis.weights import margin, rake
from surveytools.cleaning import Choice, Codebook, Item, Kind, Responses, State
from surveytools.disclosure import protect
from surveytools.disclosure.banner import compare_groups
from surveytools.study.study import Profile

DEPARTMENTS, ANSWERS, ITEMS, CHOICES = 16, 40, 40, 8


def categories(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Answers as `clean` writes them; -1 is no answer."""
    return pd.Categorical.from_codes(codes, pd.Index(names), ordered=True)


def states(answered: np.ndarray) -> pd.Categorical:
    """Who answered, as `clean` writes it."""
    names = [each.value for each in State]
    given, none = (names.index(s.value) for s in (State.ANSWERED, State.NO_ANSWER))
    return pd.Categorical.from_codes(np.where(answered, given, none), names)


def responses(
    frame: Mapping[str, object], said: Mapping[str, object], items: list[Item]
) -> Responses:
    """One wave of such answers."""
    rows = len(next(iter(frame.values())))  # type: ignore[arg-type]
    index = pd.MultiIndex.from_product([["x.csv"], range(rows)])
    empty = pd.DataFrame()
    return Responses(
        pd.DataFrame(frame, index=index),
        pd.DataFrame(said, index=index),
        Codebook("codebook.toml", tuple(items)),
        "2026",
        empty,
        empty,
        empty,
    )


def item(code: str, kind: Kind, size: int) -> Item:
    """An item with choices c0, c1, ..."""
    choices = tuple(Choice(f"c{at}", f"C{at}") for at in range(size))
    return Item(code, code, kind, choices=choices)


def names(size: int) -> list[str]:
    """Codes of choices."""
    return [f"c{at}" for at in range(size)]


def timed(call: Callable[[], object]) -> Run:
    """Call once."""
    start, busy = time.perf_counter(), time.process_time()
    call()
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, peak, processor)


def beside(
    title: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> None:
    """Print seconds and ratios; the peak of one process tells nothing of either."""
    figures = compare(lambda: timed(ours), lambda: timed(theirs), rounds=rounds)
    show(title, {k: v for k, v in figures.items() if not k.endswith("mb")})


def one_table(rows: int, rounds: int) -> None:
    """A crosstab of 40 answers by 16 departments, with intervals."""
    random = np.random.default_rng(0)
    codes = {
        "department": random.integers(0, DEPARTMENTS, rows),
        "answer": random.integers(-1, ANSWERS, rows),
    }
    sizes = {"department": DEPARTMENTS, "answer": ANSWERS}
    answers = responses(
        {code: categories(codes[code], names(sizes[code])) for code in codes},
        {code: states(codes[code] >= 0) for code in codes},
        [item(code, Kind.SINGLE, size) for code, size in sizes.items()],
    )
    frame = answers.frame
    found = tabulate(answers, "answer", by="department").cells
    expected = pd.crosstab(frame["department"], frame["answer"]).to_numpy()
    if (found["count"].to_numpy()[: expected.size] != expected.ravel()).any():
        msg = "the counts differ"
        raise SystemExit(msg)
    beside(
        f"crosstab with intervals, {rows:,} rows",
        lambda: tabulate(answers, "answer", by="department"),
        lambda: pd.crosstab(frame["department"], frame["answer"]),
        rounds,
    )


def many_items(rows: int, rounds: int) -> None:
    """40 multiple-response items of 8 choices, protected, with letters.

    pandas gets the answers one a line, as crosstab wants them; making that isn't timed.
    """
    random = np.random.default_rng(1)
    department = categories(random.integers(0, DEPARTMENTS, rows), names(DEPARTMENTS))
    frame: dict[str, object] = {"department": department}
    said: dict[str, object] = {"department": states(np.ones(rows, dtype=bool))}
    items = [item("department", Kind.SINGLE, DEPARTMENTS)]
    long = {}
    for at in range(ITEMS):
        code = f"m{at}"
        chosen = random.random((rows, CHOICES)) < random.uniform(0.05, 0.5, CHOICES)
        answered = chosen.any(axis=1)
        for place, choice in enumerate(names(CHOICES)):
            column = pd.array(chosen[:, place], dtype="boolean")
            column[~answered] = pd.NA
            frame[f"{code}__{choice}"] = column
        said[code] = states(answered)
        items.append(item(code, Kind.MULTIPLE, CHOICES))
        who, which = np.nonzero(chosen)
        long[code] = (department[who], categories(which, names(CHOICES)))
    answers = responses(frame, said, items)

    def ours() -> None:
        for code in long:
            table = tabulate(answers, code, by="department")
            safe = protect(table, threshold=5, profile=Profile.WORKSHOP)
            compare_groups(safe)

    def theirs() -> None:
        for groups, given in long.values():
            pd.crosstab(groups, given)

    beside(f"{ITEMS} multiple-response items, {rows:,} rows", ours, theirs, rounds)


def raking(rows: int, rounds: int) -> None:
    """Three margins of 16, 5 and 3 categories."""
    random = np.random.default_rng(2)
    sizes = {"department": DEPARTMENTS, "age": 5, "contract": 3}
    frame, targets = {}, {}
    for code, size in sizes.items():
        drawn = random.choice(size, rows, p=random.dirichlet(np.full(size, 5.0)))
        frame[code] = categories(drawn, names(size))
        people = random.dirichlet(np.full(size, 20.0)) * rows
        targets[code] = dict(zip(names(size), people, strict=True))
    answers = pd.DataFrame(frame)
    texts = {code: answers[code].astype(str).to_list() for code in sizes}
    sample = svy.Sample(
        pl.DataFrame({**texts, "weight": np.ones(rows)}), svy.Design(wgt="weight")
    )

    def ours() -> np.ndarray:
        margins = [margin(code, answers[code], targets[code]) for code in sizes]
        return rake(margins).weights

    def theirs() -> np.ndarray:
        raked = sample.weighting.rake(controls=targets, wgt_name="raked")
        return raked.data["raked"].to_numpy()

    if not np.allclose(ours(), theirs(), rtol=1e-4):
        msg = "the weights differ"
        raise SystemExit(msg)
    beside(f"raking {rows:,} rows to 3 margins", ours, theirs, rounds)


def main() -> None:
    """Print all that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    one_table(1_000_000, options.rounds)
    many_items(100_000, options.rounds)
    raking(1_000_000, options.rounds)


if __name__ == "__main__":
    main()
