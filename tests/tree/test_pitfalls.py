# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every test that docs/design/0006-pitfalls.md leans on exists and runs; every row has an answer. The same for the tests
that docs/reference/http-rules.md names."""
import re

import pytest
from tree import LAYERS, ROOT, sources

PAGE = ROOT / "docs/design/0006-pitfalls.md"
TEXT = PAGE.read_text()
NAMED = sorted(set(re.findall(r"`(\w+)/(\w+)::(\w+)`", TEXT)))
ROWS = re.findall(r"^\| ([PHJDST])(\d+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
# Rows a subject.
SUBJECTS = {"P": 35, "H": 16, "J": 17, "D": 11, "S": 18, "T": 14}
REASONS = re.compile(r"not built|no such|not used|cannot be|as P\d+|a figure, not a verdict|`make|test_\w+\.py")


def file_of(folder, stem):
    if folder in LAYERS:
        return ROOT / f"tests/unit/{folder}/{stem}_test.c"
    return ROOT / (f"tests/sim/{stem}_test.c" if folder == "sim" else f"tests/{folder}/test_{stem}.py")


def test_every_pitfall_has_a_row():
    for letter, count in SUBJECTS.items():
        assert [int(number) for subject, number, _, _ in ROWS if subject == letter] == list(range(1, count + 1)), letter


def test_every_row_has_an_answer():
    assert [f"{letter}{number}" for letter, number, _, answer in ROWS if "::" not in answer and not REASONS.search(answer)] == []


@pytest.mark.parametrize("folder, stem, name", NAMED, ids=lambda part: part)
def test_exists(folder, stem, name):
    path = file_of(folder, stem)
    assert path.is_file(), f"{folder}/{stem}::{name}: there is no {path.relative_to(ROOT)}"
    text = path.read_text()
    if path.suffix == ".py":
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), name
        return
    assert re.search(rf"^static \w+ {name}\(", text, re.MULTILINE), name
    assert len(re.findall(rf"\b{name}\b", text)) >= 2, f"{name} is written but not run"


def test_everything_that_looks_like_a_test_is_checked():
    assert len(NAMED) == len(set(re.findall(r"`[^`]*::[^`]*`", TEXT)))


def test_every_file_named_exists():
    files = re.findall(r"`((?:tests|tools)/[\w/]+\.?\w*)`", TEXT)
    assert [f for f in files if not (ROOT / f).exists()] == []


def test_the_tests_of_the_http_rules_exist():
    page = (ROOT / "docs/reference/http-rules.md").read_text()
    named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", page))
    text = "\n".join(p.read_text() for folder in ("unit/http", "blackbox") for p in sources(ROOT / "tests" / folder, ".c", ".py"))
    assert len(named) > 40
    assert sorted(name for name in named if not re.search(rf"\b{name}\(", text)) == []
