"""Parameters of a notebook: what it takes, and whether what it is given fits.

Papermill only logs a warning for a parameter that the notebook doesn't have, and
enforces no type: a mistyped ``unit`` would run on the default and yield a wrong slide.
"""

import ast
import difflib
import hashlib
import io
import json
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from surveytools.errors import Location, ParameterError, SurveyError, raise_all
from surveytools.files import safe_name

__all__ = [
    "Parameter",
    "check_parameters",
    "closest",
    "folder_of",
    "is_secret",
    "parameters_of",
    "parse_parameters",
]

_SECRET = re.compile(r"token|secret|passw|api_?key|credential", re.IGNORECASE)
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Attributes
    ----------
    name, comment
        Name, and the comment that stands behind it on its line.
    annotation
        Type as written, for example ``str | None``; without one, the default's.
    default
        Value that the notebook runs with when none is given.
    """

    name: str
    annotation: str
    default: object
    comment: str = ""


def parameters_of(notebook: Path) -> tuple[Parameter, ...]:
    """List the parameters of a notebook, in its order.

    Parameters
    ----------
    notebook
        The ``.ipynb`` file. Its cell tagged ``parameters`` is read, not executed.

    Raises
    ------
    ParameterError
        If that cell is no plain list of assignments of literals.
    """
    source = _tagged_source(notebook)
    comments = _comments(source)
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        msg = "the cell tagged 'parameters' isn't Python"
        where = Location(notebook.name, row=error.lineno)
        raise ParameterError(msg, where, "write one assignment a line") from error
    return tuple(
        parameter
        for statement in body
        if (parameter := _parameter(statement, comments, notebook.name))
    )


def check_parameters(
    known: Sequence[Parameter], given: Mapping[str, object], *, notebook: str
) -> None:
    """Refuse names that the notebook doesn't have, and values of another type.

    Raises
    ------
    SurveyErrors
        Of `ParameterError`: all problems at once, or the only one by itself. The
        closest known name is named.
    """
    by_name = {parameter.name: parameter for parameter in known}
    problems: list[SurveyError] = []
    for name, value in given.items():
        if name not in by_name:
            msg = f"there is no parameter {name!r}"
            hint = closest(name, list(by_name))
            problems.append(ParameterError(msg, Location(notebook), hint))
        elif not _fits(value, by_name[name].annotation):
            msg = f"parameter {name!r} is {value!r}"
            hint = f"give {by_name[name].annotation}"
            problems.append(ParameterError(msg, Location(notebook), hint))
    raise_all(problems)


def parse_parameters(
    known: Sequence[Parameter], given: Mapping[str, str], *, notebook: str
) -> dict[str, object]:
    """Turn texts of a command line into values of the annotated types.

    Raises
    ------
    SurveyErrors
        As `check_parameters`.
    """
    types = {parameter.name: parameter.annotation for parameter in known}
    values = {
        name: _parsed(text, types[name]) if name in types else text
        for name, text in given.items()
    }
    check_parameters(known, values, notebook=notebook)
    return values


def folder_of(parameters: Mapping[str, object]) -> Path:
    """Name the folder, inside ``reports``, of a run with parameters.

    ``{"unit": "ep"}`` gives ``unit/ep``. Whatever the values are, the folder lies
    inside and different values have different folders.
    """
    parts: list[str] = []
    for name in sorted(parameters):
        text = str(parameters[name])
        safe = safe_name(text)
        if safe != text:
            safe = f"{safe}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        parts += [safe_name(name), safe]
    return Path(*parts)


def is_secret(name: str) -> bool:
    """Whether a parameter's name tells that its value is nobody's business."""
    return _SECRET.search(name) is not None


def closest(name: str, known: Sequence[str], *, all_of: str = "it has") -> str:
    """Make the hint for an unknown name: the closest known one, or all."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"{all_of} {', '.join(known) or 'none'}"


def _tagged_source(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", ()):
            source = cell["source"]
            return source if isinstance(source, str) else "".join(source)
    return ""


def _comments(source: str) -> dict[int, str]:
    """Find the comment of each line; none where the cell isn't Python."""
    found = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                found[token.start[0]] = token.string.lstrip("# ").strip()
    except (tokenize.TokenError, IndentationError):
        return {}
    return found


def _parameter(
    statement: ast.stmt, comments: Mapping[int, str], file: str
) -> Parameter | None:
    target: ast.expr | None = None
    annotation: str | None = None
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target, annotation = statement.target, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign):
        target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return None
    try:
        default = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
    except ValueError as error:
        msg = f"the default of parameter {target.id!r} is no literal"
        where = Location(file, row=statement.lineno)
        raise ParameterError(msg, where, "write a text, a number or None") from error
    annotation = annotation or ("object" if default is None else type(default).__name__)
    comment = comments.get(statement.end_lineno or statement.lineno, "")
    return Parameter(target.id, annotation, default, comment)


def _alternatives(annotation: str) -> list[ast.expr]:
    """Split ``A | B``, ``Optional[A]`` and ``Union[A, B]`` into their parts."""

    def split(node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return split(node.left) + split(node.right)
        if isinstance(node, ast.Subscript) and _head(node) in ("Optional", "Union"):
            inner = node.slice
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if _head(node) == "Optional":
                parts = [*parts, ast.Constant(None)]
            return [each for part in parts for each in split(part)]
        return [node]

    return split(ast.parse(annotation, mode="eval").body)


def _head(node: ast.expr) -> str:
    """Give the name of a type without its arguments or module."""
    inner = node.value if isinstance(node, ast.Subscript) else node
    return ast.unparse(inner).rpartition(".")[2]


def _literals(node: ast.expr) -> list[object]:
    if not isinstance(node, ast.Subscript):
        return []
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return [ast.literal_eval(part) for part in parts]


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "list": (list,),
    "tuple": (list, tuple),
    "dict": (dict,),
}


def _fits(value: object, annotation: str) -> bool:
    return any(_fits_one(value, part) for part in _alternatives(annotation))


def _fits_one(value: object, part: ast.expr) -> bool:
    head = _head(part)
    if head == "None":
        return value is None
    if head == "Literal":
        # True == 1, so types are compared too.
        return any(value == x and type(value) is type(x) for x in _literals(part))
    if head == "bool":
        return isinstance(value, bool)
    if head in _TYPES:
        return isinstance(value, _TYPES[head]) and not isinstance(value, bool)
    return True


def _parsed(text: str, annotation: str) -> object:
    """Read a text as the first alternative that takes it; else leave it a text."""
    for part in sorted(
        _alternatives(annotation), key=lambda node: _head(node) == "str"
    ):
        value = _parsed_one(text, part)
        if value is not _NO_VALUE:
            return value
    return text


_NO_VALUE = object()


def _parsed_one(text: str, part: ast.expr) -> object:
    head, value = _head(part), _NO_VALUE
    if head == "None":
        value = None if text in ("None", "null", "") else _NO_VALUE
    elif head == "Literal":
        value = next((x for x in _literals(part) if str(x) == text), _NO_VALUE)
    elif head == "bool":
        folded = text.casefold()
        value = folded in _TRUE if folded in (*_TRUE, *_FALSE) else _NO_VALUE
    elif head in ("int", "float"):
        try:
            value = int(text) if head == "int" else float(text)
        except ValueError:
            value = _NO_VALUE
    elif head != "str" and head in _TYPES:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            value = _NO_VALUE
    return value
