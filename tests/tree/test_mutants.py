# SPDX-License-Identifier: MIT OR Apache-2.0
"""The mutants of tests/mutants still fit the code and name tests that exist. Whether the tests notice them: make mutants."""
import pathlib
import re
import sys

import pytest
from tree import LAYERS, ROOT

sys.path.insert(0, str(ROOT / "tests/mutants"))
import mutant  # noqa: E402

MUTANTS = mutant.read_all()
TEXT = "breaks: b\nfile: x.c\ntests: ^unit/a$ ^sim/b$\nwhy: one\n  two\n--- old\nint a;\n--- new\nint b;\n--- end\n"


def names_of_tests():
    """As tests/CMakeLists.txt calls them."""
    def names(pattern, form):
        return {form.format(folder=p.parent.name, stem=p.stem.removeprefix("test_")) for p in (ROOT / "tests").glob(pattern)}
    return (names("unit/*/*_test.c", "unit/{folder}/{stem}") | names("sim/*_test.c", "sim/{stem}")
            | names("blackbox/test_*.py", "blackbox/{stem}") | names("fuzz/fuzz_*.c", "fuzz/{stem}"))


def written(folder, text):
    path = folder / "x.mutant"
    path.write_text(text)
    return path


@pytest.mark.parametrize("each", MUTANTS, ids=lambda m: m.name)
def test_its_text_stands_in_the_tree_once(each):
    assert each.fault(ROOT) is None, f"the code has changed: mend tests/mutants/{each.name}.mutant"
    assert each.old != each.new


def test_each_names_tests_that_exist():
    names = names_of_tests()
    lost = [f"{m.name}: {pattern}" for m in MUTANTS for pattern in m.tests if not any(re.search(pattern, name) for name in names)]
    assert lost == []


def test_every_folder_is_broken_somewhere():
    assert {pathlib.Path(m.file).parts[1] for m in MUTANTS} == set(LAYERS)


def test_the_design_page_lists_them_all():
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.*?) \|", (ROOT / "docs/design/0007-mutants.md").read_text(), re.MULTILINE)
    assert rows == [("mutant", "breaks")] + [(m.name, m.breaks) for m in MUTANTS]


def test_a_mutant_is_read_and_applied(tmp_path):
    (tmp_path / "x.c").write_text("int a;\nint c;\n")
    each = mutant.read(written(tmp_path, TEXT))
    assert (each.name, each.tests, each.why) == ("x", ("^unit/a$", "^sim/b$"), "one two")
    assert each.fault(tmp_path) is None
    assert each.applied((tmp_path / "x.c").read_text()) == "int b;\nint c;\n"


@pytest.mark.parametrize("code, count", [("int c;\n", 0), ("int a;\nint a;\n", 2)])
def test_a_text_that_does_not_stand_there_once_is_a_fault(tmp_path, code, count):
    (tmp_path / "x.c").write_text(code)
    assert f"stands {count} times" in mutant.read(written(tmp_path, TEXT)).fault(tmp_path)


def test_a_file_that_is_gone_is_a_fault(tmp_path):
    assert mutant.read(written(tmp_path, TEXT)).fault(tmp_path) == "there is no x.c"


@pytest.mark.parametrize("old, new", [("why: one\n", ""), ("--- end\n", ""), ("--- new\n", ""), ("file", "fil")])
def test_another_form_is_refused(tmp_path, old, new):
    with pytest.raises(ValueError, match="x.mutant"):
        mutant.read(written(tmp_path, TEXT.replace(old, new)))
