"""What two releases tell together, when answers come in between.

The attacker is written apart from the program: it takes the respondents whom each table
counts in each group, one by one, from what both releases show, and compares the sets.
"""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from surveytools.analysis import tabulate
from surveytools.cleaning.codebook import Choice, Codebook, Derivation, Item, Kind
from surveytools.cleaning.derive import derive
from surveytools.cleaning.responses import Responses, State
from surveytools.running.admitting import offer, offer_all
from surveytools.study import BaseKind, Disclosure, PlannedTable, Study, TabPlan
from surveytools.study.study import Export, Profile, Roles, Wave

LEAST = 4
DEPARTMENTS = ("it", "ep", "th", "hse")
ANSWERS = {
    "dept": DEPARTMENTS,
    "use": ("yes", "trial", "no"),
    "view": ("low", "mid", "top"),
}
MERGED = {"big": ("it", "ep"), "small": ("th", "hse")}
SOME = {"some": ("yes", "trial"), "none": ("no",)}


def _choices(codes):
    return tuple(Choice(code, code) for code in codes)


CODEBOOK = Codebook(
    file="codebook.toml",
    items=(
        Item("dept", "Department", Kind.SINGLE, choices=_choices(DEPARTMENTS)),
        Item("use", "Use", Kind.SINGLE, choices=_choices(ANSWERS["use"])),
        Item(
            "view",
            "View",
            Kind.LIKERT,
            choices=_choices(ANSWERS["view"]),
            sensitive=True,
        ),
        Item("tools", "Tools", Kind.MULTIPLE, choices=_choices(("git", "svn"))),
        Item("words", "Words", Kind.TEXT),
        Item(
            "merged",
            "Merged",
            Kind.SINGLE,
            choices=_choices(MERGED),
            derivation=Derivation("dept", "regroup", MERGED),
        ),
        Item(
            "some",
            "Some use",
            Kind.SINGLE,
            choices=_choices(SOME),
            derivation=Derivation("use", "regroup", SOME),
        ),
    ),
)
STATES = pd.CategoricalDtype([state.value for state in State])


def responses_of(people):
    """Make responses of people: a dict of answers by the number of the person."""
    numbers = list(people)
    index = pd.MultiIndex.from_product(
        [["x.csv"], range(2, len(numbers) + 2)], names=["export", "row"]
    )
    frame, states = {}, {}
    for item, codes in ANSWERS.items():
        given = [people[n][item] for n in numbers]
        frame[item] = pd.Categorical(given, pd.Index(codes, dtype="str"), ordered=True)
        states[item] = [_state(answer) for answer in given]
    tools = [people[n]["tools"] for n in numbers]
    for code in ("git", "svn"):
        marks = [None if each is None else code in each for each in tools]
        frame[f"tools__{code}"] = pd.array(marks, dtype="boolean")
    states["tools"] = [_state(each) for each in tools]
    words = [people[n]["words"] for n in numbers]
    frame["words"] = pd.array(words, dtype="str")
    states["words"] = [(State.TEXT if w else State.NO_ANSWER).value for w in words]
    answers, why = derive(
        pd.DataFrame(frame, index=index),
        pd.DataFrame(states, index=index).astype(STATES),
        CODEBOOK,
    )
    names = pd.DataFrame({"who": [f"p{n}" for n in numbers]}, index=index, dtype="str")
    empty = pd.DataFrame()
    return Responses(
        answers, why, CODEBOOK, "2026", empty, empty, empty, {}, names, "key"
    )


def _state(answer):
    return (State.NO_ANSWER if answer is None else State.ANSWERED).value


def draw_person(random):
    def one(item, weights):
        codes = ANSWERS[item]
        return (
            None
            if random.random() < 0.1
            else codes[random.choice(len(codes), p=weights)]
        )

    return {
        "dept": one("dept", [0.5, 0.3, 0.12, 0.08]),
        "use": one("use", [0.5, 0.3, 0.2]),
        "view": one("view", [0.2, 0.3, 0.5]),
        "tools": None
        if random.random() < 0.1
        else tuple(t for t in ("git", "svn") if random.random() < 0.5) or ("git",),
        "words": "some words" if random.random() < 0.3 else None,
    }


