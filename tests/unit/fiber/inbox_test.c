// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/lockfree/inbox.h"
#include "fiber/world.h"
#include <pthread.h>

static void messages_arrive_in_the_order_sent(void **state)
{
    (void)state;
    ra__inbox inbox = {.head = NULL};
    ra__msg sent[5];
    for (int i = 0; i < 5; i++)
        assert_false(ra__inbox_push(&inbox, &sent[i]));
    ra__msg *got = ra__inbox_take(&inbox);
    for (int i = 0; i < 5; i++, got = got->next)
        assert_ptr_equal(got, &sent[i]);
    assert_null(got);
    assert_true(ra__inbox_empty(&inbox));
    assert_null(ra__inbox_take(&inbox));
}

static void one_sender_is_told_to_wake_a_sleeper(void **state)
{
    (void)state;
    ra__inbox inbox = {.head = NULL};
    ra__msg a, b;
    assert_true(ra__inbox_sleep(&inbox));
    assert_true(ra__inbox_push(&inbox, &a));
    assert_false(ra__inbox_push(&inbox, &b));
}

static void an_owner_with_mail_does_not_sleep(void **state)
{
    (void)state;
    ra__inbox inbox = {.head = NULL};
    ra__msg a, b;
    ra__inbox_push(&inbox, &a);
    assert_false(ra__inbox_sleep(&inbox));
    assert_false(ra__inbox_push(&inbox, &b));
}

static void an_owner_that_is_awake_again_is_not_woken(void **state)
{
    (void)state;
    ra__inbox inbox = {.head = NULL};
    ra__msg a;
    assert_true(ra__inbox_sleep(&inbox));
    ra__inbox_awake(&inbox);
    assert_false(ra__inbox_push(&inbox, &a));
}

enum { SENDERS = 4 };

typedef struct {
    ra__msg msg;
    unsigned sender, number;
} numbered;

typedef struct {
    ra__inbox *inbox;
    unsigned sender, count;
    int doorbell;
    numbered *messages;
} sender;

static void *send_all(void *arg)
{
    sender *s = arg;
    for (unsigned i = 0; i < s->count; i++) {
        s->messages[i] = (numbered){.sender = s->sender, .number = i};
        if (ra__inbox_push(s->inbox, &s->messages[i].msg))
            ra__os_doorbell_ring(s->doorbell);
    }
    return NULL;
}

// Sleeps whenever it can: a lost wake-up would hang here.
static void many_senders_lose_no_message_and_no_wake_up(void **state)
{
    (void)state;
    unsigned count = (unsigned)scaled(20000);
    ra__inbox inbox = {.head = NULL};
    int doorbell = ra__os_doorbell_open();
    sender senders[SENDERS];
    pthread_t threads[SENDERS];
    unsigned next[SENDERS] = {0};
    for (unsigned i = 0; i < SENDERS; i++) {
        senders[i] = (sender){&inbox, i, count, doorbell, calloc(count, sizeof(numbered))};
        pthread_create(&threads[i], NULL, send_all, &senders[i]);
    }
    for (unsigned got = 0; got < SENDERS * count;) {
        for (ra__msg *msg = ra__inbox_take(&inbox); msg; msg = msg->next, got++) {
            numbered *n = (numbered *)(void *)msg;
            assert_int_equal(n->number, next[n->sender]++);
        }
        if (got < SENDERS * count && ra__inbox_sleep(&inbox)) {
            struct pollfd fd = {.fd = doorbell, .events = POLLIN};
            assert_int_equal(poll(&fd, 1, 10000), 1);
            ra__os_doorbell_clear(doorbell);
            ra__inbox_awake(&inbox);
        }
    }
    for (unsigned i = 0; i < SENDERS; i++) {
        pthread_join(threads[i], NULL);
        free(senders[i].messages);
    }
    ra__os_doorbell_close(doorbell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_in_the_order_sent),
        cmocka_unit_test(one_sender_is_told_to_wake_a_sleeper),
        cmocka_unit_test(an_owner_with_mail_does_not_sleep),
        cmocka_unit_test(an_owner_that_is_awake_again_is_not_woken),
        cmocka_unit_test(many_senders_lose_no_message_and_no_wake_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
