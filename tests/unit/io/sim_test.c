// SPDX-License-Identifier: MIT OR Apache-2.0
// The simulation itself: what the seed decides, what it leaves alone, and that time is its own.
#include "io/world.h"

#include "io/private/random.h"

#include <sys/wait.h>
#include <unistd.h>

// ---- a small town: clients on every shard talk to an echo service on every shard

enum { SHARDS = 3, CLIENTS = 12, MESSAGES = 5 };

typedef struct town town;
typedef struct {
    town *town;
    unsigned number;
    ra__msg msg;
} resident;

struct town {
    ra__sim *sim;
    ra__addr addr;
    ra__listener *listeners[SHARDS];
    resident clients[CLIENTS];
    unsigned ended, served, broken, answered[SHARDS];
    ra_status unexpected;
};

typedef struct {
    ra__raw raw;
    town *town;
} visit;

static ra_status serve(ra_ctx *ctx, void *arg)
{
    visit v = *(visit *)arg;
    ra__sock *sock = ra__sock_adopt(ctx->shard, v.raw);
    char text[64];
    size_t got = 0;
    ra__heap_free(arg);
    if (!sock)
        return RA_ERR_EXHAUSTED;
    for (;;) {
        ra_status status = ra__sock_read(ctx, sock, text, sizeof text, &got);
        if (status != RA_OK || got == 0)
            break;
        if (ra__sock_write_all(ctx, sock, text, got) != RA_OK)
            break;
        v.town->answered[ra__shard_index(ctx->shard)]++;
    }
    ra__sock_close(sock, false);
    return RA_OK;
}

static void on_visit(void *arg, ra__raw raw, const ra__addr *peer)
{
    (void)peer;
    visit *v = ra__heap_alloc(sizeof *v);
    ra__spawn_opts opts = {.name = "serve", .file = __FILE__, .line = __LINE__};
    *v = (visit){raw, arg};
    if (!ra__spawn(ra__shard_self(), serve, v, &opts))
        abort();
}

static ra_status converse(ra_ctx *ctx, ra__sock *sock, unsigned number)
{
    char said[32], heard[32];
    for (int i = 0; i < MESSAGES; i++) {
        int len = snprintf(said, sizeof said, "client %u says %d", number, i);
        RA_TRY(ra__sock_write_all(ctx, sock, said, (size_t)len));
        RA_TRY(read_exactly(ctx, sock, heard, (size_t)len));
        if (memcmp(said, heard, (size_t)len) != 0)
            return RA_ERR_DECODE;
        RA_TRY(ra_sleep(ctx, RA_MS(1 + (int64_t)(ra_random(ctx) % 10))));
    }
    return RA_OK;
}

static ra_status visit_town(ra_ctx *ctx, void *arg)
{
    resident *r = arg;
    ra__sock *sock;
    ra_status status = ra__sock_connect(ctx, &r->town->addr, &sock);
    if (status == RA_OK) {
        status = converse(ctx, sock, r->number);
        ra__sock_close(sock, false);
    }
    if (status == RA_OK)
        r->town->served++;
    else if (status == RA_ERR_CLOSED || status == RA_ERR_UNAVAILABLE)
        r->town->broken++;
    else
        r->town->unexpected = status;
    r->town->ended++;
    return status;
}

static void settle_down(ra__msg *msg)
{
    resident *r = (resident *)(void *)((char *)msg - offsetof(resident, msg));
    ra__spawn_opts opts = {.name = "visit_town", .file = __FILE__, .line = __LINE__};
    if (!ra__spawn(ra__shard_self(), visit_town, r, &opts))
        abort();
}

static bool all_ended(void *arg)
{
    return ((town *)arg)->ended == CLIENTS;
}

static bool none_alive(void *arg)
{
    town *t = arg;
    for (unsigned i = 0; i < SHARDS; i++)
        if (ra__shard_fiber_count(ra__runtime_shard(ra__sim_runtime(t->sim), i)) > 0)
            return false;
    return true;
}

