# SPDX-License-Identifier: MIT OR Apache-2.0
"""A program outside the tree: after `make install PREFIX=`, by pkg-config and by find_package, wherever the prefix lies."""
import os
import pathlib
import shutil
import subprocess

import pytest
from contract import ROOT

BUILD = pathlib.Path(os.environ.get("RAMIE_BUILD_DIR", ROOT / "build/release"))

WORKERS = ROOT / "tests/compile/programs/workers.c"
IGNORED_SEND = "#include <ramie/ramie.h>\ntypedef RA_CHAN(int) int_chan;\n" \
               "void pass(ra_ctx *ctx, int_chan c);\nvoid pass(ra_ctx *ctx, int_chan c) { ra_chan_send(ctx, c, 1); }\n"


def run(*command, env=None, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, "LC_ALL": "C", **(env or {})})
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Ramie installed, then moved: nothing may remember the first place."""
    folder = tmp_path_factory.mktemp("install")
    run("cmake", "--install", BUILD, "--prefix", folder / "first")
    shutil.move(folder / "first", folder / "moved")
    return folder / "moved"


def pkg_config(prefix, *arguments):
    return run("pkg-config", *arguments, "ramie", env={"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}).split()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_cc_with_pkg_config(prefix, tmp_path, compiler):
    for static in (["--static"], []):  # who forgets it gets the same program
        flags = pkg_config(prefix, "--cflags", "--libs", *static)
        run(compiler, "-O2", "-o", tmp_path / "workers", WORKERS, *flags)
        assert len(run(tmp_path / "workers").split()) == 9


def test_find_package(prefix, tmp_path):
    shutil.copy(WORKERS, tmp_path / "workers.c")
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(outside C)\nfind_package(ramie 0.1 REQUIRED)\n"
        "add_executable(workers workers.c)\ntarget_link_libraries(workers ramie::ramie)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path / "build")
    assert len(run(tmp_path / "build/workers").split()) == 9


def test_find_package_keeps_must_use_warnings(prefix, tmp_path):
    """Under -isystem gcc would not see the ignored send."""
    (tmp_path / "ignored.c").write_text(IGNORED_SEND)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(outside C)\nfind_package(ramie REQUIRED)\n"
        "add_library(ignored OBJECT ignored.c)\ntarget_link_libraries(ignored ramie::ramie)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        "-DCMAKE_C_COMPILER=gcc")
    assert "-Wunused-result" in run("cmake", "--build", tmp_path / "build")


def test_only_public_files_are_installed(prefix):
    headers = {p.name for p in (prefix / "include/ramie").iterdir()}
    assert headers == {p.name for p in (ROOT / "include/ramie").iterdir()}
    assert {p.name for p in (prefix / "lib").glob("*.a")} == {"libramie.a"}
