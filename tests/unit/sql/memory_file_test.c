// SPDX-License-Identifier: MIT OR Apache-2.0
// memory_file: content, lock levels and the shared index, by themselves.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"
#include "sql/private/sqlite/memory_file.h"

enum { MAY_MAKE = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };

typedef union {
    sqlite3_file file;
    char room[256];
} open_file;

static ra__memory_disk *disk;
static open_file a, b;

#define CALL(f, method, ...) (f)->file.pMethods->method(&(f)->file, __VA_ARGS__)

static int open_two(void **state)
{
    (void)state;
    assert_true(ra__memory_file_bytes() <= sizeof(open_file));
    disk = ra__memory_disk_new();
    assert_int_equal(ra__memory_file_open(disk, "x", &a.file, MAY_MAKE), SQLITE_OK);
    assert_int_equal(ra__memory_file_open(disk, "x", &b.file, MAY_MAKE), SQLITE_OK);
    return 0;
}

static int close_two(void **state)
{
    (void)state;
    a.file.pMethods->xClose(&a.file);
    b.file.pMethods->xClose(&b.file);
    ra__memory_disk_free(disk);
    return 0;
}

static void what_one_writes_the_other_reads(void **state)
{
    (void)state;
    // Across the border of two chunks.
    sqlite3_int64 offset = (64 << 10) - 3;
    char got[6] = {0};
    assert_int_equal(CALL(&a, xWrite, "abcdef", 6, offset), SQLITE_OK);
    assert_int_equal(CALL(&b, xRead, got, 6, offset), SQLITE_OK);
    assert_memory_equal(got, "abcdef", 6);
    sqlite3_int64 bytes = 0;
    assert_int_equal(CALL(&b, xFileSize, &bytes), SQLITE_OK);
    assert_int_equal(bytes, offset + 6);
}

static void a_read_past_the_end_is_short_and_zeroed(void **state)
{
    (void)state;
    char got[8];
    memset(got, 'x', sizeof got);
    assert_int_equal(CALL(&a, xWrite, "abc", 3, 0), SQLITE_OK);
    assert_int_equal(CALL(&a, xRead, got, 8, 0), SQLITE_IOERR_SHORT_READ);
    assert_memory_equal(got, "abc\0\0\0\0\0", 8);
    assert_int_equal(CALL(&a, xRead, got, 8, 100), SQLITE_IOERR_SHORT_READ);
    assert_memory_equal(got, "\0\0\0\0\0\0\0\0", 8);
}

static void what_was_cut_off_reads_as_zeroes_later(void **state)
{
    (void)state;
    char got[4];
    assert_int_equal(CALL(&a, xWrite, "abcd", 4, 0), SQLITE_OK);
    assert_int_equal(CALL(&a, xWrite, "far", 3, 200000), SQLITE_OK);
    assert_int_equal(CALL(&a, xTruncate, 2), SQLITE_OK);
    assert_int_equal(CALL(&a, xWrite, "z", 1, 3), SQLITE_OK);
    assert_int_equal(CALL(&a, xRead, got, 4, 0), SQLITE_OK);
    assert_memory_equal(got, "ab\0z", 4);
}

static void levels_exclude_each_other_as_on_disk(void **state)
{
    (void)state;
    int reserved = 0;
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_RESERVED), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_RESERVED), SQLITE_BUSY);
    assert_int_equal(CALL(&b, xCheckReservedLock, &reserved), SQLITE_OK);
    assert_int_equal(reserved, 1);
    // The reader keeps EXCLUSIVE off, PENDING keeps new readers off.
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_EXCLUSIVE), SQLITE_BUSY);
    assert_int_equal(CALL(&b, xUnlock, SQLITE_LOCK_NONE), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_SHARED), SQLITE_BUSY);
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_EXCLUSIVE), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_SHARED), SQLITE_BUSY);
    assert_int_equal(CALL(&a, xUnlock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_EXCLUSIVE), SQLITE_BUSY);
}

static void closing_gives_up_every_lock(void **state)
{
    (void)state;
    void volatile *index = NULL;
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&a, xLock, SQLITE_LOCK_EXCLUSIVE), SQLITE_OK);
    assert_int_equal(CALL(&a, xShmMap, 0, 32768, 1, &index), SQLITE_OK);
    assert_int_equal(CALL(&a, xShmLock, 0, 8, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE), SQLITE_OK);
    a.file.pMethods->xClose(&a.file);
    assert_int_equal(CALL(&b, xLock, SQLITE_LOCK_SHARED), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmMap, 0, 32768, 1, &index), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmLock, 0, 8, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE), SQLITE_OK);
    assert_int_equal(ra__memory_file_open(disk, "x", &a.file, MAY_MAKE), SQLITE_OK);
}

static void the_index_is_shared_and_never_moves(void **state)
{
    (void)state;
    void volatile *first = NULL, *second = NULL, *again = NULL;
    assert_int_equal(CALL(&a, xShmMap, 0, 32768, 0, &first), SQLITE_OK);
    assert_null(first);
    assert_int_equal(CALL(&a, xShmMap, 0, 32768, 1, &first), SQLITE_OK);
    ((volatile char *)first)[7] = 'x';
    assert_int_equal(CALL(&a, xShmMap, 5, 32768, 1, &second), SQLITE_OK);
    assert_non_null(second);
    assert_int_equal(CALL(&b, xShmMap, 0, 32768, 0, &again), SQLITE_OK);
    assert_ptr_equal((void *)(uintptr_t)again, (void *)(uintptr_t)first);
    assert_int_equal(((volatile char *)again)[7], 'x');
    assert_int_equal(CALL(&a, xShmUnmap, 1), SQLITE_OK); // b still uses it
    assert_int_equal(((volatile char *)again)[7], 'x');
    assert_int_equal(CALL(&b, xShmUnmap, 1), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmMap, 0, 32768, 0, &again), SQLITE_OK);
    assert_null(again);
}