TABLES = (
    {"stub": "dept", "base": BaseKind.ALL},
    {"stub": "use"},
    {"stub": "use", "by": "dept"},
    {"stub": "use", "by": "merged"},
    {"stub": "view", "by": "dept"},
    {"stub": "tools"},
    {"stub": "tools", "by": "dept"},
    {"stub": "tools", "where": "use = yes"},
)
LINKED = (
    {"stub": "dept", "base": BaseKind.ALL},
    {"stub": "use"},
    {"stub": "view", "by": "merged"},
    {"stub": "view", "where": "tools = git"},
    {"stub": "some", "by": "dept"},
    {"stub": "some", "where": "tools = git"},
)


def study_of(profile=Profile.WORKSHOP, threshold=LEAST):
    return Study(
        title="Study",
        disclosure=Disclosure(profile=profile, threshold=threshold),
        roles=Roles(department="dept"),
        waves=(Wave(name="2026", codebook="c.toml", exports=(Export(file="x.csv"),)),),
    )


def plan_of(tables=TABLES):
    return TabPlan(
        tables=tuple(
            PlannedTable(id=f"t{at}", topic="needs", title="T", **table)
            for at, table in enumerate(tables)
        )
    )


def released(before, people, **options):
    options = {"study": study_of(), "plan": plan_of(), **options}
    return offer(before, responses_of(people), **options)


def whom(responses, table):
    """Say of each group whom a table counts there, with what they answered.

    Read from the frame alone: nothing of the program's own counting.
    """
    frame = responses.frame.set_index(responses.pseudonyms["who"])
    if table.get("where") == "use = yes":
        frame = frame[frame["use"].isin(["yes"])]
    if table.get("where") == "tools = git":
        frame = frame[frame["tools__git"].eq(True)]  # noqa: FBT003 - pandas takes it so
    banner = table.get("by")
    if table["stub"] == "tools":
        asked = frame["tools__git"].notna()
        answers = frame["tools__git"].astype(str) + frame["tools__svn"].astype(str)
    else:
        asked = frame[table["stub"]].notna()
        answers = frame[table["stub"]].astype(str)
    if table.get("base") is BaseKind.ALL:
        asked |= True
    found = {"total": asked if banner is None else asked & frame[banner].notna()}
    if banner is not None:
        found["outside"] = asked & frame[banner].isna()
        for code in frame[banner].cat.categories:
            found[code] = asked & frame[banner].isin([code])
    return {
        group: set(zip(frame.index[inside], answers[inside], strict=True))
        for group, inside in found.items()
    }


def attack(before, after, tables=TABLES):
    """List the few respondents by which something differs in two releases."""
    found = []
    groups = {}
    for at, table in enumerate(tables):
        old, new = whom(before, table), whom(after, table)
        for group in old:
            sets = (old[group], new[group])
            if table["stub"] in ("use", "some"):
                summed = tuple({(w, _summed(x)) for w, x in each} for each in sets)
                groups.setdefault("use, summed", []).append(summed)
            groups.setdefault((table["stub"], table.get("base")), []).append(sets)
            found.append((at, group, differing(*sets)))
            if table["stub"] == "view":
                for answer in ANSWERS["view"]:
                    pair = [{x for x in each if x[1] == answer} for each in sets]
                    found.append((at, (group, answer), differing(*pair)))
    # Subtract tables of one item: those in one group who aren't in one within it.
    for name, sets in groups.items():
        for (old, new), (old_part, new_part) in itertools.permutations(sets, 2):
            if old_part <= old and new_part <= new:
                left = differing(old - old_part, new - new_part)
                found.append((name, "left over", left))
                for answer in ANSWERS["view"] if name[0] == "view" else ():
                    pair = (old - old_part, new - new_part)
                    own = [{x for x in each if x[1] == answer} for each in pair]
                    found.append((name, answer, differing(*own)))
    return [(at, group, who) for at, group, who in found if 0 < len(who) < LEAST]


def _summed(answer):
    return next((code for code, own in SOME.items() if answer in own), answer)


def differing(before, after):
    return {who for who, _ in before ^ after}


