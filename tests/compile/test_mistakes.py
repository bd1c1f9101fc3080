# SPDX-License-Identifier: MIT OR Apache-2.0
"""The commonest mistakes do not compile, and the first error says the right thing at the user's own line.

The head of each file under mistakes/ says what each compiler must say. `(no place: cc)` in it excuses the place of the
first error, `(silent: cc -isystem)` names what that compiler is known to miss.
"""
import re

import pytest
from contract import HERE, INCLUDE, TEMPLATE, compile_c, said

MISTAKES = sorted((HERE / "mistakes").glob("*.c"))


class Mistake:
    def __init__(self, path):
        self.path = path
        lines = path.read_text().splitlines()
        self.note = lines[1]
        self.expected = dict(re.match(r"// (gcc|clang): (.*)", line).groups() for line in lines[2:4])

    def has_place(self, compiler):
        return f"(no place: {compiler})" not in self.note

    def is_silent(self, compiler, how):
        return f"(silent: {compiler} {how})" in self.note


def test_every_mistake_says_what_it_expects():
    assert len(MISTAKES) >= 33
    assert all(set(Mistake(path).expected) == {"gcc", "clang"} for path in MISTAKES)


@pytest.mark.parametrize("how", ["-I", "-isystem"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("path", MISTAKES, ids=lambda p: p.stem)
def test_mistake_is_refused(tmp_path, path, compiler, how):
    mistake = Mistake(path)
    done = compile_c(compiler, "-std=c17", *TEMPLATE, how, INCLUDE, "-c", "-o", tmp_path / "m.o", path)
    if mistake.is_silent(compiler, how):
        assert done.returncode == 0, "it is seen now: drop the note"
        return
    assert done.returncode != 0, "it compiles"
    first = next(line for line in done.stderr.splitlines() if "error:" in line)
    assert said(mistake.expected[compiler], first), first
    assert first.startswith(f"{path}:") or not mistake.has_place(compiler), f"not at the user's line: {first}"
