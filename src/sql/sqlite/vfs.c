// SPDX-License-Identifier: MIT OR Apache-2.0
// vfs: see private/sqlite/vfs.h. A thin layer: each file method counts, may fail on purpose, and
// hands on to the real file, which stands right behind ours in the storage that SQLite allots:
//
//   | ours: methods, vfs, real | the unix VFS's file, or a memory file |
#include "private/sqlite/vfs.h"

#include "base/heap.h"
#include "private/sqlite/memory_file.h"
#include "private/sqlite/trip.h"

#include <pthread.h>
#include <stdio.h>

struct ra__vfs {
    sqlite3_vfs base;
    sqlite3_vfs *under;    // SQLite's own for this system
    ra__memory_disk *disk; // NULL: on disk
    ra__vfs_opts opts;
    char name[24];
    ra__trip writes, syncs, opens;
    _Atomic uint64_t read_count, write_count, sync_count;
};

typedef struct {
    sqlite3_file base;
    ra__vfs *vfs;
    sqlite3_file *real;
} vfs_file;

static ra__vfs *vfs_of(sqlite3_vfs *base)
{
    return base->pAppData;
}

static void count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/// What SQLite would have been told; `otherwise` when the status has no code of its own.
static int code_of(ra_status status, int otherwise)
{
    switch (status) {
    case RA_OK:
        return SQLITE_OK;
    case RA_ERR_DISK_FULL:
        return SQLITE_FULL;
    case RA_ERR_READ_ONLY:
        return SQLITE_READONLY;
    case RA_ERR_EXHAUSTED:
        return SQLITE_IOERR_NOMEM;
    default:
        return otherwise;
    }
}

// ---- a file

#define REAL(file) (((vfs_file *)(file))->real)
#define HAND_ON(file, method, ...) REAL(file)->pMethods->method(REAL(file), __VA_ARGS__)

static int file_close(sqlite3_file *file)
{
    return REAL(file)->pMethods->xClose(REAL(file));
}

static int file_read(sqlite3_file *file, void *into, int bytes, sqlite3_int64 offset)
{
    count(&((vfs_file *)file)->vfs->read_count);
    return HAND_ON(file, xRead, into, bytes, offset);
}

