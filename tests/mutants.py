# SPDX-License-Identifier: MIT OR Apache-2.0
"""Break the code on purpose, in a copy, and see a test fail for each break: /usr/bin/python3 tests/mutants.py

A test suite that passes says little until it has been seen to fail. Each mutant replaces one piece of text in one file; `tests` is
what ctest -R is to run. A mutant that no test notices is printed as SURVIVED, and the exit status is 1.
"""
import pathlib
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORK = ROOT / "build/mutants"
TREE, BUILD = WORK / "tree", WORK / "build"


class Mutant(NamedTuple):
    breaks: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = [
    Mutant("a 201 is answered before the commit", "src/sql/sqlite/writer.c",
           "    ra_status outcome = end(writer);",
           "    answer_all(&b, RA_OK);\n    b = (batch){.count = b.count};\n    ra_status outcome = end(writer);",
           "blackbox/durability|unit/sql"),
    Mutant("Content-Length beside Transfer-Encoding is let through", "src/http/frame.c",
           'return refuse(head, "Content-Length and Transfer-Encoding exclude each other");', "return true;",
           "blackbox/bad_input|unit/http"),
    Mutant("keep-alive answers of a drain do not say close", "src/http/exchange.c",
           "           ra__http_draining(conn->shard->http);", "           false;",
           "blackbox/lifecycle|unit/http|unit/app"),
    Mutant("a duplicate member is taken", "src/json/decode.c",
           "if (ra__set_has(&obj->seen, place))", "if (false)", "unit/json|blackbox/items"),
    Mutant("a text may be one character too short", "src/bind/rules.c",
           "if (count < member->row->min_len)", "if (count + 1 < member->row->min_len)", "unit/bind|blackbox/items"),
    Mutant("control characters reach the log as they are", "src/obs/line_put.c",
           "return code < 0x20 ||", "return code == 0x1F ||", "unit/obs"),
    Mutant("timers are due a tick early", "src/fiber/wheel.c",
           "return ((uint64_t)ns + (uint64_t)RA__TICK_NS - 1) / (uint64_t)RA__TICK_NS;",
           "return (uint64_t)ns / (uint64_t)RA__TICK_NS;", "unit/fiber"),
    Mutant("leaving a group does not cancel its fibers", "src/fiber/group.c",
           "    ra__family_cancel(family, RA_ERR_CANCELED);\n    join(", "    join(", "unit/fiber"),
    Mutant("a closed channel still takes items", "src/fiber/chan.c",
           "    if (chan->closed) {\n        return RA_ERR_CLOSED;", "    if (false) {\n        return RA_ERR_CLOSED;",
           "unit/fiber"),
    Mutant("an arena has no limit", "src/base/arena.c",
           "arena->left = arena->max > arena->used ? arena->max - arena->used : 0;", "arena->left = BYTES_MAX;", "unit/base"),
    Mutant("bad UTF-8 is let through", "src/json/scan.c", "size_t valid = ra__utf8_valid(raw);",
           "size_t valid = raw.len;", "unit/json|blackbox/items"),
    Mutant("a rolled-back batch is answered as committed", "src/sql/sqlite/writer.c",
           "answer(j, j->status == RA_OK ? outcome : j->status);", "answer(j, j->status);", "unit/sql|unit/test"),
]


def run(*command):
    return subprocess.run(command, cwd=TREE, capture_output=True, text=True)


def copy_tree():
    """What git would commit, so that nothing built comes along; unchanged files keep their times."""
    shutil.rmtree(TREE, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\n")
    for name in listed:
        if name and (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TREE / name)


def build():
    return run("cmake", "--build", str(BUILD), "--target", "all", "tests", "--", "--quiet")


def failures(tests):
    """Names of the tests that fail, up to the first; none when all pass."""
    done = run("ctest", "--test-dir", str(BUILD), "-R", tests, "-j2", "--timeout", "60", "--stop-on-failure", "--no-tests=error")
    names = re.findall(r"Test +#\d+: (\S+) \.+[^*\n]*\*{3}", done.stdout)
    return names or (["ctest"] if done.returncode else [])


def judge(mutant):
    """What became of a mutant, and whether that is well."""
    path = TREE / mutant.file
    text = path.read_text()
    if text.count(mutant.old) != 1:
        return "its text is not there once: mend the list", False
    path.write_text(text.replace(mutant.old, mutant.new))
    built = build()
    failed = [] if built.returncode else failures(mutant.tests)
    path.write_text(text)
    if built.returncode:
        return f"does not compile: mend the list\n{built.stdout[-800:]}", False
    return (f"caught by {failed[0]}", True) if failed else ("SURVIVED", False)


def main():
    copy_tree()
    run("cmake", "-S", str(TREE), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_C_COMPILER=gcc", "-DRAMIE_TESTS=ON")
    if build().returncode or failures("|".join(m.tests for m in MUTANTS)):
        sys.exit("the tests fail without any mutant")
    caught = 0
    for mutant in MUTANTS:
        verdict, well = judge(mutant)
        caught += well
        print(f"{mutant.breaks}: {verdict}", flush=True)
    print(f"{caught} passed, {len(MUTANTS) - caught} failed")
    sys.exit(caught != len(MUTANTS))


if __name__ == "__main__":
    main()