static void town_open(town *t, const ra__sim_opts *opts)
{
    *t = (town){.addr = {"127.0.0.1", 8080}};
    assert_int_equal(ra__sim_new(&t->sim, opts), RA_OK);
    ra__runtime *runtime = ra__sim_runtime(t->sim);
    ra__listen_opts listen_opts = {.accepted = on_visit, .arg = t};
    for (unsigned i = 0; i < SHARDS; i++)
        assert_int_equal(ra__listen(ra__runtime_shard(runtime, i), &t->addr, i == 0, &listen_opts,
                                    &t->listeners[i]),
                         RA_OK);
    for (unsigned i = 0; i < CLIENTS; i++) {
        t->clients[i] = (resident){.town = t, .number = i, .msg.fn = settle_down};
        ra__shard_post(ra__runtime_shard(runtime, i % SHARDS), &t->clients[i].msg);
    }
}

static void town_run(town *t)
{
    assert_true(ra__sim_run(t->sim, all_ended, t, 1000000));
    for (unsigned i = 0; i < SHARDS; i++)
        ra__listener_close(t->listeners[i]);
    assert_true(ra__sim_run(t->sim, none_alive, t, 1000000));
}

/// Nothing is left, and the trace.
static uint64_t town_close(town *t)
{
    uint64_t hash = ra__sim_trace_hash(t->sim);
    assert_int_equal(t->unexpected, RA_OK);
    assert_int_equal(t->served + t->broken, CLIENTS);
    assert_int_equal(ra__sim_open_sockets(t->sim), 0);
    ra__sim_free(t->sim);
    return hash;
}

static const ra__sim_faults all_faults = {
    .partial_read = 300,
    .partial_write = 300,
    .reset = 5,
    .delay = 200,
    .cancel_race = 300,
    .accept = 50,
    .delay_ns_max = RA_MS(20),
};

static uint64_t town_life(uint64_t seed, const ra__sim_faults *faults, unsigned *broken)
{
    static town t;
    ra__sim_opts opts = {.seed = seed, .shards = SHARDS};
    if (faults)
        opts.faults = *faults;
    town_open(&t, &opts);
    town_run(&t);
    if (broken)
        *broken = t.broken;
    return town_close(&t);
}

// ---- what the seed decides

static void the_same_seed_gives_the_same_trace(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        assert_int_equal(town_life(seed, &all_faults, NULL), town_life(seed, &all_faults, NULL));
}

static void another_seed_gives_another_trace(void **state)
{
    (void)state;
    uint64_t hashes[20];
    for (uint64_t seed = 0; seed < 20; seed++) {
        hashes[seed] = town_life(seed, &all_faults, NULL);
        for (uint64_t earlier = 0; earlier < seed; earlier++)
            assert_int_not_equal(hashes[seed], hashes[earlier]);
    }
}

static void another_process_at_other_addresses_sees_the_same_trace(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        void *shift[100];
        for (int i = 0; i < 100; i++)
            shift[i] = ra__heap_alloc((size_t)(i * 77 + 1));
        uint64_t hash = town_life(7, &all_faults, NULL);
        for (int i = 0; i < 100; i++)
            ra__heap_free(shift[i]);
        _exit(write(ends[1], &hash, sizeof hash) == sizeof hash ? 0 : 1);
    }
    uint64_t theirs = 0;
    int result;
    assert_int_equal(read(ends[0], &theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(theirs, town_life(7, &all_faults, NULL));
    close(ends[0]);
    close(ends[1]);
}

static void a_world_without_faults_breaks_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        unsigned broken;
        town_life(seed, NULL, &broken);
        assert_int_equal(broken, 0);
    }
}

static void resets_happen_and_are_reported(void **state)
{
    (void)state;
    unsigned broken_in_all = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        unsigned broken;
        town_life(seed, &all_faults, &broken);
        broken_in_all += broken;
    }
    assert_in_range(broken_in_all, 1, 50 * CLIENTS - 1);
}

