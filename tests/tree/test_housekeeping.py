# SPDX-License-Identifier: MIT OR Apache-2.0
"""What STYLE asks of every file: a licence line, one idea, short functions, a page per folder."""
import re
import statistics

import pytest
from tree import LAYERS, ROOT, sources

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_MEDIAN_MAX = 12

CODE = [p for top in ("src", "include", "examples", "tests", "bench") for p in sources(ROOT / top, ".c", ".h", ".S", ".cpp")]
OWN = [p for p in CODE if p.relative_to(ROOT).parts[0] in ("src", "include", "examples", "bench")]


def functions(path):
    """(name, lines) of each function: from the brace in column 0 to the one that closes it."""
    lines = path.read_text().splitlines()
    begin = None
    for at, line in enumerate(lines):
        if line == "{":
            begin = at
        elif line.startswith("}") and begin is not None:
            yield name_before(lines, begin), at - begin + 1
            begin = None


def name_before(lines, brace):
    head = " ".join(lines[max(0, brace - 4):brace])
    names = re.findall(r"(\w+)\(", head)
    return names[-1] if names else lines[brace - 1]


def test_every_source_begins_with_the_licence():
    line = "SPDX-License-Identifier: MIT OR Apache-2.0"
    def licensed(path):
        return any(line in head for head in path.read_text().splitlines()[:2])
    scripts = [p for top in ("tools", "tests", "cmake", "bench") for p in sources(ROOT / top, ".py", ".sh", ".cmake", ".txt")]
    corpora = ROOT / "tests/fuzz/corpus"
    assert [str(p.relative_to(ROOT)) for p in CODE + scripts if not licensed(p) and corpora not in p.parents] == []


def test_every_folder_of_src_has_a_page():
    assert [f for f in LAYERS if not (ROOT / "src" / f / "README.md").is_file()] == []


def test_no_file_holds_two_ideas():
    long = {str(p.relative_to(ROOT)): n for p in OWN if (n := len(p.read_text().splitlines())) > FILE_LINES_MAX}
    assert long == {}


def test_no_function_is_long():
    long = [f"{p.relative_to(ROOT)}: {name} {n} lines" for p in OWN for name, n in functions(p) if n > FUNCTION_LINES_MAX]
    assert long == []


def test_the_median_function_is_short():
    lengths = [n for p in sources(ROOT / "src", ".c") for _, n in functions(p)]
    assert statistics.median(lengths) <= FUNCTION_LINES_MEDIAN_MAX


def test_nothing_is_left_for_later():
    loose = re.compile(r"\b(TODO|FIXME|XXX|not implemented)\b")
    found = [
        f"{p.relative_to(ROOT)}:{at}"
        for p in OWN
        for at, line in enumerate(p.read_text().splitlines(), 1)
        if loose.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("source, length", [("static int f(int a)\n{\n    return a;\n}\n", 3), ("int x;\n", None)])
def test_function_lengths_are_counted(tmp_path, source, length):
    (tmp_path / "x.c").write_text(source)
    assert list(functions(tmp_path / "x.c")) == ([("f", length)] if length else [])
