import os
import signal
import time

import pytest

from surveytools.reading.apart import CrashedError, apart


def test_result_comes_back_as_it_is():
    plain = {"a": [1.5, None, "é"], 2.0: ("x", {"deep": True})}

    assert apart(lambda: plain) == plain


def test_large_result_comes_back_whole():
    assert apart(lambda: ["x" * 1000] * 5000) == ["x" * 1000] * 5000


@pytest.mark.parametrize(
    "number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL], ids=str
)
def test_crash_of_the_copy_is_an_error_here(number):
    with pytest.raises(CrashedError):
        apart(lambda: os.kill(os.getpid(), number))


def test_exception_in_the_copy_is_one_too(capfd):
    with pytest.raises(CrashedError):
        apart(lambda: 1 / 0)

    assert capfd.readouterr() == ("", "")


def test_copy_that_does_not_end_is_ended():
    before = time.monotonic()

    with pytest.raises(CrashedError):
        apart(lambda: time.sleep(60), seconds=0.2)

    assert time.monotonic() - before < 5
