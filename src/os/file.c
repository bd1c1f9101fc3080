// SPDX-License-Identifier: MIT OR Apache-2.0
// file: whole files and standard streams, for start-up and for last words. All of it blocks.
#include "os/os.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { READ_BYTES = 16 << 10, PRINT_BYTES_MAX = 4 << 10 };

static ra_status status_of_open(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return RA_ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return RA_ERR_PERMISSION;
    default:
        return RA_ERR_IO;
    }
}

/// One read; *end says that there was nothing more.
static ra_status read_some(int fd, ra_buf *out, bool *end)
{
    char chunk[READ_BYTES];
    ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0)
        return errno == EINTR ? RA_OK : RA_ERR_IO;
    *end = got == 0;
    return ra_buf_append(out, (ra_str){chunk, (size_t)got});
}

ra_status ra__os_file_read(const char *path, ra_buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_of_open(errno);
    ra_status status = RA_OK;
    for (bool end = false; status == RA_OK && !end;)
        status = read_some(fd, out, &end);
    (void)close(fd);
    return status;
}

/// Somebody else may have made our standard stream non-blocking: it is one object for all who
/// inherited it.
static bool may_write_again(int fd, int error)
{
    if (error == EAGAIN) {
        struct pollfd waited = {.fd = fd, .events = POLLOUT};
        return poll(&waited, 1, -1) > 0 || errno == EINTR;
    }
    return error == EINTR;
}

ra_status ra__os_write_all(int fd, ra_str bytes)
{
    while (bytes.len > 0) {
        ssize_t written = write(fd, bytes.ptr, bytes.len);
        if (written < 0 && !may_write_again(fd, errno))
            return RA_ERR_IO;
        if (written > 0)
            bytes = (ra_str){bytes.ptr + written, bytes.len - (size_t)written};
    }
    return RA_OK;
}

bool ra__os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

void ra__os_print(int fd, const char *format, ...)
{
    char text[PRINT_BYTES_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len > 0) {
        size_t kept = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
        RA_DISCARD(ra__os_write_all(fd, (ra_str){text, kept})); // who cannot print cannot say so
    }
}
