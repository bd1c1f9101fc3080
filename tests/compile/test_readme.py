# SPDX-License-Identifier: MIT OR Apache-2.0
"""The C blocks of the README and of docs/ compile as printed; README's first program runs and answers."""
import json
import os
import pathlib
import re
import subprocess
import urllib.request

import pytest
from contract import ROOT, TEMPLATE, compile_c

BUILD = pathlib.Path(os.environ.get("RAMIE_BUILD_DIR", ROOT / "build/release"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page):
    """The C blocks of a page. One without #include continues what is above it: it is compiled after the page's first lines."""
    return re.findall(r"^```c\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def whole_programs():
    return [(page, number, text) for page in PAGES for number, text in enumerate(blocks(page)) if "#include" in text]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("page, number, text", whole_programs(), ids=lambda v: getattr(v, "stem", v if isinstance(v, int) else ""))
def test_block_compiles(tmp_path, page, number, text, compiler):
    (tmp_path / "block.c").write_text(text)
    done = compile_c(compiler, "-std=c17", *TEMPLATE, "-Werror", f"-I{ROOT / 'include'}", "-c", "-o", tmp_path / "block.o",
                     tmp_path / "block.c")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def first_program(tmp_path):
    """README's first program as printed, built, serving on a port of the kernel's choice; its address."""
    (tmp_path / "first.c").write_text(blocks(ROOT / "README.md")[0])
    done = compile_c("gcc", *TEMPLATE, f"-I{ROOT / 'include'}", "-o", tmp_path / "first", tmp_path / "first.c",
                     BUILD / "libramie.a", "-lsqlite3", "-lm", "-pthread")
    assert done.returncode == 0, done.stderr
    process = subprocess.Popen([tmp_path / "first", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    line = process.stdout.readline()
    yield re.search(r"http://\S+", line)[0]
    process.terminate()
    assert process.wait(20) == 0


def test_the_first_program_answers_as_the_readme_says(first_program):
    request = urllib.request.Request(f"{first_program}/items", b'{"name":"tea","price":100}',
                                     {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 201
        assert json.load(answer) == {"id": 1, "status": "created", "tax": 19}


def test_every_file_the_pages_name_is_there():
    """Links and paths in backquotes that look like ours."""
    missing = []
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]:
        text = page.read_text()
        links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
        missing += [f"{page.name}: {link}" for link in links if link and not (page.parent / link).exists()]
        paths = re.findall(r"`((?:src|docs|tests|tools|bench|examples|include|cmake|packaging)/[\w./-]+)`", text)
        missing += [f"{page.name}: {path}" for path in paths if not (ROOT / path).exists()]
    assert missing == []
