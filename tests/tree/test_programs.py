# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every program that is delivered is hardened: read from its ELF headers."""
import subprocess

import pytest
from tree import BUILD, ROOT

PROGRAMS = sorted(p for p in (BUILD / "bin").iterdir() if p.is_file()) if (BUILD / "bin").is_dir() else []


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def is_debug():
    """Without optimisation there is nothing to fortify: `make check` runs this over such a build, too."""
    return "CMAKE_BUILD_TYPE:STRING=Debug" in (BUILD / "CMakeCache.txt").read_text()


def test_there_are_programs():
    assert {p.name for p in PROGRAMS} >= {"hello", "items", "tasks", "workers", "transfer"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_program_is_hardened(program):
    header, dynamic, segments = readelf("-h", program), readelf("-d", program), readelf("-l", program)
    symbols = readelf("-s", "--dyn-syms", program)
    assert "DYN (Position-Independent Executable file)" in header
    assert "BIND_NOW" in dynamic
    assert "GNU_RELRO" in segments
    assert next(line for line in segments.splitlines() if "GNU_STACK" in line).split()[-2] == "RW"
    assert "__stack_chk_fail" in symbols
    assert is_debug() or "_chk@" in symbols.replace("__stack_chk_fail", ""), "no fortified call"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_no_path_of_the_build_machine_is_inside(program):
    found = str(ROOT).encode() in program.read_bytes()
    assert not found
