# SPDX-License-Identifier: MIT OR Apache-2.0
"""One seam to the world: only src/os and src/io refer to system calls, only src/base to malloc.

Read from the objects with nm, so that no macro and no inline function of a header hides a call. What libsqlite3 itself
calls does not count: it comes in through our own VFS.
"""
import re
import subprocess

import pytest
from tree import BUILD, LAYERS

SYSTEM = set("""
    read readv pread preadv write writev pwrite pwritev send sendto sendmsg recv recvfrom recvmsg
    open openat openat2 creat close fsync fdatasync ftruncate lseek unlink rename mkdir stat fstat lstat access
    socket socketpair accept accept4 bind listen connect shutdown getsockopt setsockopt getsockname getpeername
    getaddrinfo poll ppoll select pselect eventfd timerfd_create timerfd_settime signalfd pipe pipe2 dup dup2 dup3 fcntl ioctl
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
    mmap mmap64 munmap mprotect madvise mremap mlock
    clock_gettime clock_nanosleep gettimeofday time nanosleep usleep sleep localtime gmtime
    getrandom getentropy rand random srand srandom arc4random
    fopen fdopen freopen fclose fread fwrite fgets fputs fputc puts putchar printf fprintf vprintf vfprintf dprintf perror
    fork vfork execve execvp system syscall kill raise sigaction signal sigaltstack pthread_sigmask sigprocmask
    sysconf sched_getaffinity getrlimit setrlimit getpid
""".split())
HEAP = set("malloc calloc realloc free reallocarray posix_memalign aligned_alloc memalign strdup strndup asprintf vasprintf".split())

# What a folder may use all the same, and why.
ALLOWED = {
    "base": {"dprintf"},  # the trap says its reason before it dies: nothing above base could say it
}


def plain(symbol):
    """open64, __open_2, __read_chk -> open, open, read."""
    symbol = symbol.split("@")[0]
    fortified = re.fullmatch(r"__(\w+)_chk", symbol)
    symbol = fortified[1] if fortified else symbol
    symbol = re.sub(r"^__(\w+)_2$", r"\1", symbol)
    return re.sub(r"(?<=[a-z])64(_2)?$", "", symbol)


def undefined(archive):
    """(object, symbol) of each undefined symbol of an archive."""
    object_name = None
    for line in subprocess.run(["nm", "-u", archive], check=True, capture_output=True, text=True).stdout.splitlines():
        if line.endswith(":"):
            object_name = line[:-1]
        elif line.strip():
            yield object_name, line.split()[-1]


def refers(folder, forbidden):
    archive = BUILD / f"libramie_{folder}.a"
    allowed = ALLOWED.get(folder, set())
    return [
        f"src/{folder}: {object_name} calls {symbol}"
        for object_name, symbol in undefined(archive)
        if plain(symbol) in forbidden - allowed
    ]


@pytest.mark.parametrize("folder", [f for f in LAYERS if f not in ("os", "io")])
def test_only_os_and_io_call_the_system(folder):
    assert refers(folder, SYSTEM) == []


@pytest.mark.parametrize("folder", [f for f in LAYERS if f != "base"])
def test_only_base_calls_malloc(folder):
    assert refers(folder, HEAP) == []


def test_a_call_is_seen(tmp_path):
    """The check can fail, through macros, inline functions and fortified names."""
    (tmp_path / "x.c").write_text(
        "#include <unistd.h>\n#include <fcntl.h>\n#include <stdio.h>\n#include <time.h>\n"
        "long f(char *p, int n); long f(char *p, int n) { printf(\"%d\", n); return read(open(p, n), p, (size_t)n) + time(0); }\n")
    subprocess.run(["gcc", "-O2", "-D_FORTIFY_SOURCE=2", "-D_FILE_OFFSET_BITS=64", "-Wno-unused-result",
                    "-c", "x.c", "-o", "x.o"], cwd=tmp_path, check=True)
    subprocess.run(["ar", "rcD", "libx.a", "x.o"], cwd=tmp_path, check=True)
    seen = {plain(symbol) for _, symbol in undefined(tmp_path / "libx.a")} & SYSTEM
    assert seen == {"read", "open", "printf", "time"}
