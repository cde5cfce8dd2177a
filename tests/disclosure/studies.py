"""Small studies drawn at random, and an attacker who reads all their tables.

The attacker is written apart from the program. It knows the questionnaire: its unknowns
are the numbers of respondents with each combination of answers to three items, so that
whatever a table says is a sum of unknowns.
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from surveytools.analysis import tabulate
from surveytools.cleaning.codebook import Choice, Codebook, Derivation, Item, Kind
from surveytools.cleaning.derive import derive
from surveytools.cleaning.responses import Responses, State
from surveytools.study.study import Profile
from surveytools.study.tabplan import BaseKind

MISSING = "missing"
UNASKED = "not asked"
NONE = ""  # answered, and selected nothing
MISSING_CODES = {"~no_answer": MISSING, "~not_asked": UNASKED}
CODES = {
    "dept": ("it", "ep", "th", "hse"),
    "use": ("yes", "trial", "no"),
    "view": ("low", "mid", "top"),
    "tools": ("git", "svn", "none"),
}
GROUPS = {"any": ("yes", "trial"), "none": ("no",)}


def _choices(codes):
    return tuple(Choice(code, code.upper()) for code in codes)


CODEBOOK = Codebook(
    file="codebook.toml",
    items=(
        Item("dept", "Department", Kind.SINGLE, choices=_choices(CODES["dept"])),
        Item("use", "Use", Kind.SINGLE, choices=_choices(CODES["use"])),
        Item(
            "view", "View", Kind.LIKERT, choices=_choices(CODES["view"]), sensitive=True
        ),
        Item("tools", "Tools", Kind.MULTIPLE, choices=_choices(CODES["tools"])),
        Item(
            "use2",
            "Use at all",
            Kind.SINGLE,
            choices=_choices(GROUPS),
            derivation=Derivation("use", "regroup", GROUPS),
        ),
    ),
)


@dataclass(frozen=True)
class Asked:
    """A table as a tab plan declares it; ``where`` is an item and its choices."""

    stub: str
    by: str | None = None
    where: tuple[str, tuple[str, ...]] | None = None
    base: BaseKind = BaseKind.ANSWERED
    combinations: bool = False

    def tabulated(self, responses):
        where = None
        if self.where is not None:
            where = f"{self.where[0]} in ({', '.join(self.where[1])})"
        return tabulate(
            responses,
            self.stub,
            by=self.by,
            where=where,
            base=self.base,
            combinations=self.combinations,
            id="_".join(map(str, (self.stub, self.by, where, self.base))),
        )

    def items(self):
        named = {self.stub, self.by, self.where and self.where[0]} - {None}
        return {"use" if name == "use2" else name for name in named}


def draw_responses(random, *, size=None, skips=False, blank=False, wave="2026"):
    """Draw respondents who answer most items, some departments being small.

    With ``skips``, some weren't asked their view or their tools; with ``blank``, some
    answer that they use no tool.
    """
    size = size or int(random.integers(20, 120))
    frame, states = {}, {}
    for item, codes in CODES.items():
        answered = random.random(size) > random.choice([0.02, 0.05, 0.15])
        why = np.where(answered, State.ANSWERED.value, State.NO_ANSWER.value)
        if skips and item in ("view", "tools"):
            asked = random.random(size) > random.choice([0.03, 0.1, 0.5])
            why[~asked] = State.NOT_ASKED.value
            answered &= asked
        states[item] = pd.Categorical(why, categories=[each.value for each in State])
        if item == "tools":
            marks = random.random((size, 3)) < [0.6, 0.3, 0.1]
            if not blank:
                marks[~marks.any(axis=1), 2] = True
            for at, code in enumerate(codes):
                frame[f"tools__{code}"] = pd.arrays.BooleanArray(
                    marks[:, at] & answered, ~answered
                )
            continue
        weights = random.dirichlet(np.full(len(codes), 0.9))
        drawn = np.where(answered, random.choice(len(codes), size, p=weights), -1)
        frame[item] = pd.Categorical.from_codes(drawn, pd.Index(codes), ordered=True)
    index = pd.MultiIndex.from_product([["x.xlsx"], range(2, size + 2)])
    frame, states = derive(
        pd.DataFrame(frame, index=index), pd.DataFrame(states, index=index), CODEBOOK
    )
    empty = pd.DataFrame()
    return Responses(frame, states, CODEBOOK, wave, empty, empty, empty)


def draw_plan(random, *, skips=False, blank=False, apart=False):
    """Draw tables of three items, in some order; with ``skips``, of those asked.

    With ``blank``, tools are asked, also of those who selected any.

    With ``apart``, combinations don't stand beside tables of their choices by anything.
    """
    one, two = random.permutation(["use", "view", "tools"])[:2].tolist()
    two = "tools" if blank and one != "tools" else two
    single = [item for item in (one, two) if item != "tools"]
    plan = [Asked("dept", base=BaseKind.ALL)]
    for item in (one, two):
        plan += [Asked(item), Asked(item, by="dept")]
        plan += [Asked(item, base=BaseKind.ALL), Asked(item, by="dept")]
        if skips and item != "use":
            plan += [Asked(item, base=BaseKind.ASKED)]
            plan += [Asked(item, by="dept", base=BaseKind.ASKED)]
    plan += _of_selecting(one, two) if blank else []
    plan += [Asked(one, by=two), Asked(two, by=one)]
    for stub, filtered in itertools.permutations((one, two)):
        if filtered in single:
            where = (filtered, tuple(CODES[filtered][: random.integers(1, 3)]))
            plan += [Asked(stub, where=where), Asked(stub, by="dept", where=where)]
    if "use" in single:
        plan += [Asked("use2"), Asked("use2", by="dept")]
    if len(single) == 1:
        plan.append(Asked("tools", combinations=True))
    most = int(random.integers(2, 6))
    drawn = [plan[at] for at in random.permutation(len(plan))[:most]]
    if any(asked.combinations for asked in drawn):  # see the limits in docs/method.md
        both = {"tools", "view"}
        drawn = [a for a in drawn if a.where is None and not both <= a.items()]
        if apart:
            drawn = [a for a in drawn if "tools" not in a.items() or a.by is None]
    return list(dict.fromkeys(drawn))


def _of_selecting(one, two):
    """List tables of those who selected any tool."""
    by = two if one == "tools" else one
    return [
        Asked("tools", by=by, base=BaseKind.SELECTED_ANY) for by in (None, "dept", by)
    ]


def tabulated(plan, responses):
    """Count the tables; those of items that make groups are said to name them."""
    groups = {asked.by for asked in plan}
    return [
        replace(asked.tabulated(responses), names_groups=asked.stub in groups)
        for asked in plan
    ]


def _states(item, *, skips, blank):
    left = [MISSING, UNASKED] if skips and item in ("view", "tools") else [MISSING]
    if item != "tools":
        return [*CODES[item], *left]
    some = itertools.product([False, True], repeat=3)
    sets = [
        "+".join(itertools.compress(CODES["tools"], marks))
        for marks in some
        if any(marks) or blank
    ]
    return [*sets, *left]


class Attacker:
    """Bounds any number of respondents from what protected tables show."""

    def __init__(self, plan, responses):
        self.items = sorted(
            {"dept", *(item for asked in plan for item in asked.items())}
        )
        unasked = responses.states.eq(State.NOT_ASKED.value)
        skips = bool(unasked.any(axis=None))
        tools = responses.frame[[f"tools__{c}" for c in CODES["tools"]]]
        blank = bool((~tools.fillna(value=True)).all(axis=1).any())
        states = [_states(item, skips=skips, blank=blank) for item in self.items]
        self.atoms = pd.DataFrame(list(itertools.product(*states)), columns=self.items)
        self.true = self._counted(responses)
        self.rows, self.values = [], []
        self.some = []  # of which there is at least one
        self.solutions = [self.true]

    def _counted(self, responses):
        seen = pd.DataFrame(index=responses.frame.index)
        for item in self.items:
            none = responses.states[item].eq(State.NOT_ASKED.value)
            left = pd.Series(np.where(none, UNASKED, MISSING), seen.index)
            if item != "tools":
                seen[item] = responses.frame[item].astype(object).fillna(left)
                continue
            marks = [responses.frame[f"tools__{c}"] for c in CODES["tools"]]
            seen[item] = [
                why
                if pd.isna(line[0])
                else "+".join(itertools.compress(CODES["tools"], line))
                for why, *line in zip(left, *marks, strict=True)
            ]
        counts = seen.value_counts()
        return np.array([counts.get(tuple(a), 0) for a in self.atoms.to_numpy()], float)

    def who(self, item, code):
        """Atoms of those who gave an answer; of those who answered, if it is None."""
        source = "use" if item == "use2" else item
        column = self.atoms[source]
        if code is None:
            return ~column.isin([MISSING, UNASKED]).to_numpy()
        if code.startswith("~"):
            return (column == MISSING_CODES[code]).to_numpy()
        if item == "use2":
            return column.isin(GROUPS[code]).to_numpy()
        if item == "tools":
            return np.array([code in state.split("+") for state in column])
        return (column == code).to_numpy()

    def selecting(self, item):
        """Atoms of those who are in some group of an item."""
        answered = self.who(item, None)
        if item != "tools":
            return answered
        return answered & self.atoms["tools"].ne(NONE).to_numpy()

    def columns(self, asked, table):
        """Atoms of each group: of those who may be counted, and in the base."""
        inside = np.ones(len(self.atoms), dtype=bool)
        if asked.where is not None:
            item, codes = asked.where
            inside &= np.any([self.who(item, code) for code in codes], axis=0)
        base = inside.copy()
        if asked.base is BaseKind.ANSWERED:
            base &= self.who(asked.stub, None)
        elif asked.base is BaseKind.SELECTED_ANY:
            base &= self.selecting(asked.stub)
        elif asked.base is BaseKind.ASKED:
            base &= (self.atoms[asked.stub] != UNASKED).to_numpy()
        for group in table.groups:
            if group.code == "total":
                chosen = self.selecting(asked.by) if asked.by else True
            else:
                chosen = self.who(asked.by, group.code)
            yield group.code, inside & chosen, base & chosen
        outside = ~self.selecting(asked.by) if asked.by else np.zeros_like(base)
        yield None, inside & outside, base & outside

    def answer(self, asked, table, code):
        """Atoms of those who gave an answer of a table."""
        if code == "~rare":  # whatever isn't named
            named = [a.code.replace("~none_selected", NONE) for a in table.answers]
            return ~self.atoms["tools"].isin([*named, MISSING, UNASKED]).to_numpy()
        if asked.combinations:
            return (
                self.atoms["tools"] == code.replace("~none_selected", NONE)
            ).to_numpy()
        return self.who(asked.stub, code)

    def read(self, asked, safe):
        """Take in what a protected table shows."""
        cells = safe.cells.set_index(["group", "answer"])
        for group, inside, base in self.columns(asked, safe):
            if group is None:
                self._know(base, safe.no_group)
                continue
            for answer in safe.answers:
                cell = cells.loc[group, answer.code]
                self._know(base, cell["base"])
                # A base of 0 is printed, unless another table hides it as an answer.
                plain = asked.where is None and safe.profile is not Profile.PUBLIC
                if plain and pd.isna(cell["base"]) and self.true[base].any():
                    self.some.append(base.astype(float))
                self._know(
                    inside & self.answer(asked, safe, answer.code), cell["count"]
                )

    def _know(self, atoms, number):
        if number is None or pd.isna(number):
            return
        assert self.true[atoms].sum() == number
        self.rows.append(atoms.astype(float))
        self.values.append(float(number))

    def dangers(self, plan, tables, *, threshold, profile):
        """Small groups of people, and answers that the profile protects.

        As docs/method.md has them, of each group and of each difference of two.
        """
        found = {}
        families = {}
        groups = {asked.by for asked in plan}
        for asked, table in zip(plan, tables, strict=True):
            for group, inside, base in self.columns(asked, table):
                if group is None:  # nobody says what these answered
                    continue
                kind = (asked.stub, asked.base, asked.combinations)
                families.setdefault(kind, []).append((inside, base, asked, table))
        for parts in families.values():
            pairs = itertools.permutations(parts, 2)
            differences = [
                (a & ~c, b & ~d, asked, table)
                for (a, b, *_), (c, d, asked, table) in pairs
                # Who takes nobody away has the whole, which has its own rules.
                if (a | ~c).all() and self.true[d].any()
            ]
            for at, (inside, base, asked, table) in enumerate([*parts, *differences]):
                small = range(1, threshold)
                self._danger(found, base, small, asked, "base")
                each = table.sensitive or profile is Profile.PUBLIC
                tell_none = profile is not Profile.INTERNAL and self.true[base].any()
                for answer in table.answers:
                    who = inside & self.answer(asked, table, answer.code)
                    what = (asked, answer.code)
                    if each:
                        some = range(0 if tell_none else 1, threshold)
                        self._danger(found, who, some, *what)
                    elif (
                        at < len(parts)
                        and asked.stub in groups
                        and not asked.combinations
                    ):
                        named = small if not answer.code.startswith("~") else ()
                        self._danger(found, who, named, *what)
                    if each and not table.answers_partition:
                        self._danger(found, base & ~who, small, *what)
            self._selecting_nothing(found, parts, threshold, profile)
        return list(found.values())

    def _selecting_nothing(self, found, parts, threshold, profile):
        """Add how many selected nothing, where it is told how many answered."""
        for inside, _, asked, table in parts:
            each = table.sensitive or profile is Profile.PUBLIC
            if not each or asked.base is not BaseKind.SELECTED_ANY:
                continue
            answered = inside & self.who("tools", None)
            if any((answered == row).all() for row in self.rows):
                none = inside & (self.atoms["tools"] == NONE).to_numpy()
                self._danger(found, none, range(1, threshold), asked, "none")

    def _danger(self, found, atoms, numbers, *what):
        if self.true[atoms].sum() in numbers:
            found[atoms.tobytes()] = (atoms, what)

    def bounds(self, atoms, threshold):
        """Smallest and largest number possible, or two that are far enough apart."""
        known = [solution[atoms].sum() for solution in self.solutions]
        if max(known) >= threshold and max(known) - min(known) >= threshold - 1:
            return min(known), max(known)
        ends = []
        for sign in (1, -1):
            rows = [*self.rows, *self.some]
            low = [*self.values, *np.ones(len(self.some))]
            high = [*self.values, *np.full(len(self.some), np.inf)]
            result = milp(
                sign * atoms.astype(float),
                constraints=LinearConstraint(csr_array(np.array(rows)), low, high)
                if rows
                else (),
                bounds=Bounds(0, 10_000),
            )
            assert result.status == 0, result.message
            self.solutions.append(result.x)
            ends.append(result.x[atoms].sum())
        return tuple(ends)

    def is_certain(self, atoms, threshold):
        """Say whether a small number can be told more closely than it may."""
        low, high = self.bounds(atoms, threshold)
        return high < threshold - 1e-4 or high - low < threshold - 1 - 1e-4
