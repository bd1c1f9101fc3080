// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include <ctype.h>

/// The whole contract, beside the table that it checks: a code whose meaning changes is changed
/// here on purpose.
static const struct {
    ra_status status;
    const char *name;
    int http, grpc;
} contract[] = {
    {RA_OK, "RA_OK", 200, 0},
    {RA_ERR_CANCELED, "RA_ERR_CANCELED", 503, 1},
    {RA_ERR_TIMEOUT, "RA_ERR_TIMEOUT", 503, 4},
    {RA_ERR_CLOSED, "RA_ERR_CLOSED", 500, 13},
    {RA_ERR_BUSY, "RA_ERR_BUSY", 503, 14},
    {RA_ERR_STATE, "RA_ERR_STATE", 500, 13},
    {RA_ERR_INVALID, "RA_ERR_INVALID", 422, 3},
    {RA_ERR_SYNTAX, "RA_ERR_SYNTAX", 400, 3},
    {RA_ERR_UNAUTHENTICATED, "RA_ERR_UNAUTHENTICATED", 401, 16},
    {RA_ERR_FORBIDDEN, "RA_ERR_FORBIDDEN", 403, 7},
    {RA_ERR_NOT_FOUND, "RA_ERR_NOT_FOUND", 404, 5},
    {RA_ERR_CONFLICT, "RA_ERR_CONFLICT", 409, 10},
    {RA_ERR_GONE, "RA_ERR_GONE", 410, 5},
    {RA_ERR_PRECONDITION, "RA_ERR_PRECONDITION", 412, 9},
    {RA_ERR_TOO_LARGE, "RA_ERR_TOO_LARGE", 413, 11},
    {RA_ERR_UNSUPPORTED, "RA_ERR_UNSUPPORTED", 415, 12},
    {RA_ERR_RATE_LIMITED, "RA_ERR_RATE_LIMITED", 429, 8},
    {RA_ERR_UNIQUE, "RA_ERR_UNIQUE", 409, 6},
    {RA_ERR_FOREIGN_KEY, "RA_ERR_FOREIGN_KEY", 409, 9},
    {RA_ERR_CHECK, "RA_ERR_CHECK", 422, 3},
    {RA_ERR_NOT_NULL, "RA_ERR_NOT_NULL", 422, 3},
    {RA_ERR_SERIALIZATION, "RA_ERR_SERIALIZATION", 409, 10},
    {RA_ERR_TOO_MANY_ROWS, "RA_ERR_TOO_MANY_ROWS", 500, 13},
    {RA_ERR_DECODE, "RA_ERR_DECODE", 500, 13},
    {RA_ERR_READ_ONLY, "RA_ERR_READ_ONLY", 503, 14},
    {RA_ERR_UNKNOWN_OUTCOME, "RA_ERR_UNKNOWN_OUTCOME", 500, 2},
    {RA_ERR_EXHAUSTED, "RA_ERR_EXHAUSTED", 503, 8},
    {RA_ERR_UNAVAILABLE, "RA_ERR_UNAVAILABLE", 503, 14},
    {RA_ERR_DISK_FULL, "RA_ERR_DISK_FULL", 503, 14},
    {RA_ERR_IO, "RA_ERR_IO", 500, 13},
    {RA_ERR_PERMISSION, "RA_ERR_PERMISSION", 500, 13},
    {RA_ERR_INTERNAL, "RA_ERR_INTERNAL", 500, 13},
};

static void every_status_has_its_name_and_numbers(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(contract), RA_ERR_INTERNAL + 1);
    for (size_t at = 0; at < COUNT_OF(contract); at++) {
        ra_status status = contract[at].status;
        assert_int_equal(status, at);
        assert_string_equal(ra_status_name(status), contract[at].name);
        assert_int_equal(ra_status_http(status), contract[at].http);
        assert_int_equal(ra_status_grpc(status), contract[at].grpc);
    }
}

static void every_message_is_a_phrase_of_its_own(void **state)
{
    (void)state;
    for (size_t at = 0; at < COUNT_OF(contract); at++) {
        const char *message = ra_status_message(contract[at].status);
        assert_true(islower(message[0]));
        assert_int_not_equal(message[strlen(message) - 1], '.');
        for (size_t other = 0; other < at; other++)
            assert_string_not_equal(message, ra_status_message(contract[other].status));
    }
}

static void a_number_that_is_no_status_counts_as_internal(void **state)
{
    (void)state;
    const int strange[] = {-1, RA_ERR_INTERNAL + 1, INT32_MAX, INT32_MIN};
    for (size_t at = 0; at < COUNT_OF(strange); at++) {
        assert_string_equal(ra_status_name((ra_status)strange[at]), "RA_ERR_INTERNAL");
        assert_int_equal(ra_status_http((ra_status)strange[at]), 500);
        assert_int_equal(ra_status_grpc((ra_status)strange[at]), 13);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_name_and_numbers),
        cmocka_unit_test(every_message_is_a_phrase_of_its_own),
        cmocka_unit_test(a_number_that_is_no_status_counts_as_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
