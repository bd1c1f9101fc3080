# SPDX-License-Identifier: MIT OR Apache-2.0
"""Programs as users write them compile against the real headers: both compilers, strict, however they include us."""
import pytest
from contract import HERE, INCLUDE, STRICT, compile_c

PROGRAMS = sorted((HERE / "programs").glob("*.c"))
WAYS = {
    "O0": ["-O0", f"-I{INCLUDE}"],
    "O2": ["-O2", f"-I{INCLUDE}"],
    "isystem": ["-O2", f"-isystem{INCLUDE}"],
    "asan": ["-O1", "-fsanitize=address,undefined", f"-I{INCLUDE}"],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_program_compiles(tmp_path, program, compiler, way):
    done = compile_c(compiler, "-std=c17", *STRICT, *WAYS[way], "-c", "-o", tmp_path / "p.o", program)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_program_compiles_as_gnu17(program, compiler):
    done = compile_c(compiler, "-std=gnu17", *STRICT, f"-I{INCLUDE}", "-fsyntax-only", program)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_cpp_program_compiles(tmp_path, compiler):
    done = compile_c(compiler, "-std=c++17", *STRICT, f"-I{INCLUDE}", "-c", "-o", tmp_path / "p.o",
                     HERE / "programs/caller.cpp")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_two_files_that_share_a_table_link(tmp_path, compiler):
    (tmp_path / "shared.h").write_text(
        "#include <ramie/ramie.h>\ntypedef struct { int64_t id; } shared;\nRA_BIND(shared, RA_FIELD(id));\n")
    for n in (1, 2):
        (tmp_path / f"s{n}.c").write_text(
            f'#include "shared.h"\nconst ra_bind *f{n}(void);\nconst ra_bind *f{n}(void) {{ return ra_bind_of(shared); }}\n')
    done = compile_c(compiler, "-std=c17", *STRICT, f"-I{INCLUDE}", "-nostdlib", "-r", "-o", tmp_path / "s.o",
                     tmp_path / "s1.c", tmp_path / "s2.c")
    assert done.returncode == 0, done.stderr
