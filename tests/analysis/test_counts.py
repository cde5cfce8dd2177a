"""Tables against a count one respondent at a time, in plain Python."""

from hypothesis import given, settings
from hypothesis import strategies as st

from surveytools.analysis import TOTAL, tabulate
from surveytools.cleaning.responses import State
from surveytools.study.tabplan import BaseKind

MISSING = [State.NO_ANSWER, State.NOT_ASKED, State.UNKNOWN, State.UNRESOLVED]
CODES = {State.NO_ANSWER: "~no_answer", State.UNRESOLVED: "~unresolved"}

singles = st.sampled_from(["yes", "trial", "no", *MISSING])
departments = st.sampled_from(["it", "ep", "hse", *MISSING])
tools = st.one_of(
    st.sets(st.sampled_from(["git", "svn", "none"])).map("+".join),
    st.sampled_from(MISSING),
)
of_single = st.sampled_from([b for b in BaseKind if b is not BaseKind.SELECTED_ANY])
people = st.lists(st.tuples(departments, singles, tools), max_size=40)


def in_base(answer, base):
    if base is BaseKind.ALL:
        return True
    if base is BaseKind.ASKED:
        return answer not in (State.NOT_ASKED, State.UNKNOWN)
    if base is BaseKind.SELECTED_ANY:
        return bool(parts(answer))
    return not isinstance(answer, State)


def parts(answer):
    return [] if isinstance(answer, State) or not answer else answer.split("+")


def recount(pairs, group, code, base):
    """Count and base of one cell, from pairs of group and answer."""
    inside = [
        answer
        for where, answer in pairs
        if (parts(where) if group == TOTAL else group in parts(where))
        and in_base(answer, base)
    ]
    count = sum(code in parts(a) or code == CODES.get(a) for a in inside)
    mentions = sum(len(parts(answer)) for answer in inside)
    return count, mentions if base is BaseKind.MENTIONS else len(inside)


def sets(code):
    return [] if code == "~none_selected" else code.split("+")


def assert_counted(table, pairs, base):
    for cell in table.cells.itertuples():
        if cell.answer in ("~not_asked", "~unknown_if_asked"):
            continue
        found = (cell.count, cell.base)
        assert found == recount(pairs, cell.group, cell.answer, base), cell
    lost = [a for w, a in pairs if in_base(a, base) and not parts(w)]
    assert table.no_group == len(lost)


def columns(sample):
    dept, use, tool = zip(*sample, strict=True) if sample else ((), (), ())
    return {"dept": dept, "use": use, "tools": tool}


@settings(max_examples=60, deadline=None)
@given(people, of_single)
def test_single_response_by_department(responses, sample, base):
    table = tabulate(responses(columns(sample)), "use", by="dept", base=base)

    assert_counted(table, [(d, u) for d, u, _ in sample], base)
    for (group, _), own in table.cells.groupby(["group", "row"], sort=False):
        assert own["count"].sum() == own["base"].iloc[0], group


@settings(max_examples=60, deadline=None)
@given(people, st.sampled_from(BaseKind))
def test_multiple_response_by_department(responses, sample, base):
    table = tabulate(responses(columns(sample)), "tools", by="dept", base=base)

    assert_counted(table, [(d, t) for d, _, t in sample], base)


@settings(max_examples=60, deadline=None)
@given(people, of_single)
def test_single_response_by_multiple_response(responses, sample, base):
    table = tabulate(responses(columns(sample)), "use", by="tools", base=base)

    assert_counted(table, [(t, u) for _, u, t in sample], base)


@settings(max_examples=40, deadline=None)
@given(people)
def test_combinations_add_up_to_the_respondents(responses, sample):
    given = responses(columns(sample))

    table = tabulate(given, "tools", by="dept", combinations=True)

    order = ["git", "svn", "none"]
    for cell in table.cells.itertuples():
        same = [
            (d, t)
            for d, _, t in sample
            if not isinstance(t, State)
            and sorted(parts(t), key=order.index) == sets(cell.answer)
            and (parts(d) if cell.group == TOTAL else d == cell.group)
        ]
        assert cell.count == len(same)
    plain = tabulate(given, "tools", by="dept")
    if table.answers:
        bases = [t.cells.groupby("group")["base"].first() for t in (table, plain)]
        assert bases[0].equals(bases[1])
