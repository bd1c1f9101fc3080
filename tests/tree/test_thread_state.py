# SPDX-License-Identifier: MIT OR Apache-2.0
"""The fibers of a shard share its thread, and with it errno, the locale and all that C keeps per thread.

What one fiber left there another one would find after a suspension. So errno is read where the system is called, in the
folders that never suspend between the call and the look, and nobody uses what else is kept per thread or process. Nor
is a stack left by other means than the one switch: what unwinds or jumps does not know fibers. (Read from the objects.)
"""
import pytest
from test_seam import undefined
from tree import BUILD, LAYERS

ERRNO = {"__errno_location"}
KEPT_PER_THREAD = set("setlocale uselocale newlocale strtok strerror asctime ctime pthread_setspecific".split())
JUMPS = set("setjmp _setjmp __sigsetjmp longjmp siglongjmp __longjmp_chk getcontext setcontext makecontext swapcontext".split())
UNWINDS = set("backtrace backtrace_symbols backtrace_symbols_fd _Unwind_Backtrace".split())


def used(folder, symbols):
    return [f"src/{folder}: {name} uses {symbol}" for name, symbol in undefined(BUILD / f"libramie_{folder}.a")
            if symbol.split("@")[0] in symbols]


@pytest.mark.parametrize("folder", [f for f in LAYERS if f not in ("os", "io")])
def test_errno_is_looked_at_by_os_and_io_alone(folder):
    assert used(folder, ERRNO) == []


def test_errno_is_looked_at_by_somebody():
    assert used("os", ERRNO) and used("io", ERRNO)


@pytest.mark.parametrize("folder", LAYERS)
def test_nobody_keeps_anything_in_the_thread(folder):
    assert used(folder, KEPT_PER_THREAD) == []


@pytest.mark.parametrize("folder", LAYERS)
def test_nobody_jumps_or_unwinds(folder):
    assert used(folder, JUMPS | UNWINDS) == []
