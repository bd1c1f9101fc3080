# SPDX-License-Identifier: MIT OR Apache-2.0
"""How users' code is spelt, and what the compilers say when it is wrong: helpers of the tests beside this file."""
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INCLUDE = ROOT / "include"

STRICT = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
# What a user's own project is compiled with.
TEMPLATE = "-Wall -Wextra -Werror=unused-result -Werror=incompatible-pointer-types".split()


def compile_c(compiler, *arguments):
    """Run a compiler in English; the finished process."""
    return subprocess.run([compiler, *arguments], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})


def said(pattern, text):
    """Is the pattern in the text? ` ... ` stands for anything."""
    return re.search(".*".join(re.escape(part.strip()) for part in pattern.split("...")), text) is not None
