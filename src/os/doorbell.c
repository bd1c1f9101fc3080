// SPDX-License-Identifier: MIT OR Apache-2.0
// doorbell: an eventfd. Ringing twice before it is cleared is one ring.
#include "os/os.h"

#include <sys/eventfd.h>
#include <unistd.h>

int ra__os_doorbell_open(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void ra__os_doorbell_ring(int fd)
{
    // Fails only when the counter is full: then it rings already.
    (void)!eventfd_write(fd, 1);
}

void ra__os_doorbell_clear(int fd)
{
    eventfd_t rings;
    (void)!eventfd_read(fd, &rings);
}

void ra__os_doorbell_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}
