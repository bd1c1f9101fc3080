# SPDX-License-Identifier: MIT OR Apache-2.0
"""Figures of the tree itself: sizes of sources, tests and functions, and how long it takes to build: bench/tree.py"""
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/tree"))

from test_housekeeping import functions  # noqa: E402
from tree import ROOT, sources  # noqa: E402


def lines(*folders, suffixes=(".c", ".h", ".S", ".py")):
    """Lines that are neither blank nor a comment alone."""
    def counts(line):
        text = line.strip()
        return bool(text) and not text.startswith(("//", "#!", "# ", "/*", "*"))
    return sum(counts(line) for folder in folders for path in sources(ROOT / folder, *suffixes)
               for line in path.read_text().splitlines())


def timed(*command):
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.monotonic() - begun


def build_times():
    """Clean, after one changed source file, and with nothing to do; seconds."""
    folder = tempfile.mkdtemp()
    build = ["cmake", "--build", folder]
    clean = timed("cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_C_COMPILER=gcc", "-DRAMIE_TESTS=OFF") + timed(*build)
    (ROOT / "src/http/router.c").touch()
    changed, nothing = timed(*build), timed(*build)
    shutil.rmtree(folder)
    return clean, changed, nothing


def main():
    lengths = sorted(n for path in sources(ROOT / "src", ".c") for _, n in functions(path))
    source, test = lines("src", "include"), lines("tests")
    clean, changed, nothing = build_times()
    print("\n### The tree\n\n| what | figure |\n|---|---|")
    print(f"| lines of source, of tests, tests per source | {source:,}, {test:,}, {test / source:.2f} |")
    print(f"| functions, median lines, longest, over 70 | {len(lengths):,}, {statistics.median(lengths):.0f}, {lengths[-1]}, "
          f"{sum(n > 70 for n in lengths) / len(lengths):.1%} |")
    print(f"| clean build of library and examples | {clean:.1f} s |")
    print(f"| after a change of one file; with nothing to do | {changed:.1f} s; {nothing:.2f} s |")


if __name__ == "__main__":
    main()
