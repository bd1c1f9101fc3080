// SPDX-License-Identifier: MIT OR Apache-2.0
// The ceiling: what an HTTP answer costs when nothing is done but epoll, read and write.
//
// ceiling ANSWER-FILE [THREADS]: listens on a port of the kernel's choice of 127.0.0.1, prints it,
// and answers each request with the bytes of the file. One loop a thread, a listening socket each
// (SO_REUSEPORT), no parsing beyond counting "\r\n\r\n". bench/run.py writes into the file what
// Ramie's `hello` has answered, so both send the same bytes.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 4096, REQUEST_BYTES_MAX = 16384, EVENTS_MAX = 64, PIPELINED_MAX = 64 };

static char answer[ANSWER_BYTES_MAX];
static size_t answer_bytes;
static uint16_t port; // network order; 0 until the first socket listens

static void check(int result, const char *what)
{
    if (result >= 0)
        return;
    perror(what);
    exit(1);
}

static int listen_on_port(void)
{
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    check(fd, "socket");
    check(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");

    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    check(bind(fd, (struct sockaddr *)&address, bytes), "bind");
    check(listen(fd, 1024), "listen");
    check(getsockname(fd, (struct sockaddr *)&address, &bytes), "getsockname");
    port = address.sin_port;
    return fd;
}

static size_t count_requests(const char *bytes, size_t len)
{
    size_t count = 0;
    const char *end = bytes + len;
    for (const char *at = bytes; (at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)); at += 4)
        count++;
    return count;
}

// false: the connection is over. A request cut in two by the network does not happen with these
// loads.
static int answer_all(int fd)
{
    char request[REQUEST_BYTES_MAX];
    ssize_t got = recv(fd, request, sizeof request, 0);
    if (got < 0)
        return errno == EAGAIN;
    char out[PIPELINED_MAX * ANSWER_BYTES_MAX / 8];
    size_t count = count_requests(request, (size_t)got), len = 0;
    for (size_t i = 0; i < count && len + answer_bytes <= sizeof out; i++) {
        memcpy(out + len, answer, answer_bytes);
        len += answer_bytes;
    }
    return got > 0 && send(fd, out, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static void accept_all(int epoll, int listener)
{
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
}

static void *loop(void *arg)
{
    int listener = (int)(intptr_t)arg;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    check(epoll, "epoll_create1");
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");

    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == listener)
                accept_all(epoll, listener);
            else if (!answer_all(events[i].data.fd))
                close(events[i].data.fd);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    check(file ? 0 : -1, "usage: ceiling ANSWER-FILE [THREADS]");
    answer_bytes = fread(answer, 1, sizeof answer, file);
    fclose(file);

    int threads = argc > 2 ? atoi(argv[2]) : 1;
    int first = listen_on_port();
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, loop, (void *)(intptr_t)listen_on_port());
    }
    printf("ceiling listens on http://127.0.0.1:%d\n", ntohs(port));
    fflush(stdout);
    loop((void *)(intptr_t)first);
}
