"""Two waves of invented answers, to try the program on.

All numbers, people and answers are invented. `write_demo` writes three exports, the
same bytes on each run:

* ``synthetic-2023-indico.xlsx``: 240 respondents, 247 rows;
* ``synthetic-2024-indico.xlsx`` and ``synthetic-2024-google.csv``: 310 respondents in
  English and in French, 317 rows together.

`surveytools.demo.respondents.simulate` gives the true answers,
`surveytools.demo.mess.answered` what is left of them after blanks and break-offs.
"""

from surveytools.demo.files import write_demo

__all__ = ["write_demo"]
