"""What is wrong with a YAML file, in the words of the person who wrote it."""

import re
from typing import NoReturn

import yaml

from crmcli.book.markers import LINE_END
from crmcli.book.markers import line_of

QUOTE_IT = "If it is meant as text, put it in quotes"

# YAML 1.1 ends a line at the first three and 1.2 does not, so readers disagree about such a file.
UNREADABLE = re.compile(
    "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
SEPARATOR = re.compile("[\x85\u2028\u2029\ufeff]")
SURROGATE = re.compile("[\ud800-\udfff]")
TAB_INDENT = re.compile(r"^ *\t[ \t]*[^ \t\r\n]", re.MULTILINE)

# What libyaml and its Python twin say, and what the person at the editor did.
# True: the mistake is where the library began to read the thing, not where it gave up.
MISTAKES = (
    ("mapping values are not allowed", False, "a colon stands where no key can be", QUOTE_IT),
    ("entries are not allowed", False, "a list begins in the middle of a line", QUOTE_IT),
    ("keys are not allowed", False, "'? ' stands where no key can be", QUOTE_IT),
    ("cannot start any token", False, "a text may not begin with this character", QUOTE_IT),
    ("could not find expected ':'", True, "this line is no 'key: value'", None),
    ("unexpected end of stream", True, "a quote is opened and never closed", None),
    ("',' or ']'", True, "a '[' is opened and not closed as it should be", None),
    ("',' or '}'", True, "a '{' is opened and not closed as it should be", None),
    ("invalid Unicode character", False, "an escape stands for half a character", None),
    ("escape", False, "a backslash in double quotes begins nothing that YAML knows", None),
    ("incompatible YAML document", False, "a '%' line is not allowed here", None),
    ("did not find expected key", False, "the line does not go on as it began", QUOTE_IT),
    ("expected <block end>", False, "the line does not go on as it began", QUOTE_IT),
    ("directive", True, "a '%' line is not allowed here", None),
)


class YamlProblem(Exception):  # noqa: N818 (it becomes a Problem)
    """A file that cannot be read: the line from 1 (None: all of it), what is wrong, what to do.

    `markers`: it holds the conflict markers of a merge.
    """

    def __init__(
        self, line: int | None, what: str, remedy: str | None = None, *, markers: bool = False
    ) -> None:
        super().__init__(what if line is None else f"line {line}: {what}")
        self.line = line
        self.what = what
        self.remedy = remedy
        self.markers = markers


def escaped(found: re.Match[str]) -> str:
    """The character of the match as double quotes hold it."""
    return r"\"" if found[0] == '"' else found[0].encode("unicode_escape").decode()


def refuse_character(text: str) -> NoReturn:
    """Name the first character that YAML readers refuse or take for a line end."""
    found = UNREADABLE.search(text)
    if found is None:
        raise YamlProblem(None, "not readable as YAML")
    line = line_of(text, found.start())
    what = f"the character U+{ord(found[0]):04X} is not allowed here"
    raise YamlProblem(line, what, f'In double quotes it is written as "{escaped(found)}"')


def explained(error: yaml.YAMLError, text: str) -> YamlProblem:
    """Say in the words of the person at the editor what libyaml found, and where."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # a character that the library does not even begin to read
        refuse_character(text)
    line = LINE_END.split(text)[mark.line : mark.line + 1]
    if line and TAB_INDENT.match(line[0]):
        return YamlProblem(mark.line + 1, "a tab indents this line", "Use spaces")
    said = str(getattr(error, "problem", None))
    context = getattr(error, "context_mark", None)
    for phrase, at_start, what, remedy in MISTAKES:
        if phrase in said:
            place = context if at_start and context is not None else mark
            return YamlProblem(place.line + 1, what, remedy)
    return YamlProblem(mark.line + 1, f"not readable as YAML: {said}")