static void every_shard_gets_connections(void **state)
{
    (void)state;
    for (int calm = 0; calm < 2; calm++) {
        static town t;
        ra__sim_opts opts = {.seed = 3, .shards = SHARDS, .calm = calm};
        town_open(&t, &opts);
        town_run(&t);
        for (unsigned i = 0; i < SHARDS; i++)
            assert_true(t.answered[i] > 0);
        town_close(&t);
    }
}

static void a_calm_world_does_not_ask_its_seed(void **state)
{
    (void)state;
    static town t;
    uint64_t steps[2];
    for (uint64_t seed = 0; seed < 2; seed++) {
        ra__sim_opts opts = {.seed = seed, .shards = SHARDS, .calm = true};
        town_open(&t, &opts);
        // Only the clients' own pauses differ between two seeds, so look before the first of them
        // ends.
        ra__sim_advance(t.sim, RA_MS(1) - 1);
        steps[seed] = ra__sim_steps(t.sim);
        town_run(&t);
        town_close(&t);
    }
    assert_int_equal(steps[0], steps[1]);
}

// ---- time

static ra_status sleep_a_year(ra_ctx *ctx, void *arg)
{
    world *w = arg;
    ra_time before = ra_now(ctx);
    int64_t mono = ra_monotonic_ns(ctx);
    RA_TRY(ra_sleep(ctx, RA_HOURS(24 * 365)));
    EXPECT_EQUAL(ra_now(ctx).unix_ns - before.unix_ns, RA_HOURS(24 * 365));
    EXPECT_EQUAL(ra_monotonic_ns(ctx) - mono, RA_HOURS(24 * 365));
    ra__sim_set_wall(w->sim, (ra_time){42});
    EXPECT_EQUAL(ra_now(ctx).unix_ns, 42);
    RA_TRY(ra_sleep(ctx, RA_MS(1)));
    EXPECT_EQUAL(ra_now(ctx).unix_ns, 42 + RA_MS(1));
    return RA_OK;
}

static void time_is_virtual_and_moves_only_when_all_is_idle(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_SIM, 2);
    world_run(&w, sleep_a_year, &w);
    world_close(&w);
}

static void the_wall_clock_starts_where_it_is_told_to(void **state)
{
    (void)state;
    ra__sim *sim;
    ra__sim_opts opts = {.shards = 1, .now = {1234567890}};
    assert_int_equal(ra__sim_new(&sim, &opts), RA_OK);
    const ra__clock *clock = ra__runtime_clock(ra__sim_runtime(sim));
    assert_int_equal(clock->wall_ns(clock->world), 1234567890);
    ra__sim_advance(sim, 10);
    assert_int_equal(clock->wall_ns(clock->world), 1234567900);
    ra__sim_free(sim);
}

typedef struct {
    ra__timer timer; // first
    ra__sim *sim;
    int64_t fired_ns;
    unsigned order;
} alarm_at;
static unsigned alarms;

static void ring(ra__timer *timer)
{
    alarm_at *a = (alarm_at *)(void *)timer;
    const ra__clock *clock = ra__runtime_clock(ra__sim_runtime(a->sim));
    a->fired_ns = clock->monotonic_ns(clock->world);
    a->order = ++alarms;
}

