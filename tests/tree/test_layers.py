# SPDX-License-Identifier: MIT OR Apache-2.0
"""A folder of src/ includes only folders of lower layers, and nobody's private headers but its own."""
import re
import shutil

import pytest
from tree import LAYERS, PUBLIC, ROOT, includes, sources


def may_use(folder, other):
    return folder == other or LAYERS[other] < LAYERS[folder]


def judge_quoted(path, folder_path, name):
    """What is wrong with `#include "name"` in a file of src/<folder>/, or None."""
    folder = folder_path.name
    if ".." in name.split("/"):
        return "leaves its folder with .."
    if (folder_path / name).is_file() or (path.parent / name).is_file():
        return None  # its own
    target, _, rest = name.partition("/")
    if target not in LAYERS:
        return "is of no folder of src/"
    if "/" in rest and target != folder:
        return f"is private to {target}: the seam is what lies directly in its folder"
    if not may_use(folder, target):
        return f"is of layer {LAYERS[target]}, {folder} is layer {LAYERS[folder]}"
    return None


def judge_public(folder, name):
    header = name.removeprefix("ramie/")
    if header not in PUBLIC:
        return "is no public header"
    if not may_use(folder, PUBLIC[header]):
        return f"belongs to {PUBLIC[header]}, above {folder}"
    return None


def violations(root):
    """Every include of src/ and of the public headers that breaks a rule: 'file:line: name: why'."""
    found = []

    def look(path, folder):
        for quoted, name, line in includes(path):
            why = None
            if quoted:
                why = judge_quoted(path, root / "src" / folder, name)
            elif name.startswith("ramie/"):
                why = judge_public(folder, name)
            if why:
                found.append(f"{path.relative_to(root)}:{line}: {name} {why}")

    for folder in LAYERS:
        for path in sources(root / "src" / folder, ".c", ".h", ".S"):
            look(path, folder)
    for header, folder in PUBLIC.items():
        look(root / "include/ramie" / header, folder)
        for quoted, name, line in includes(root / "include/ramie" / header):
            if quoted:
                found.append(f"include/ramie/{header}:{line}: {name} is not public")
    return found


def test_no_include_goes_up_or_sideways():
    assert violations(ROOT) == []


def test_every_folder_has_a_layer():
    assert {p.name for p in (ROOT / "src").iterdir() if p.is_dir()} == set(LAYERS)


def test_every_public_header_has_a_folder():
    assert {p.name for p in (ROOT / "include/ramie").iterdir()} == set(PUBLIC)


def test_targets_link_only_lower_layers():
    text = (ROOT / "CMakeLists.txt").read_text()
    uses = dict(re.findall(r"^ramie_folder\((\w+)\s*(?:USES ([\w ]+))?\)", text, re.MULTILINE))
    assert set(uses) == set(LAYERS)
    assert [(f, u) for f, used in uses.items() for u in used.split() if LAYERS[u] >= LAYERS[f]] == []


def test_examples_use_public_headers_only():
    quoted = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources(ROOT / "examples", ".c", ".h")
        for is_quoted, name, line in includes(path)
        if is_quoted and not (path.parent / name).is_file()
    ]
    assert quoted == []


@pytest.mark.parametrize("folder, include, why", [
    ("base", '"fiber/ctx.h"', "layer"),
    ("http", '"app/app.h"', "layer"),
    ("fiber", '"json/json.h"', "layer"),
    ("http", '"sql/db.h"', "layer"),
    ("http", '"fiber/private/x.h"', "private"),
    ("http", '"fiber/lockfree/x.h"', "private"),
    ("http", '"private/nowhere.h"', "no folder"),
    ("io", '"../base/arena.h"', ".."),
    ("json", "<ramie/http.h>", "above"),
    ("base", '"nowhere/x.h"', "no folder"),
])
def test_a_wrong_include_is_seen(tmp_path, folder, include, why):
    """In a scratch copy: the check can fail."""
    for part in ("src", "include"):
        shutil.copytree(ROOT / part, tmp_path / part)
    before = violations(tmp_path)
    (tmp_path / "src" / folder / "scratch.c").write_text(f"// wrong\n#include {include}\n")
    added = [v for v in violations(tmp_path) if v not in before]
    assert len(added) == 1
    assert added[0].startswith(f"src/{folder}/scratch.c:2:") and why in added[0]
