# SPDX-License-Identifier: MIT OR Apache-2.0
"""In a static archive hidden visibility protects nobody: every global symbol carries our prefix."""
import re
import subprocess

from tree import BUILD, ROOT, sources

OURS = re.compile(r"(ra_[a-z0-9]|ra__[a-z0-9]|RA_BIND_)\w*")


def globals_of(archive):
    out = subprocess.run(["nm", "-g", "--defined-only", archive], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if len(line.split()) == 3}


def test_every_global_symbol_has_our_prefix():
    symbols = globals_of(BUILD / "libramie.a")
    assert len(symbols) > 100
    assert sorted(s for s in symbols if not OURS.fullmatch(s)) == []


def test_every_public_function_is_declared_in_a_public_header():
    """ra_x without a second underscore is API: then a header of include/ramie/ says so."""
    headers = "\n".join(p.read_text() for p in sources(ROOT / "include/ramie", ".h"))
    public = {s for s in globals_of(BUILD / "libramie.a") if re.match(r"ra_[a-z]", s)}
    assert sorted(s for s in public if not re.search(rf"\b{s}\b", headers)) == []
