// SPDX-License-Identifier: MIT OR Apache-2.0
// signal: TERM, INT, HUP and QUIT as a descriptor that one thread waits on; PIPE ignored.
//
// One owner a process: open blocks the signals for the calling thread and those it starts, close
// restores what was.
#include "base/assert.h"
#include "os/os.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <unistd.h>

static _Atomic bool owned;
// Written by the owner between open and close only.
static sigset_t mask_before;
static struct sigaction pipe_before;

static sigset_t owned_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGQUIT);
    return set;
}

int ra__os_signals_open(void)
{
    RA_CHECK(!atomic_exchange(&owned, true), "the signals have an owner already");
    sigset_t set = owned_signals();
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) {
        atomic_store(&owned, false);
        return -1;
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    pthread_sigmask(SIG_BLOCK, &set, &mask_before);
    sigaction(SIGPIPE, &ignore, &pipe_before);
    return fd;
}

void ra__os_signals_close(int fd)
{
    if (fd < 0)
        return;
    struct signalfd_siginfo late;
    while (read(fd, &late, sizeof late) > 0) {
        // A second TERM during the shutdown has its wish; unblocked, it would kill.
    }
    (void)close(fd);
    sigaction(SIGPIPE, &pipe_before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
    atomic_store(&owned, false);
}

static ra__signal signal_of(uint32_t number)
{
    switch (number) {
    case SIGTERM:
        return RA__SIGNAL_TERM;
    case SIGINT:
        return RA__SIGNAL_INT;
    case SIGHUP:
        return RA__SIGNAL_HUP;
    default:
        return RA__SIGNAL_QUIT;
    }
}

ra__signal ra__os_signals_wait(int fd, int doorbell)
{
    struct pollfd waited[] = {{.fd = fd, .events = POLLIN}, {.fd = doorbell, .events = POLLIN}};
    for (;;) {
        struct signalfd_siginfo info;
        if (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
            return signal_of(info.ssi_signo);
        if (waited[1].revents)
            return RA__SIGNAL_NONE;
        int ready = poll(waited, 2, -1); // a negative descriptor is passed over
        RA_CHECK(ready > 0 || errno == EINTR, "cannot wait for signals: error %d", errno);
    }
}
