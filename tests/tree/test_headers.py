# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each public header alone, twice, as C17 and C++17, on both compilers, with strict warnings as errors."""
import subprocess

import pytest
from tree import PUBLIC, ROOT

STRICT = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
COMPILERS = [("gcc", "c17", "c"), ("clang", "c17", "c"), ("g++", "c++17", "cpp"), ("clang++", "c++17", "cpp")]


@pytest.mark.parametrize("compiler, standard, suffix", COMPILERS)
@pytest.mark.parametrize("header", PUBLIC)
def test_header_stands_alone(tmp_path, header, compiler, standard, suffix):
    source = tmp_path / f"alone.{suffix}"
    source.write_text(f"#include <ramie/{header}>\n#include <ramie/{header}>\nint main(void) {{ return 0; }}\n")
    done = subprocess.run(
        [compiler, f"-std={standard}", *STRICT, f"-I{ROOT / 'include'}", "-fsyntax-only", source],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
