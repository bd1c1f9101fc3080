// SPDX-License-Identifier: MIT OR Apache-2.0
// statement: the set of prepared statements finds by address and drops the one not used for
// longest.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"
#include "sql/private/sqlite/connection.h"

static ra__connection connection;
static char texts[RA__SQLITE_STATEMENTS_MAX + 10][2]; // only their addresses count

static int clear(void **state)
{
    (void)state;
    ra__statements_clear(&connection);
    assert_null(connection.newest);
    assert_null(connection.oldest);
    return 0;
}

static ra__statement *keep(unsigned i)
{
    ra__statement *statement = ra__heap_alloc_zeroed(1, sizeof *statement);
    statement->sql = texts[i];
    ra__statement_keep(&connection, statement);
    return statement;
}

static void a_statement_is_found_by_its_address(void **state)
{
    (void)state;
    assert_null(ra__statement_find(&connection, texts[0]));
    ra__statement *first = keep(0), *second = keep(1);
    assert_ptr_equal(ra__statement_find(&connection, texts[0]), first);
    assert_ptr_equal(ra__statement_find(&connection, texts[1]), second);
    assert_null(ra__statement_find(&connection, texts[2]));
}

static void a_full_set_drops_the_least_recently_used(void **state)
{
    (void)state;
    for (unsigned i = 0; i < RA__SQLITE_STATEMENTS_MAX; i++)
        keep(i);
    assert_non_null(ra__statement_find(&connection, texts[0])); // now 1 is the oldest
    keep(RA__SQLITE_STATEMENTS_MAX);
    keep(RA__SQLITE_STATEMENTS_MAX + 1);
    assert_int_equal(connection.statement_count, RA__SQLITE_STATEMENTS_MAX);
    assert_non_null(ra__statement_find(&connection, texts[0]));
    assert_null(ra__statement_find(&connection, texts[1]));
    assert_null(ra__statement_find(&connection, texts[2]));
    for (unsigned i = 3; i < RA__SQLITE_STATEMENTS_MAX + 2; i++)
        assert_non_null(ra__statement_find(&connection, texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_statement_is_found_by_its_address, clear),
        cmocka_unit_test_teardown(a_full_set_drops_the_least_recently_used, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