static void advancing_fires_what_is_due_meanwhile_in_order(void **state)
{
    (void)state;
    ra__sim *sim;
    ra__sim_opts opts = {.shards = 2, .extras = 1, .seed = 9};
    alarms = 0;
    assert_int_equal(ra__sim_new(&sim, &opts), RA_OK);
    ra__runtime *runtime = ra__sim_runtime(sim);
    const ra__clock *clock = ra__runtime_clock(runtime);
    int64_t start = clock->monotonic_ns(clock->world);
    alarm_at late = {.sim = sim}, early = {.sim = sim}, beyond = {.sim = sim};
    late.timer.fn = early.timer.fn = beyond.timer.fn = ring;
    ra__timer_arm(ra__runtime_shard(runtime, 0), &late.timer, start + RA_MS(20));
    ra__timer_arm(ra__runtime_shard(runtime, 1), &early.timer, start + RA_MS(10));
    ra__timer_arm(ra__runtime_shard(runtime, 2), &beyond.timer, start + RA_MS(31));
    ra__sim_advance(sim, RA_MS(30));
    assert_int_equal(clock->monotonic_ns(clock->world), start + RA_MS(30));
    assert_int_equal(early.order, 1);
    assert_int_equal(early.fired_ns, start + RA_MS(10));
    assert_int_equal(late.order, 2);
    assert_int_equal(late.fired_ns, start + RA_MS(20));
    assert_int_equal(beyond.order, 0);
    assert_true(ra__sim_step(sim));
    while (ra__sim_step(sim))
        ;
    assert_int_equal(beyond.order, 3); // the extra shard has a clock, too
    assert_false(ra__sim_step(sim));
    ra__sim_free(sim);
}

