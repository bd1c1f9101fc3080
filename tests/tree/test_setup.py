# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/setup on machines that are not this one: dpkg-query, apt-get, sudo and id are played by small scripts."""
import os
import shutil
import subprocess
import time

import pytest
from tree import ROOT

INSTALLED = "cmake curl gcc libc6-dev libsqlite3-dev"  # ninja-build is missing


@pytest.fixture
def machine(tmp_path):
    """run(user, **env): tools/setup run, with a PATH of our own; `log` holds what apt-get was asked."""
    folder, log = tmp_path / "bin", tmp_path / "log"
    folder.mkdir()
    for tool in ("bash", "dirname", "env", "cat"):
        (folder / tool).symlink_to(shutil.which(tool))

    def script(name, text):
        (folder / name).write_text(f"#!/bin/bash\n{text}\n")
        (folder / name).chmod(0o755)

    def run(user="0", has_sudo=False, fails=0, **env):
        script("dpkg-query", f'for p in {INSTALLED}; do echo "installed $p"; done; exit 1')
        script("id", f"echo {user}")
        script("apt-get", f'echo "$@" >> {log}; [ $(wc -l < {log}) -gt {fails} ]')
        (folder / "wc").unlink(missing_ok=True)
        (folder / "wc").symlink_to(shutil.which("wc"))
        if has_sudo:
            script("sudo", f'echo "sudo" >> {log}.sudo; exec "$@"')
        done = subprocess.run([ROOT / "tools/setup", "run"], capture_output=True, text=True, env={"PATH": str(folder), **env})
        asked = log.read_text().splitlines() if log.exists() else []
        return done, asked

    return run


def test_what_is_missing_is_installed(machine):
    done, asked = machine()
    assert done.returncode == 0, done.stderr
    assert asked[-1].endswith("ninja-build") and "install -y" in asked[-1] and "gcc" not in asked[-1]


def test_lists_are_updated_when_the_first_try_fails(machine):
    done, asked = machine(fails=1)
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("update") for line in asked)
    assert asked[-1].endswith("ninja-build")


def test_sudo_is_used_only_by_others_than_root(machine, tmp_path):
    done, asked = machine(user="1000", has_sudo=True)
    assert done.returncode == 0 and asked
    assert (tmp_path / "log.sudo").exists()


def test_root_needs_no_sudo(machine, tmp_path):
    machine(has_sudo=True)
    assert not (tmp_path / "log.sudo").exists()


def test_without_rights_the_command_is_printed(machine):
    done, asked = machine(user="1000")
    assert done.returncode == 4 and asked == []
    assert "apt-get install" in done.stderr and "ninja-build" in done.stderr


def test_without_leave_the_command_is_printed(machine):
    done, asked = machine(RAMIE_NO_APT="1")
    assert done.returncode == 4 and asked == []
    assert "apt-get install" in done.stderr and "ninja-build" in done.stderr


def test_when_nothing_helps_the_status_is_4(machine):
    done, _ = machine(fails=99)
    assert done.returncode == 4 and "ninja-build" in done.stderr


def test_nothing_missing_is_quick():
    begun = time.monotonic()
    subprocess.run([ROOT / "tools/setup", "run"], check=True, env={**os.environ, "RAMIE_NO_APT": "1"})
    assert time.monotonic() - begun < 0.2