static int file_write(sqlite3_file *file, const void *from, int bytes, sqlite3_int64 offset)
{
    ra__vfs *vfs = ((vfs_file *)file)->vfs;
    count(&vfs->write_count);
    int code = code_of(ra__trip_pass(&vfs->writes), SQLITE_IOERR_WRITE);
    return code == SQLITE_OK ? HAND_ON(file, xWrite, from, bytes, offset) : code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return HAND_ON(file, xTruncate, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    ra__vfs *vfs = ((vfs_file *)file)->vfs;
    count(&vfs->sync_count);
    int code = code_of(ra__trip_pass(&vfs->syncs), SQLITE_IOERR_FSYNC);
    return code == SQLITE_OK ? HAND_ON(file, xSync, flags) : code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return HAND_ON(file, xFileSize, size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return HAND_ON(file, xLock, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return HAND_ON(file, xUnlock, level);
}

static int file_check_reserved(sqlite3_file *file, int *reserved)
{
    return HAND_ON(file, xCheckReservedLock, reserved);
}

static int file_control(sqlite3_file *file, int operation, void *arg)
{
    return HAND_ON(file, xFileControl, operation, arg);
}

static int file_sector_size(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int file_shm_map(sqlite3_file *file, int region, int bytes, int extend, void volatile **out)
{
    return HAND_ON(file, xShmMap, region, bytes, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int slots, int flags)
{
    return HAND_ON(file, xShmLock, offset, slots, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int file_shm_unmap(sqlite3_file *file, int delete)
{
    return HAND_ON(file, xShmUnmap, delete);
}

/// Version 2: without the memory-mapped reads of version 3, which would pass by the counters and
/// faults.
static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

// ---- the file system

static int open_real(ra__vfs *vfs, const char *name, sqlite3_file *real, int flags, int *out_flags)
{
    if (!vfs->disk)
        return vfs->under->xOpen(vfs->under, name, real, flags, out_flags);
    if (out_flags)
        *out_flags = flags;
    return ra__memory_file_open(vfs->disk, name, real, flags);
}

static int fs_open(sqlite3_vfs *base, const char *name, sqlite3_file *file, int flags,
                   int *out_flags)
{
    ra__vfs *vfs = vfs_of(base);
    vfs_file *ours = (vfs_file *)file;
    *ours = (vfs_file){.vfs = vfs, .real = (sqlite3_file *)(ours + 1)};
    int code = code_of(ra__trip_pass(&vfs->opens), SQLITE_CANTOPEN);
    if (code == SQLITE_OK)
        code = open_real(vfs, name, ours->real, flags, out_flags);
    if (code == SQLITE_OK)
        ours->base.pMethods = &file_methods; // else: SQLite must not call xClose
    return code;
}

static int fs_delete(sqlite3_vfs *base, const char *name, int sync_folder)
{
    ra__vfs *vfs = vfs_of(base);
    return vfs->disk ? ra__memory_file_delete(vfs->disk, name)
                     : vfs->under->xDelete(vfs->under, name, sync_folder);
}

static int fs_access(sqlite3_vfs *base, const char *name, int flags, int *answer)
{
    ra__vfs *vfs = vfs_of(base);
    if (!vfs->disk)
        return vfs->under->xAccess(vfs->under, name, flags, answer);
    *answer = ra__memory_file_exists(vfs->disk, name);
    return SQLITE_OK;
}

static int fs_full_path(sqlite3_vfs *base, const char *name, int bytes, char *out)
{
    ra__vfs *vfs = vfs_of(base);
    if (!vfs->disk)
        return vfs->under->xFullPathname(vfs->under, name, bytes, out);
    int len = snprintf(out, (size_t)bytes, "%s", name);
    return len < bytes ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int fs_randomness(sqlite3_vfs *base, int bytes, char *out)
{
    const ra__clock *clock = vfs_of(base)->opts.clock;
    for (int done = 0; done < bytes;) {
        uint64_t bits = clock->random(clock->world);
        int take = bytes - done < (int)sizeof bits ? bytes - done : (int)sizeof bits;
        memcpy(out + done, &bits, (size_t)take);
        done += take;
    }
    return bytes;
}

static int fs_sleep(sqlite3_vfs *base, int us)
{
    ra__vfs *vfs = vfs_of(base);
    return vfs->opts.never_sleep ? us : vfs->under->xSleep(vfs->under, us);
}

/// Milliseconds since noon of 24 November 4714 BC, which is how SQLite counts.
static int fs_now_ms(sqlite3_vfs *base, sqlite3_int64 *ms)
{
    static const sqlite3_int64 unix_epoch = INT64_C(210866760000000);
    const ra__clock *clock = vfs_of(base)->opts.clock;
    *ms = unix_epoch + clock->wall_ns(clock->world) / RA_MS(1);
    return SQLITE_OK;
}

static int fs_now_days(sqlite3_vfs *base, double *days)
{
    sqlite3_int64 ms = 0;
    (void)fs_now_ms(base, &ms);
    *days = (double)ms / 86400000.0;
    return SQLITE_OK;
}

static int fs_last_error(sqlite3_vfs *base, int bytes, char *out)
{
    ra__vfs *vfs = vfs_of(base);
    bool has = !vfs->disk && vfs->under->xGetLastError;
    return has ? vfs->under->xGetLastError(vfs->under, bytes, out) : 0;
}

// Extensions are not loaded.

static void *fs_library_open(sqlite3_vfs *base, const char *name)
{
    (void)base;
    (void)name;
    return NULL;
}

static void fs_library_error(sqlite3_vfs *base, int bytes, char *out)
{
    (void)base;
    (void)snprintf(out, (size_t)bytes, "extensions are not loaded");
}

// ---- life

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static sqlite3_vfs base_of(ra__vfs *vfs)
{
    return (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile =
            (int)(sizeof(vfs_file) + larger((size_t)vfs->under->szOsFile, ra__memory_file_bytes())),
        .mxPathname = vfs->under->mxPathname,
        .zName = vfs->name,
        .pAppData = vfs,
        .xOpen = fs_open,
        .xDelete = fs_delete,
        .xAccess = fs_access,
        .xFullPathname = fs_full_path,
        .xDlOpen = fs_library_open,
        .xDlError = fs_library_error,
        .xRandomness = fs_randomness,
        .xSleep = fs_sleep,
        .xCurrentTime = fs_now_days,
        .xGetLastError = fs_last_error,
        .xCurrentTimeInt64 = fs_now_ms,
    };
}

ra_status ra__vfs_open(ra__vfs **out, const ra__vfs_opts *opts)
{
    static atomic_uint made;
    *out = NULL;
    sqlite3_vfs *under = sqlite3_vfs_find("unix");
    ra__vfs *vfs = under ? ra__heap_alloc_zeroed(1, sizeof *vfs) : NULL;
    if (!vfs)
        return RA_ERR_EXHAUSTED;
    vfs->under = under;
    vfs->opts = *opts;
    vfs->disk = opts->in_memory ? ra__memory_disk_new() : NULL;
    (void)snprintf(vfs->name, sizeof vfs->name, "ramie-%u", atomic_fetch_add(&made, 1) + 1);
    vfs->base = base_of(vfs);
    if ((opts->in_memory && !vfs->disk) || sqlite3_vfs_register(&vfs->base, false) != SQLITE_OK) {
        ra__memory_disk_free(vfs->disk);
        ra__heap_free(vfs);
        return RA_ERR_EXHAUSTED;
    }
    *out = vfs;
    return RA_OK;
}

void ra__vfs_close(ra__vfs *vfs)
{
    if (vfs) {
        sqlite3_vfs_unregister(&vfs->base);
        ra__memory_disk_free(vfs->disk);
        ra__heap_free(vfs);
    }
}

const char *ra__vfs_name(const ra__vfs *vfs)
{
    return vfs->name;
}

/// SQLite seeds its generator from the default VFS, at the first use after a reset: ours is that
/// for a moment.
void ra__vfs_seed_generator(ra__vfs *vfs)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&one_at_a_time);
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    char first = 0;
    sqlite3_vfs_register(&vfs->base, true);
    sqlite3_randomness(0, NULL);
    sqlite3_randomness(sizeof first, &first);
    sqlite3_vfs_register(usual, true);
    pthread_mutex_unlock(&one_at_a_time);
}

ra__vfs_access ra__vfs_look_at(ra__vfs *vfs, const char *path)
{
    int exists = 0, writable = 0;
    (void)fs_access(&vfs->base, path, SQLITE_ACCESS_EXISTS, &exists);
    (void)fs_access(&vfs->base, path, SQLITE_ACCESS_READWRITE, &writable);
    if (!exists && !writable)
        return RA__VFS_ABSENT;
    return writable ? RA__VFS_WRITABLE : RA__VFS_UNWRITABLE;
}

bool ra__vfs_sleep(ra__vfs *vfs, int64_t ns)
{
    (void)fs_sleep(&vfs->base, (int)(ns / RA_US(1)));
    return !vfs->opts.never_sleep;
}

void ra__vfs_fail(ra__vfs *vfs, ra__db_fault fault, unsigned nth, ra_status status)
{
    switch (fault) {
    case RA__DB_FAULT_WRITE:
        ra__trip_set(&vfs->writes, nth, status);
        break;
    case RA__DB_FAULT_SYNC:
        ra__trip_set(&vfs->syncs, nth, status);
        break;
    case RA__DB_FAULT_OPEN:
        ra__trip_set(&vfs->opens, nth, status);
        break;
    default:
        break;
    }
}

void ra__vfs_count(const ra__vfs *vfs, ra__db_counters *out)
{
    out->vfs_reads = atomic_load_explicit(&vfs->read_count, memory_order_relaxed);
    out->vfs_writes = atomic_load_explicit(&vfs->write_count, memory_order_relaxed);
    out->vfs_syncs = atomic_load_explicit(&vfs->sync_count, memory_order_relaxed);
}