static ra_status never_rest(ra_ctx *ctx, void *arg)
{
    bool *stop = arg;
    while (!*stop)
        RA_TRY(ra_yield(ctx));
    return RA_OK;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static void steps_are_bounded(void **state)
{
    (void)state;
    ra__sim *sim;
    ra__sim_opts opts = {.shards = 1};
    bool stop = false;
    ra__spawn_opts spawn_opts = {.name = "never_rest", .file = __FILE__, .line = __LINE__};
    assert_int_equal(ra__sim_new(&sim, &opts), RA_OK);
    assert_non_null(
        ra__spawn(ra__runtime_shard(ra__sim_runtime(sim), 0), never_rest, &stop, &spawn_opts));
    assert_false(ra__sim_run(sim, never, NULL, 1000));
    assert_int_equal(ra__sim_steps(sim), 1000);
    stop = true;
    assert_false(ra__sim_run(sim, never, NULL, 1000)); // nothing left to do
    ra__sim_free(sim);
}

// ---- failures on demand, the trace, the seed

static ra_status fail_second_write_of_the_world(ra_ctx *ctx, void *arg)
{
    world *w = arg;
    static hall h;
    ra__sock *client, *server;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sim_fail(w->sim, RA__OP_WRITE, 2, RA_ERR_CLOSED);
    RA_TRY(ra__sock_write_all(ctx, client, "a", 1));
    EXPECT_EQUAL(ra__sock_write_all(ctx, server, "b", 1), RA_ERR_CLOSED);
    RA_TRY(ra__sock_write_all(ctx, server, "c", 1));
    ra__sock_close(client, true);
    ra__sock_close(server, true);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void the_nth_operation_of_the_world_fails(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_SIM_CALM, 2);
    world_run(&w, fail_second_write_of_the_world, &w);
    world_close(&w);
}

static void what_is_added_to_the_trace_changes_it(void **state)
{
    (void)state;
    uint64_t hashes[3];
    for (int i = 0; i < 3; i++) {
        ra__sim *sim;
        ra__sim_opts opts = {.seed = 5};
        assert_int_equal(ra__sim_new(&sim, &opts), RA_OK);
        ra__sim_trace(sim, i == 0 ? RA_STR("commit 1") : RA_STR("commit 2"));
        hashes[i] = ra__sim_trace_hash(sim);
        ra__sim_free(sim);
    }
    assert_int_not_equal(hashes[0], hashes[1]);
    assert_int_equal(hashes[1], hashes[2]);
}

static void the_generator_is_xoshiro(void **state)
{
    (void)state;
    // Known outputs from the state 1, 2, 3, 4.
    ra__random random = {{1, 2, 3, 4}};
    static const uint64_t wanted[] = {11520, 0, 1509978240, 1215971899390074240};
    for (int i = 0; i < 4; i++)
        assert_int_equal(ra__random_next(&random), wanted[i]);
    for (int i = 0; i < 1000; i++)
        assert_in_range(ra__random_below(&random, 10), 0, 9);
}

// ---- faults reach what they should

static ra_status read_until_deadline(ra_ctx *ctx, ra__sock *sock)
{
    char text[8];
    size_t got;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    return ra__sock_read(ctx, sock, text, sizeof text, &got);
}

static ra_status race_cancel_with_data(ra_ctx *ctx, void *arg)
{
    unsigned *won = arg;
    static hall h;
    ra__sock *client, *server;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_GROUP(group, ctx, .keep_going = true);
    ra_group_go(&group, read_until_deadline, server);
    RA_TRY(ra_sleep(ctx, RA_MS(5)));
    RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
    ra_status status = ra_group_wait(ctx, &group);
    EXPECT(status == RA_OK || status == RA_ERR_TIMEOUT);
    if (status == RA_OK) {
        (*won)++;
    } else { // then no byte was taken
        char text[1];
        RA_TRY(read_exactly(ctx, server, text, 1));
        EXPECT_EQUAL(text[0], 'x');
    }
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void a_cancellation_races_with_data_and_no_byte_is_lost(void **state)
{
    (void)state;
    unsigned won = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        world w;
        ra__sim_faults faults = {.cancel_race = 700};
        world_open_seed(&w, ON_SIM, 1, seed);
        ra__sim_set_faults(w.sim, &faults);
        world_run(&w, race_cancel_with_data, &won);
        world_close(&w);
    }
    assert_in_range(won, 1, 99); // both sides win sometimes
}

static ra_status count_parts(ra_ctx *ctx, void *arg)
{
    unsigned *parts = arg;
    static hall h;
    ra__sock *client, *server;
    char text[100];
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    memset(text, 'x', sizeof text);
    RA_TRY(ra__sock_write_all(ctx, client, text, sizeof text));
    for (size_t at = 0, got; at < sizeof text; at += got, (*parts)++)
        RA_TRY(ra__sock_read(ctx, server, text, sizeof text, &got));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void calm_reads_are_whole_and_partial_ones_are_not(void **state)
{
    (void)state;
    unsigned calm = 0, cut = 0;
    world w;
    world_open(&w, ON_SIM_CALM, 1);
    world_run(&w, count_parts, &calm);
    world_close(&w);
    assert_int_equal(calm, 1);
    ra__sim_faults faults = {.partial_read = 1000};
    world_open(&w, ON_SIM_CALM, 1);
    ra__sim_set_faults(w.sim, &faults);
    world_run(&w, count_parts, &cut);
    world_close(&w);
    assert_in_range(cut, 2, 100);
}

static ra_status connect_with_pause(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client;
    int64_t before = ra_monotonic_ns(ctx);
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(ra__sock_connect(ctx, &h.addr, &client)); // the queue welcomes it all the same
    EXPECT(ra_monotonic_ns(ctx) - before < RA_MS(50));
    EXPECT_EQUAL(h.came, 0);
    RA_TRY(ra_sleep(ctx, RA_MS(50)));
    EXPECT_EQUAL(h.came, 0);
    ra__sim_set_faults(((world *)arg)->sim, &(ra__sim_faults){0});
    RA_TRY(ra_sleep(ctx, RA_MS(60)));
    EXPECT_EQUAL(h.came, 1);
    ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[0]);
    ra__sock_close(client, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void a_listener_out_of_descriptors_tries_again(void **state)
{
    (void)state;
    world w;
    ra__sim_faults faults = {.accept = 1000};
    world_open(&w, ON_SIM_CALM, 1);
    ra__sim_set_faults(w.sim, &faults);
    world_run(&w, connect_with_pause, &w);
    world_close(&w);
}

static ra_status wait_in_full_queue(ra_ctx *ctx, void *arg)
{
    static hall h;
    ra__sock *first, *second;
    RA_TRY(hall_open_at(ctx, &h, "127.0.0.1:0", 1));
    ra__sim_set_faults(((world *)arg)->sim, &(ra__sim_faults){.accept = 1000});
    RA_TRY(ra__sock_connect(ctx, &h.addr, &first));
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(500)));
        EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &second), RA_ERR_TIMEOUT);
    }
    ra__sim_set_faults(((world *)arg)->sim, &(ra__sim_faults){0});
    RA_TRY(ra__sock_connect(ctx, &h.addr, &second));
    RA_TRY(hall_await(ctx, &h, 2));
    ra__listener_close(h.listener);
    for (unsigned i = 0; i < 2; i++)
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[i]);
    ra__sock_close(first, false);
    ra__sock_close(second, false);
    return RA_OK;
}

