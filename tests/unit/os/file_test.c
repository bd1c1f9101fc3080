// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

#include <pthread.h>
#include <sys/stat.h>

/// A file of `len` bytes in a place of its own; removed by remove_file.
static char path[64];

static void write_file(const char *bytes, size_t len)
{
    strcpy(path, "/tmp/ramie-file-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_status(ra__os_write_all(fd, (ra_str){bytes, len}), RA_OK);
    close(fd);
}

static void remove_file(void)
{
    assert_int_equal(unlink(path), 0);
}

static void a_file_is_read_whole_at_every_size(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 16383, 16384, 16385, 100000};
    for (size_t at = 0; at < COUNT_OF(sizes); at++) {
        char *bytes = ra__heap_alloc(sizes[at]);
        for (size_t i = 0; i < sizes[at]; i++)
            bytes[i] = (char)(i * 31);
        write_file(bytes, sizes[at]);
        RA_SCOPED(ra_buf, read_back, ra_buf_init(100000));
        assert_status(ra__os_file_read(path, &read_back), RA_OK);
        assert_int_equal(read_back.len, sizes[at]);
        assert_true(ra_str_equal(ra_buf_str(&read_back), (ra_str){bytes, sizes[at]}));
        remove_file();
        ra__heap_free(bytes);
    }
}

static void a_file_past_the_maximum_is_too_large(void **state)
{
    (void)state;
    write_file("0123456789", 10);
    RA_SCOPED(ra_buf, exact, ra_buf_init(10));
    RA_SCOPED(ra_buf, small, ra_buf_init(9));
    assert_status(ra__os_file_read(path, &exact), RA_OK);
    assert_status(ra__os_file_read(path, &small), RA_ERR_TOO_LARGE);
    remove_file();
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, out, ra_buf_init(100));
    assert_status(ra__os_file_read("/nonexistent/file", &out), RA_ERR_NOT_FOUND);
    assert_status(ra__os_file_read("/dev/null/file", &out), RA_ERR_NOT_FOUND);
    assert_status(ra__os_file_read("/tmp", &out), RA_ERR_IO);
}

static void read_forbidden(void *arg)
{
    RA_SCOPED(ra_buf, out, ra_buf_init(100));
    bool refused = setuid(65534) == 0 && ra__os_file_read(arg, &out) == RA_ERR_PERMISSION;
    if (!refused)
        abort();
}

static void a_forbidden_file_is_a_permission(void **state)
{
    (void)state;
    write_file("secret", 6);
    assert_int_equal(chmod(path, 0), 0);
    if (getuid() == 0) {
        assert_int_equal(signal_of_death(read_forbidden, path, -1), 0);
    } else {
        RA_SCOPED(ra_buf, out, ra_buf_init(100));
        assert_status(ra__os_file_read(path, &out), RA_ERR_PERMISSION);
    }
    remove_file();
}

static void no_memory_is_exhausted(void **state)
{
    (void)state;
    write_file("x", 1);
    heap_watch watch;
    RA_SCOPED(ra_buf, out, ra_buf_init(100));
    heap_watch_start(&watch, 1);
    ra_status status = ra__os_file_read(path, &out);
    heap_watch_stop(&watch);
    assert_status(status, RA_ERR_EXHAUSTED);
    remove_file();
}

enum { MUCH = 1 << 20 };

static void *read_all(void *arg)
{
    int fd = *(int *)arg;
    static size_t total;
    char chunk[5000];
    for (ssize_t got; (got = read(fd, chunk, sizeof chunk)) > 0;)
        total += (size_t)got;
    return &total;
}

/// More than a pipe holds, through one that is non-blocking: short writes, then EAGAIN.
static void write_all_waits_for_a_slow_reader(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, read_all, &ends[0]), 0);
    char *bytes = ra__heap_alloc_zeroed(1, MUCH);
    assert_status(ra__os_write_all(ends[1], (ra_str){bytes, MUCH}), RA_OK);
    close(ends[1]);
    void *total;
    pthread_join(reader, &total);
    assert_int_equal(*(size_t *)total, MUCH);
    ra__heap_free(bytes);
    close(ends[0]);
}

static void write_all_to_nobody_is_an_error(void **state)
{
    (void)state;
    assert_status(ra__os_write_all(-1, RA_STR("x")), RA_ERR_IO);
    assert_status(ra__os_write_all(-1, RA_STR("")), RA_OK);
}

static void print_is_one_write_and_cut_at_4_kib(void **state)
{
    (void)state;
    int ends[2];
    char got[10000], text[6000];
    assert_int_equal(pipe(ends), 0);
    ra__os_print(ends[1], "listening on %s:%d\n", "127.0.0.1", 8080);
    ssize_t len = read(ends[0], got, sizeof got);
    assert_text(((ra_str){got, (size_t)len}), "listening on 127.0.0.1:8080\n");
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    ra__os_print(ends[1], "%s", text);
    assert_in_range(read(ends[0], got, sizeof got), 4000, 4096);
    close(ends[0]);
    close(ends[1]);
}

static void a_pipe_and_a_closed_descriptor_are_no_terminals(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_false(ra__os_is_terminal(ends[0]));
    close(ends[0]);
    close(ends[1]);
    assert_false(ra__os_is_terminal(-1));
    int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) {
        assert_true(ra__os_is_terminal(terminal));
        close(terminal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole_at_every_size),
        cmocka_unit_test(a_file_past_the_maximum_is_too_large),
        cmocka_unit_test(what_cannot_be_read_says_why),
        cmocka_unit_test(a_forbidden_file_is_a_permission),
        cmocka_unit_test(no_memory_is_exhausted),
        cmocka_unit_test(write_all_waits_for_a_slow_reader),
        cmocka_unit_test(write_all_to_nobody_is_an_error),
        cmocka_unit_test(print_is_one_write_and_cut_at_4_kib),
        cmocka_unit_test(a_pipe_and_a_closed_descriptor_are_no_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