static void slots_are_read_write_locks(void **state)
{
    (void)state;
    enum {
        READ = SQLITE_SHM_LOCK | SQLITE_SHM_SHARED,
        TAKE = SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE
    };
    enum {
        END_READ = SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED,
        END_TAKE = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE
    };
    assert_int_equal(CALL(&a, xShmLock, 3, 1, READ), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmLock, 3, 1, READ), SQLITE_OK);
    assert_int_equal(CALL(&a, xShmLock, 3, 1, TAKE), SQLITE_BUSY);
    assert_int_equal(CALL(&a, xShmLock, 2, 3, TAKE), SQLITE_BUSY); // one of them is read
    assert_int_equal(CALL(&a, xShmLock, 2, 1, TAKE), SQLITE_OK);   // and none of them was kept
    assert_int_equal(CALL(&b, xShmLock, 2, 1, READ), SQLITE_BUSY);
    assert_int_equal(CALL(&b, xShmLock, 3, 1, END_READ), SQLITE_OK);
    assert_int_equal(CALL(&a, xShmLock, 3, 1, END_READ), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmLock, 3, 1, TAKE), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmLock, 3, 1, END_TAKE), SQLITE_OK);
    assert_int_equal(CALL(&a, xShmLock, 2, 1, END_TAKE), SQLITE_OK);
    assert_int_equal(CALL(&b, xShmLock, 2, 1, READ), SQLITE_OK);
}

static void a_deleted_file_lives_on_for_who_has_it_open(void **state)
{
    (void)state;
    char got[3];
    assert_int_equal(CALL(&a, xWrite, "abc", 3, 0), SQLITE_OK);
    assert_true(ra__memory_file_exists(disk, "x"));
    assert_int_equal(ra__memory_file_delete(disk, "x"), SQLITE_OK);
    assert_false(ra__memory_file_exists(disk, "x"));
    assert_int_equal(CALL(&b, xRead, got, 3, 0), SQLITE_OK);
    assert_int_equal(ra__memory_file_delete(disk, "x"), SQLITE_IOERR_DELETE_NOENT);
}

static void a_missing_file_is_made_only_when_asked_for(void **state)
{
    (void)state;
    open_file other;
    assert_int_equal(ra__memory_file_open(disk, "y", &other.file, SQLITE_OPEN_READWRITE),
                     SQLITE_CANTOPEN);
    assert_int_equal(ra__memory_file_open(disk, NULL, &other.file, MAY_MAKE),
                     SQLITE_OK); // nameless
    assert_int_equal(CALL(&other, xWrite, "abc", 3, 0), SQLITE_OK);
    other.file.pMethods->xClose(&other.file);
}

static unsigned allocations_left;

static bool fail_when_used_up(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return allocations_left > 0 && allocations_left-- > 0;
}

/// Everything that allocates, once. SQLITE_OK, or the first failure.
static int use_a_new_file(void)
{
    open_file file;
    void volatile *index;
    int code = ra__memory_file_open(disk, "new", &file.file, MAY_MAKE);
    if (code != SQLITE_OK)
        return code;
    code = CALL(&file, xWrite, "x", 1, 100000);
    if (code == SQLITE_OK)
        code = CALL(&file, xShmMap, 1, 32768, 1, &index);
    CALL(&file, xShmUnmap, 1);
    file.file.pMethods->xClose(&file.file);
    return code;
}

static void each_failing_allocation_is_a_code(void **state)
{
    (void)state;
    int code = SQLITE_NOMEM;
    for (unsigned n = 0; code != SQLITE_OK; n++) {
        allocations_left = n;
        ra__heap_set_hook(fail_when_used_up, NULL);
        code = use_a_new_file();
        ra__heap_set_hook(NULL, NULL);
        (void)ra__memory_file_delete(disk, "new");
        assert_true(n < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_one_writes_the_other_reads, open_two, close_two),
        cmocka_unit_test_setup_teardown(a_read_past_the_end_is_short_and_zeroed, open_two,
                                        close_two),
        cmocka_unit_test_setup_teardown(what_was_cut_off_reads_as_zeroes_later, open_two,
                                        close_two),
        cmocka_unit_test_setup_teardown(levels_exclude_each_other_as_on_disk, open_two, close_two),
        cmocka_unit_test_setup_teardown(closing_gives_up_every_lock, open_two, close_two),
        cmocka_unit_test_setup_teardown(the_index_is_shared_and_never_moves, open_two, close_two),
        cmocka_unit_test_setup_teardown(slots_are_read_write_locks, open_two, close_two),
        cmocka_unit_test_setup_teardown(a_deleted_file_lives_on_for_who_has_it_open, open_two,
                                        close_two),
        cmocka_unit_test_setup_teardown(a_missing_file_is_made_only_when_asked_for, open_two,
                                        close_two),
        cmocka_unit_test_setup_teardown(each_failing_allocation_is_a_code, open_two, close_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
