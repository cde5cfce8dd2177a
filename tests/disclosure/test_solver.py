"""What libraries in C write beside a table doesn't reach the table."""

import subprocess
import sys

NOISE = """
import ctypes
from surveytools.disclosure.solver import silent_solver

libc = ctypes.CDLL(None)
print("before")
with silent_solver():
    libc.puts(b"a line of the solver")
print("after")
libc.puts(b"other libraries may")
"""


def test_a_solver_writes_nothing_into_a_pipe():
    done = subprocess.run(
        [sys.executable, "-c", NOISE], capture_output=True, text=True, check=True
    )

    # Each library has its own buffer, so the order at the end is nobody's promise.
    assert sorted(done.stdout.splitlines()) == [
        "after",
        "before",
        "other libraries may",
    ]


def test_without_standard_output_it_works_too():
    script = f"import os\nos.close(1)\nimport sys\nsys.stdout = None\n{NOISE}"
    quiet = script.replace('print("before")', "").replace('print("after")', "")

    done = subprocess.run([sys.executable, "-c", quiet], check=False)

    assert done.returncode == 0
