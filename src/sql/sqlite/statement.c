// SPDX-License-Identifier: MIT OR Apache-2.0
// statement: the set of prepared statements of a connection. A hash of the literal's address finds
// one; a list by last use says which leaves when the set is full. Addresses decide no order, so a
// run is the same under any load address.
#include "base/heap.h"
#include "private/sqlite/connection.h"

static ra__statement **bucket_of(ra__connection *connection, const char *sql)
{
    uint64_t mixed = (uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15);
    return &connection->buckets[mixed >> 56 & (RA__SQLITE_BUCKETS - 1)];
}

static void unlink_from_list(ra__connection *connection, ra__statement *statement)
{
    *(statement->newer ? &statement->newer->older : &connection->newest) = statement->older;
    *(statement->older ? &statement->older->newer : &connection->oldest) = statement->newer;
}

static void put_first(ra__connection *connection, ra__statement *statement)
{
    statement->newer = NULL;
    statement->older = connection->newest;
    *(connection->newest ? &connection->newest->newer : &connection->oldest) = statement;
    connection->newest = statement;
}

ra__statement *ra__statement_find(ra__connection *connection, const char *sql)
{
    ra__statement *statement = *bucket_of(connection, sql);
    while (statement && statement->sql != sql)
        statement = statement->bucket_next;
    if (statement && statement != connection->newest) {
        unlink_from_list(connection, statement);
        put_first(connection, statement);
    }
    return statement;
}

static void drop_oldest(ra__connection *connection)
{
    ra__statement *statement = connection->oldest;
    ra__statement **at = bucket_of(connection, statement->sql);
    while (*at != statement)
        at = &(*at)->bucket_next;
    *at = statement->bucket_next;
    unlink_from_list(connection, statement);
    connection->statement_count--;
    ra__statement_free(statement);
}

void ra__statement_keep(ra__connection *connection, ra__statement *statement)
{
    if (connection->statement_count == RA__SQLITE_STATEMENTS_MAX)
        drop_oldest(connection);
    ra__statement **bucket = bucket_of(connection, statement->sql);
    statement->bucket_next = *bucket;
    *bucket = statement;
    put_first(connection, statement);
    connection->statement_count++;
}

void ra__statement_free(ra__statement *statement)
{
    sqlite3_finalize(statement->handle);
    ra__query_deinit(&statement->query);
    ra__columns_deinit(&statement->columns);
    ra__heap_free(statement);
}

void ra__statements_clear(ra__connection *connection)
{
    while (connection->statement_count > 0)
        drop_oldest(connection);
}