def refreshes(random, *, rounds=3, restless=0.3):
    """Draw how a survey goes on: some come, few go, few answer anew.

    Those are drawn from the last 20, so that some go who came with others.
    """
    people = {n: draw_person(random) for n in range(int(random.integers(40, 90)))}
    for _ in range(rounds):
        yield dict(people)
        start = max(people) + 1
        come = int(random.choice([0, 1, 2, 6, 15, 40]))
        people |= {n: draw_person(random) for n in range(start, start + come)}
        few = int(random.integers(1, 8))
        for number in random.choice(list(people)[-20:], few, replace=False):
            if random.random() < restless:
                del people[number]
            elif random.random() < 0.4:
                people[number] = draw_person(random)


SEEDS = [pytest.param(n, marks=pytest.mark.long) if n > 4 else n for n in range(40)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_releases_differ_by_a_few_respondents(seed):
    first, *later = refreshes(np.random.default_rng(seed))
    now = offer_all(responses_of(first)).frozen
    for people in later:
        made = released(now, people)
        assert attack(now.shown(), made.frozen.shown()) == []
        now = made.frozen


@pytest.mark.parametrize("seed", SEEDS)
def test_releases_far_apart_do_not_either(seed):
    first, *later = refreshes(np.random.default_rng(100 + seed), rounds=4, restless=0.6)
    shown = [offer_all(responses_of(first)).frozen]
    for people in later:
        *earlier, last = shown
        shown.append(released(last, people, earlier=earlier).frozen)
    for before, after in itertools.combinations(shown, 2):
        assert attack(before.shown(), after.shown()) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_of_sums_do_not_tell_of_a_few_either(seed):
    first, *later = refreshes(np.random.default_rng(200 + seed), rounds=2)
    now = offer_all(responses_of(first)).frozen
    for people in later:
        made = released(now, people, plan=plan_of(LINKED)).frozen
        assert attack(now.shown(), made.shown(), LINKED) == []
        now = made


def test_a_naive_release_loses_and_ours_shows_something():
    lost, shown = 0, 0
    for seed in range(5):
        first, *later = refreshes(np.random.default_rng(seed))
        now = offer_all(responses_of(first)).frozen
        for before, people in itertools.pairwise([first, *later]):
            lost += bool(attack(responses_of(before), responses_of(people)))
            made = released(now, people)
            shown += made.something
            now = made.frozen
    assert lost > 7
    assert shown > 2


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_which_nobody_changed_are_the_same(seed):
    first, *later = refreshes(np.random.default_rng(seed))
    now = offer_all(responses_of(first)).frozen
    for people in later:
        made = released(now, people).frozen
        for table in TABLES:
            if whom(now.shown(), table) == whom(made.shown(), table):
                before, after = (
                    tabulate(each.shown(), **table).cells for each in (now, made)
                )
                pd.testing.assert_frame_equal(before, after)
        now = made


PLAIN = {"dept": "it", "use": "yes", "view": "mid", "tools": ("git",), "words": None}


def crowd(number, start=0, **answers):
    """Make people who answer alike but for use and tools, which are mixed."""
    uses, tools = itertools.cycle(["yes", "trial", "no"]), itertools.cycle("gs")
    names = {"g": ("git",), "s": ("svn",)}
    return {
        n: PLAIN
        | {"use": next(uses), "tools": names[next(tools)], "view": None}
        | answers
        for n in range(start, start + number)
    }


def numbers(frozen):
    return set(frozen.responses.pseudonyms["who"].str[1:].astype(int))


def test_one_more_answer_waits_and_comes_with_the_next_ones():
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen

    one = released(first, people | crowd(1, 30))
    assert (one.changes, one.admitted, one.waiting) == (1, 0, 1)
    assert numbers(one.frozen) == set(range(30))

    more = released(one.frozen, people | crowd(12, 30))
    assert (more.changes, more.admitted) == (12, 12)
    assert numbers(more.frozen) == set(range(42))


def test_who_went_stays_until_enough_did_but_without_their_words():
    people = crowd(30, words="my words")
    first = offer_all(responses_of(people)).frozen
    left = {n: person for n, person in people.items() if n != 7}

    one = released(first, left)

    assert one.waiting == 1
    assert numbers(one.frozen) == set(range(30))
    shown = one.frozen.shown()
    assert shown.frame["words"].notna().sum() == 29
    assert shown.states["words"].eq(State.TEXT.value).all()


def test_who_answers_anew_keeps_the_old_answer_meanwhile():
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    changed = people | {3: people[3] | {"use": "no"}}
    assert people[3]["use"] == "yes"

    one = released(first, changed)

    assert (one.changes, one.waiting) == (1, 1)
    who = one.frozen.responses.pseudonyms["who"].eq("p3")
    assert one.frozen.responses.frame.loc[who, "use"].tolist() == ["yes"]
    after = released(one.frozen, people)
    assert after.changes == 0  # who takes it back has changed nothing


def test_who_answers_anew_waits_if_others_answer_something_else_anew():
    """Six answer anew in one department, but only one of them this item."""
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    tools = {n: people[n] | {"tools": ("git", "svn")} for n in (1, 2, 4, 5, 7, 8)}
    assert released(first, people | tools).admitted == 6
    tools[4] |= {"use": "no"}

    one = released(first, people | tools)

    assert attack(first.shown(), one.frozen.shown()) == []
    assert (one.changes, one.admitted) == (6, 5)


def test_who_has_no_pseudonym_and_answers_anew_counts_once():
    """Three who answer anew look like three who went and three who came."""

    def nameless(people):
        responses = responses_of(people)
        return dataclasses.replace(responses, pseudonyms=responses.pseudonyms[[]])

    people = crowd(30)
    first = offer_all(nameless(people)).frozen
    anew = {n: people[n] | {"use": "no"} for n in (0, 3, 6)}
    assert {people[n]["use"] for n in anew} == {"yes"}
    study, plan = study_of(), plan_of()

    few = offer(first, nameless(people | anew), study=study, plan=plan)
    more = people | anew | {n: people[n] | {"use": "no"} for n in (9, 12)}
    enough = offer(first, nameless(more), study=study, plan=plan)

    assert (few.changes, few.admitted) == (3, 0)
    assert (enough.changes, enough.admitted) == (5, 5)


def test_who_goes_again_waits_if_it_tells_something_of_who_came_with_them():
    """Six came and five of them go: one more than in the first release."""
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    come = crowd(6, 30)
    for number, person in come.items():
        person["use"] = "no" if number % 3 else "trial"
    second = released(first, people | come).frozen
    assert numbers(second) == set(range(36))
    left = people | {35: come[35]}

    alone = released(second, left)
    checked = released(second, left, earlier=[first])

    assert alone.admitted == 5
    assert attack(first.shown(), alone.frozen.shown()) != []
    assert attack(first.shown(), checked.frozen.shown()) == []
    assert checked.admitted == 0


def test_the_answer_of_few_waits_without_them():
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    new = crowd(12, 30)
    new[30] |= {"view": "low"}
    made = released(first, people | new)

    assert made.admitted == 12
    assert made.answers == 1
    assert made.frozen.shown().frame["view"].notna().sum() == 0
    assert list(made.frozen.held) == ["view"]

    views = itertools.cycle(["low", "mid", "top"])
    more = crowd(15, 42)
    more = {n: each | {"view": next(views)} for n, each in more.items()}
    later = released(made.frozen, people | new | more)
    assert later.late == 1
    assert later.frozen.shown().frame["view"].notna().sum() == 16


BESIDE = {"stub": "dept", "base": BaseKind.ALL}


def test_an_answer_waits_with_what_is_computed_from_it():
    """The total of the one less that of the other would be the answer that waits."""
    people = crowd(30) | crowd(12, 30, dept="ep")
    first = offer_all(responses_of(people)).frozen
    new = crowd(12, 50) | crowd(1, 70, dept="ep") | crowd(4, 71, dept="ep", use=None)
    plan = plan_of((BESIDE, {"stub": "use"}, {"stub": "some", "by": "dept"}))

    made = released(first, people | new, plan=plan)

    assert made.admitted == 17
    frame = made.frozen.shown().frame
    assert frame["use"].notna().sum() == frame["some"].notna().sum() == 54


@pytest.mark.parametrize(
    ("with_filter", "without"),
    [
        ({"stub": "use", "where": "tools = git"}, {"stub": "some"}),
        (
            {"stub": "use", "where": "tools = git", "base": BaseKind.ASKED},
            {"stub": "use"},
        ),
        (
            {"stub": "use", "where": "tools = git"},
            {"stub": "use", "base": BaseKind.ALL},
        ),
    ],
    ids=["sums", "asked and answered", "all and answered"],
)
def test_who_is_outside_a_filter_is_not_left_over(with_filter, without):
    """Nine came, and eight of them pass the filter."""
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    new = crowd(9, 30, tools=("git",))
    new[31] |= {"tools": ("svn",)}
    plan = plan_of((BESIDE, with_filter, without))

    made = released(first, people | new, plan=plan)

    assert made.waiting + made.answers > 0
    svn = made.frozen.shown().frame.query("tools__svn and not tools__git")
    assert svn["use"].notna().sum() == 15


def test_a_sensitive_answer_of_few_outside_a_filter_is_not_left_over():
    """Fifteen came, five of them outside the filter, of whom one answers low."""
    views = itertools.cycle(["low", "mid", "top"])
    people = {n: each | {"view": next(views)} for n, each in crowd(30).items()}
    first = offer_all(responses_of(people)).frozen
    come = crowd(15, 30, tools=("git",))
    for number, person in come.items():
        person["view"] = "low" if number % 2 else "top"
    for number in range(30, 35):
        come[number] |= {"tools": ("svn",), "view": "top" if number > 30 else "low"}
    tables = (BESIDE, {"stub": "view"}, {"stub": "view", "where": "tools = git"})

    made = released(first, people | come, plan=plan_of(tables))

    def low(frozen):
        answers = frozen.shown().frame
        return int((answers["view"].eq("low") & ~answers["tools__git"]).sum())

    assert low(made.frozen) == low(first)


def test_answers_that_wait_stay_so_when_their_item_makes_groups():
    people = crowd(30) | crowd(12, 30, dept="ep")
    first = offer_all(responses_of(people)).frozen
    new = crowd(12, 50) | crowd(1, 70, dept="ep") | crowd(4, 71, dept="ep", use=None)
    tables = (BESIDE, {"stub": "use", "by": "dept"})
    made = released(first, people | new, plan=plan_of(tables))
    assert made.answers > 0

    plan = plan_of((*tables, {"stub": "tools", "by": "use"}))
    later = released(made.frozen, people | new, plan=plan)

    assert not later.something
    assert later.frozen.shown().frame["use"].notna().sum() == 54


def test_all_of_one_answer_wait_where_the_profile_hides_that():
    people = crowd(30)
    first = offer_all(responses_of(people)).frozen
    alike = people | crowd(8, 30, use="yes")

    workshop = released(first, alike)
    internal = released(first, alike, study=study_of(Profile.INTERNAL))

    assert internal.frozen.shown().frame["use"].notna().sum() == 38
    assert workshop.frozen.shown().frame["use"].notna().sum() == 30


def test_a_group_does_not_become_small():
    """Five of eight go: three would be left, whom nobody may see."""
    people = crowd(30) | crowd(8, 30, dept="ep")
    first = offer_all(responses_of(people)).frozen
    left = {n: each for n, each in people.items() if not 30 <= n < 35}

    made = released(first, left)

    assert made.waiting == 5
    assert numbers(made.frozen) == set(range(38))


def test_a_new_item_of_the_codebook_does_not_make_everybody_new():
    people = crowd(30)
    before = responses_of(people)
    fewer = dataclasses.replace(
        before,
        frame=before.frame.drop(columns="words"),
        states=before.states.drop(columns="words"),
        codebook=Codebook("c", tuple(i for i in CODEBOOK.items if i.code != "words")),
    )

    made = released(offer_all(fewer).frozen, people | crowd(1, 30))

    assert (made.changes, made.waiting) == (1, 1)
    pd.testing.assert_frame_equal(
        made.frozen.responses.frame, before.frame, check_dtype=True
    )


def test_the_choice_does_not_depend_on_the_order_of_answers():
    people = {n: draw_person(np.random.default_rng(n)) for n in range(60)}
    first = offer_all(responses_of(people)).frozen
    new = {n: draw_person(np.random.default_rng(n)) for n in range(60, 90)}
    turned = dict(reversed((people | new).items()))

    one, two = released(first, people | new), released(first, turned)

    assert one.admitted == two.admitted > 0
    assert numbers(one.frozen) == numbers(two.frozen)
