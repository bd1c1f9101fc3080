# SPDX-License-Identifier: MIT OR Apache-2.0
"""Builds that change what fibers lean on: whole-program optimisation, marked branch targets; the size of frames; and that no build depends on where it is made.

A switch must survive being inlined across files. So the runtime and some of its tests are built here once more,
otherwise than by CMake.
"""
import concurrent.futures
import os
import platform
import re
import shutil
import subprocess

import pytest
from contract import ROOT, compile_c

FOLDERS = ("base", "os", "bind", "fiber")
TESTS = ("fiber_test", "chan_test", "stack_safety_test")
PROTECTION, MARK = {
    "x86_64": ("-fcf-protection=full", "x86 feature: IBT"),
    "aarch64": ("-mbranch-protection=standard", "AArch64 feature: BTI, PAC"),
}[platform.machine()]
WAYS = {
    "lto": ("gcc", ["-O2", "-flto=auto", "-fno-fat-lto-objects"]),
    "branch-targets": ("clang", ["-O3", PROTECTION]),
}


def sources():
    """(folder of src/, file)"""
    for folder in FOLDERS:
        for path in sorted((ROOT / "src" / folder).glob("*.c")):
            yield folder, path
    yield "fiber", ROOT / f"src/fiber/arch/{platform.machine()}.S"
    for test in TESTS:
        yield "fiber", ROOT / f"tests/unit/fiber/{test}.c"


def build(compiler, flags, folder, path, out):
    done = compile_c(compiler, "-std=gnu17", "-D_GNU_SOURCE", "-fno-omit-frame-pointer", "-fstack-clash-protection", *flags,
                     f"-I{ROOT}/include", f"-I{ROOT}/src", f"-I{ROOT}/src/{folder}", f"-I{ROOT}/tests/unit", "-c", path, "-o", out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.parametrize("way", WAYS)
def test_fibers_work_in_a_build_with(tmp_path, way):
    compiler, flags = WAYS[way]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = dict(pool.map(lambda s: (s[1], build(compiler, flags, *s, tmp_path / f"{s[0]}_{s[1].stem}.o")), sources()))
    tests = {path.stem: objects.pop(path) for path in list(objects) if path.stem in TESTS}
    assert tests.keys() == set(TESTS)
    for name, test in tests.items():
        program = tmp_path / name
        done = compile_c(compiler, *flags, "-pthread", test, *objects.values(), "-lcmocka", "-o", program)
        assert done.returncode == 0, done.stderr
        ran = subprocess.run([program], capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_switch_asks_for_branch_targets_and_never_for_shadow_stacks(tmp_path, compiler):
    """A program with this object in it gets no shadow stack, which a switch would leave behind."""
    switch = ROOT / f"src/fiber/arch/{platform.machine()}.S"
    out = build(compiler, [PROTECTION], "fiber", switch, tmp_path / "switch.o")
    notes = subprocess.run(["readelf", "-n", out], check=True, capture_output=True, text=True).stdout
    assert re.search(rf"{MARK}\s*$", notes, re.MULTILINE), notes


# ---- frames

FRAME_BYTES_MAX = 4096
ON_FIBERS = ("bind", "fiber", "json", "io", "http", "sql")


def large_frames(source):
    folder, path = source
    done = compile_c("gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O2", f"-Wframe-larger-than={FRAME_BYTES_MAX}", f"-I{ROOT}/include",
                     f"-I{ROOT}/src", f"-I{ROOT}/src/{folder}", "-S", path, "-o", os.devnull)
    return [line for line in done.stderr.splitlines() if "frame size" in line or "error:" in line]


def test_no_frame_of_a_fiber_is_large():
    """Buffers lie in blocks of the shard: in a frame they would cost each waiting fiber its pages, and the cache its lines."""
    sources = [(folder, path) for folder in ON_FIBERS for path in sorted((ROOT / "src" / folder).rglob("*.c"))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(large_frames, sources) for line in lines]
    assert found == []


# ---- places

def archive_built_in(place):
    """Two folders of src/, built by CMake in a tree of its own."""
    for name in ("CMakeLists.txt", "cmake", "src", "include", "examples", "bench", "packaging"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    for command in (["cmake", "-S", place, "-B", place / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                     "-DCMAKE_C_COMPILER=gcc", "-DRAMIE_TESTS=OFF"], ["ninja", "-C", place / "build", "ramie_bind"]):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return [(place / f"build/libramie_{folder}.a").read_bytes() for folder in ("base", "bind")]


def test_two_builds_in_two_places_give_the_same_bytes(tmp_path):
    places = [tmp_path / "one", tmp_path / "another/and/deeper"]
    for place in places:
        place.mkdir(parents=True)
    assert archive_built_in(places[0]) == archive_built_in(places[1])
