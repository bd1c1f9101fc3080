// SPDX-License-Identifier: MIT OR Apache-2.0
// Tests of the thread: nothing here sleeps; ends of pipes are awaited.
#include "obs/support.h"

#include "obs/private/writer.h"

enum { LINES = 5000, PRODUCERS = 4 };

typedef struct {
    ra__queue queues[2];
    ra__writer writer;
    test_pipe pipe;
} fixture;

static void begin(fixture *f, size_t bytes)
{
    f->pipe = test_pipe_open();
    for (unsigned i = 0; i < 2; i++)
        assert_true(ra__queue_init(&f->queues[i], bytes));
    f->writer = (ra__writer){
        .queues = f->queues, .queue_count = 2, .fd = f->pipe.write_fd, .style = RA__LINE_JSON};
    assert_int_equal(ra__writer_start(&f->writer), RA_OK);
}

static char *finish(fixture *f)
{
    assert_true(ra__writer_stop(&f->writer, RA_SECONDS(20)));
    for (unsigned i = 0; i < 2; i++)
        ra__queue_deinit(&f->queues[i]);
    return test_pipe_read_all(&f->pipe);
}

static void a_line_put_while_the_writer_sleeps_is_written(void **state)
{
    (void)state;
    fixture f;
    begin(&f, 4096);
    for (int i = 0; i < 20; i++) { // whether it sleeps, dozes or works at that moment
        char back[2] = {0};
        assert_true(ra__queue_put(&f.queues[i % 2], RA_STR("x\n")));
        ra__writer_nudge(&f.writer);
        for (size_t got = 0; got < 2;)
            got += (size_t)read(f.pipe.read_fd, back + got, 2 - got);
        assert_memory_equal(back, "x\n", 2);
    }
    free(finish(&f));
}

static void stopping_writes_what_is_left(void **state)
{
    (void)state;
    fixture f;
    begin(&f, 4096);
    assert_true(ra__queue_put(&f.queues[0], RA_STR("one\n")));
    assert_true(ra__queue_put(&f.queues[1], RA_STR("two\n")));
    char *text = finish(&f);
    assert_string_equal(text, "one\ntwo\n");
    free(text);
}

typedef struct {
    fixture *f;
    unsigned refused;
} producer;

static void *produce(void *arg)
{
    producer *p = arg;
    for (int i = 0; i < LINES; i++) {
        p->refused += !ra__queue_put(&p->f->queues[i % 2], RA_STR("0123456789\n"));
        ra__writer_nudge(&p->f->writer);
    }
    return NULL;
}

static void *swallow(void *arg)
{
    return test_pipe_read_all(arg);
}

static void lines_of_many_threads_are_written_whole_or_counted(void **state)
{
    (void)state;
    fixture f;
    pthread_t threads[PRODUCERS], reader;
    producer producers[PRODUCERS];
    begin(&f, 8192);
    test_pipe ends = {f.pipe.read_fd, dup(f.pipe.write_fd)};
    assert_int_equal(pthread_create(&reader, NULL, swallow, &ends), 0);
    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = (producer){.f = &f};
        assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
    }
    unsigned refused = 0;
    for (int i = 0; i < PRODUCERS; i++) {
        pthread_join(threads[i], NULL);
        refused += producers[i].refused;
    }
    assert_true(ra__writer_stop(&f.writer, RA_SECONDS(20)));
    assert_int_equal(ra__writer_dropped(&f.writer), refused);
    close(f.pipe.write_fd);
    void *text = NULL;
    pthread_join(reader, &text);
    unsigned whole = 0, told = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        unsigned lines = 0;
        if (strcmp(line, "0123456789") == 0)
            whole++;
        else if (sscanf(strstr(line, "\"lines\":"), "\"lines\":%u", &lines) == 1)
            told += lines;
        else
            fail_msg("a torn line: %s", line);
    }
    free(text);
    for (unsigned i = 0; i < 2; i++)
        ra__queue_deinit(&f.queues[i]);
    assert_int_equal(whole, LINES * PRODUCERS - refused);
    assert_int_equal(told, refused);
}

static void dropped_lines_are_told_once(void **state)
{
    (void)state;
    fixture f;
    begin(&f, 4);
    assert_false(ra__queue_put(&f.queues[0], RA_STR("too long\n")));
    assert_false(ra__queue_put(&f.queues[1], RA_STR("too long\n")));
    ra__writer_nudge(&f.writer);
    char *text = finish(&f);
    assert_int_equal(count_lines(text), 1);
    assert_non_null(strstr(text, "\"level\":\"WARN\""));
    assert_non_null(strstr(text, "\"lines\":2}"));
    free(text);
}

/// A pipe that nobody reads: the service ends all the same.
static void a_descriptor_that_takes_nothing_is_given_up(void **state)
{
    (void)state;
    fixture *f = calloc(1, sizeof *f); // stays with its thread
    begin(f, 1 << 20);
    static char line[4096];
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 128; i++)
        assert_true(ra__queue_put(&f->queues[0], (ra_str){line, sizeof line}));
    ra__writer_nudge(&f->writer);
    assert_false(ra__writer_stop(&f->writer, RA_MS(50)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_put_while_the_writer_sleeps_is_written),
        cmocka_unit_test(stopping_writes_what_is_left),
        cmocka_unit_test(lines_of_many_threads_are_written_whole_or_counted),
        cmocka_unit_test(dropped_lines_are_told_once),
        cmocka_unit_test(a_descriptor_that_takes_nothing_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