static void a_full_queue_keeps_clients_waiting(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_SIM_CALM, 1);
    world_run(&w, wait_in_full_queue, &w);
    world_close(&w);
}

// ---- memory

static size_t allow;
static bool fail_nth(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return allow == 0 || --allow > 0;
}

static void a_world_without_memory_is_a_status(void **state)
{
    (void)state;
    unsigned refused = 0;
    bool reached = true;
    for (size_t nth = 1; reached; nth++) {
        ra__sim *sim = NULL;
        ra__sim_opts opts = {.shards = 2, .extras = 1};
        allow = nth;
        ra__heap_set_hook(fail_nth, NULL);
        ra_status status = ra__sim_new(&sim, &opts);
        ra__heap_set_hook(NULL, NULL);
        reached = allow == 0;
        assert_true(status == RA_OK || (reached && status == RA_ERR_EXHAUSTED));
        refused += status != RA_OK;
        if (status == RA_OK) // there are allocations that it can do without
            ra__sim_free(sim);
    }
    assert_true(refused > 4);
}

/// The host's stack may be left by a failed assertion: nothing of the simulation lies on it while
/// it runs.
static void a_host_talks_to_the_world(void **state)
{
    (void)state;
    static hall h;
    ra__sim *sim;
    ra__sock *client, *server;
    char text[8];
    ra__sim_opts opts = {.shards = 2, .calm = true};
    assert_int_equal(ra__sim_new(&sim, &opts), RA_OK);
    ra_ctx *ctx = ra__host_open(ra__sim_runtime(sim), 1);
    assert_int_equal(hall_open(ctx, &h), RA_OK);
    assert_int_equal(hall_pair(ctx, &h, &client, &server), RA_OK);
    assert_int_equal(ra__sock_write_all(ctx, client, "hello", 5), RA_OK);
    assert_int_equal(read_exactly(ctx, server, text, 5), RA_OK);
    assert_int_equal(ra_sleep(ctx, RA_HOURS(1)), RA_OK);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    ra__host_close(ctx);
    assert_int_equal(ra__sim_open_sockets(sim), 0);
    ra__sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_trace),
        cmocka_unit_test(another_seed_gives_another_trace),
        cmocka_unit_test(another_process_at_other_addresses_sees_the_same_trace),
        cmocka_unit_test(a_world_without_faults_breaks_nothing),
        cmocka_unit_test(resets_happen_and_are_reported),
        cmocka_unit_test(every_shard_gets_connections),
        cmocka_unit_test(a_calm_world_does_not_ask_its_seed),
        cmocka_unit_test(time_is_virtual_and_moves_only_when_all_is_idle),
        cmocka_unit_test(the_wall_clock_starts_where_it_is_told_to),
        cmocka_unit_test(advancing_fires_what_is_due_meanwhile_in_order),
        cmocka_unit_test(steps_are_bounded),
        cmocka_unit_test(the_nth_operation_of_the_world_fails),
        cmocka_unit_test(what_is_added_to_the_trace_changes_it),
        cmocka_unit_test(the_generator_is_xoshiro),
        cmocka_unit_test(a_cancellation_races_with_data_and_no_byte_is_lost),
        cmocka_unit_test(calm_reads_are_whole_and_partial_ones_are_not),
        cmocka_unit_test(a_listener_out_of_descriptors_tries_again),
        cmocka_unit_test(a_full_queue_keeps_clients_waiting),
        cmocka_unit_test(a_world_without_memory_is_a_status),
        cmocka_unit_test(a_host_talks_to_the_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
