# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tree as the checks see it: where it lies, its layers, its files."""
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RAMIE_BUILD_DIR", ROOT / "build/release"))

# A folder uses only lower numbers. Gaps are for folders that come later (rpc, jobs: 6).
LAYERS = {"base": 0, "os": 1, "bind": 1, "fiber": 2, "json": 2, "io": 3, "obs": 4, "http": 5, "sql": 5, "app": 7, "test": 8}

# Public headers and the folder that implements each.
PUBLIC = {
    "base.h": "base", "bind.h": "bind", "fiber.h": "fiber", "json.h": "json", "log.h": "obs",
    "http.h": "http", "sql.h": "sql", "app.h": "app", "ramie.h": "app", "test.h": "test",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path):
    """(quoted, name, line number) of each #include of a file."""
    text = path.read_text()
    for match in INCLUDE.finditer(text):
        yield match[1] == '"', match[2], text.count("\n", 0, match.start()) + 1


def sources(root, *suffixes):
    """Our source files below a folder, in a stable order."""
    return sorted(p for p in root.rglob("*") if p.suffix in suffixes and p.is_file())
