# SPDX-License-Identifier: MIT OR Apache-2.0
"""Breaks on purpose: the files *.mutant beside this one. tools/mutants applies them, tests/tree checks that they still fit.

    breaks: a line feed alone ends a field line
    file: src/http/parser.c
    tests: ^unit/http/parser$
    why: Two parsers that disagree where a line ends can be made to see different requests.
    --- old
        if (bytes[at] != '\\r')
    --- new
        if (bytes[at] != '\\r' && bytes[at] != '\\n')
    --- end

`tests` are patterns for ctest -R, with a space between: each must find a test that fails. A field may go on in lines that start with
spaces. The old text must stand in the file exactly once, so that a change of the code that moves it is noticed. Short lines without
their braces live longest.
"""
import pathlib
import re
from typing import NamedTuple

FOLDER = pathlib.Path(__file__).resolve().parent
FIELDS = ("breaks", "file", "tests", "why")
FORM = re.compile(r"(?P<head>.*?)^--- old\n(?P<old>.*?)\n--- new\n(?P<new>.*?)^--- end\n", re.DOTALL | re.MULTILINE)


class Mutant(NamedTuple):
    name: str
    breaks: str
    file: str
    tests: tuple
    why: str
    old: str
    new: str

    def fault(self, root):
        """Why it cannot be applied to the tree at `root`, or None."""
        path = root / self.file
        if not path.is_file():
            return f"there is no {self.file}"
        count = path.read_text().count(self.old)
        return None if count == 1 else f"its old text stands {count} times in {self.file}, not once"

    def applied(self, text):
        return text.replace(self.old, self.new)


def fields_of(head):
    """`key: value` lines; a line that starts with a space goes on with the one before, `#` is a comment."""
    fields = {}
    for line in re.sub(r"\n[ \t]+", " ", head).splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition(": ")
            fields[key] = value.strip()
    return fields


def read(path):
    form = FORM.fullmatch(path.read_text())
    fields = fields_of(form["head"]) if form else {}
    if sorted(fields) != sorted(FIELDS):
        raise ValueError(f"{path.name}: not of the form that mutant.py describes")
    fields["tests"] = tuple(fields["tests"].split())
    return Mutant(name=path.stem, old=form["old"], new=form["new"].removesuffix("\n"), **fields)


def read_all(folder=FOLDER):
    return [read(path) for path in sorted(folder.glob("*.mutant"))]
