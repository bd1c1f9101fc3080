// SPDX-License-Identifier: MIT OR Apache-2.0
// memory_file: see private/sqlite/memory_file.h.
//
// A node is a file's content and its locks; an open file is a handle to it. Content is a table of
// 64 KiB chunks, so that growing copies nothing. Lock levels are SQLite's own: many SHARED, one
// RESERVED, one EXCLUSIVE alone; PENDING keeps new readers out. The shared index is heap regions
// that never move, guarded by eight slots of read-write locks.
//
// Invariants, under node->mutex: shared counts the handles at SHARED or above; at most one handle
// is `reserved_by`; the one at PENDING or EXCLUSIVE is it. The disk's mutex guards the list and
// each node's users; it is taken first.
#include "private/sqlite/memory_file.h"

#include "base/heap.h"

#include <pthread.h>

enum { CHUNK_BYTES = 64 << 10, SECTOR_BYTES = 4096 };

typedef struct node {
    struct node *next;
    char *name; // NULL: nameless
    unsigned users;
    bool deleted;

    pthread_mutex_t mutex;
    char **chunks;
    size_t chunk_count;
    sqlite3_int64 bytes;

    unsigned shared;
    const void *reserved_by;
    bool pending, exclusive;

    void **regions;
    size_t region_count;
    unsigned index_users;
    unsigned slot_readers[SQLITE_SHM_NLOCK];
    bool slot_taken[SQLITE_SHM_NLOCK];
} node;

struct ra__memory_disk {
    pthread_mutex_t mutex;
    node *first;
};

typedef struct {
    sqlite3_file base;
    ra__memory_disk *disk;
    node *node;
    int level; // SQLITE_LOCK_*
    bool uses_index;
    unsigned reads_slots, takes_slots; // bits
} handle;

// ---- content

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool grow(node *n, size_t chunk_count)
{
    if (chunk_count <= n->chunk_count)
        return true;
    char **chunks = ra__heap_realloc(n->chunks, chunk_count * sizeof *chunks);
    if (!chunks)
        return false;
    n->chunks = chunks;
    while (n->chunk_count < chunk_count) {
        chunks[n->chunk_count] = ra__heap_alloc_zeroed(1, CHUNK_BYTES);
        if (!chunks[n->chunk_count])
            return false;
        n->chunk_count++;
    }
    return true;
}

/// Copy between `bytes` at `offset` of the file and `buffer`, chunk by chunk.
static void copy(node *n, size_t offset, char *buffer, size_t bytes, bool into_file)
{
    while (bytes > 0) {
        char *at = n->chunks[offset / CHUNK_BYTES] + offset % CHUNK_BYTES;
        size_t part = smaller(bytes, CHUNK_BYTES - offset % CHUNK_BYTES);
        memcpy(into_file ? at : buffer, into_file ? buffer : at, part);
        offset += part;
        buffer += part;
        bytes -= part;
    }
}

static int memory_read(sqlite3_file *file, void *into, int bytes, sqlite3_int64 offset)
{
    node *n = ((handle *)file)->node;
    pthread_mutex_lock(&n->mutex);
    size_t there = offset < n->bytes ? smaller((size_t)bytes, (size_t)(n->bytes - offset)) : 0;
    copy(n, (size_t)offset, into, there, false);
    pthread_mutex_unlock(&n->mutex);
    memset((char *)into + there, 0, (size_t)bytes - there); // as SQLite wants it
    return there == (size_t)bytes ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int memory_write(sqlite3_file *file, const void *from, int bytes, sqlite3_int64 offset)
{
    node *n = ((handle *)file)->node;
    sqlite3_int64 end = offset + bytes;
    pthread_mutex_lock(&n->mutex);
    bool grown = grow(n, ((size_t)end + CHUNK_BYTES - 1) / CHUNK_BYTES);
    if (grown) {
        copy(n, (size_t)offset, (char *)(uintptr_t)from, (size_t)bytes, true);
        n->bytes = end > n->bytes ? end : n->bytes;
    }
    pthread_mutex_unlock(&n->mutex);
    return grown ? SQLITE_OK : SQLITE_FULL;
}

/// What is cut off must read as zeroes when the file grows again.
static void cut(node *n, size_t bytes)
{
    size_t keep = (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    while (n->chunk_count > keep)
        ra__heap_free(n->chunks[--n->chunk_count]);
    if (bytes % CHUNK_BYTES != 0)
        memset(n->chunks[keep - 1] + bytes % CHUNK_BYTES, 0, CHUNK_BYTES - bytes % CHUNK_BYTES);
    n->bytes = (sqlite3_int64)bytes;
}

static int memory_truncate(sqlite3_file *file, sqlite3_int64 bytes)
{
    node *n = ((handle *)file)->node;
    pthread_mutex_lock(&n->mutex);
    if (bytes < n->bytes)
        cut(n, (size_t)bytes);
    pthread_mutex_unlock(&n->mutex);
    return SQLITE_OK;
}

static int memory_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int memory_size(sqlite3_file *file, sqlite3_int64 *bytes)
{
    node *n = ((handle *)file)->node;
    pthread_mutex_lock(&n->mutex);
    *bytes = n->bytes;
    pthread_mutex_unlock(&n->mutex);
    return SQLITE_OK;
}

// ---- locks of the file

static bool lock_shared(handle *h)
{
    node *n = h->node;
    if (n->pending || n->exclusive)
        return false;
    n->shared++;
    h->level = SQLITE_LOCK_SHARED;
    return true;
}

static bool lock_reserved(handle *h)
{
    node *n = h->node;
    if (n->reserved_by)
        return false;
    n->reserved_by = h;
    h->level = SQLITE_LOCK_RESERVED;
    return true;
}

/// Also without RESERVED before: recovery does so.
static bool lock_exclusive(handle *h)
{
    node *n = h->node;
    if (n->reserved_by && n->reserved_by != h)
        return false;
    n->reserved_by = h;
    n->pending = true;
    h->level = SQLITE_LOCK_PENDING;
    if (n->shared > 1)
        return false;
    n->exclusive = true;
    h->level = SQLITE_LOCK_EXCLUSIVE;
    return true;
}

static bool lock_up(handle *h, int level)
{
    if (h->level >= level)
        return true;
    switch (level) {
    case SQLITE_LOCK_SHARED:
        return lock_shared(h);
    case SQLITE_LOCK_RESERVED:
        return lock_reserved(h);
    default:
        return lock_exclusive(h);
    }
}

static int memory_lock(sqlite3_file *file, int level)
{
    handle *h = (handle *)file;
    pthread_mutex_lock(&h->node->mutex);
    bool got = lock_up(h, level);
    pthread_mutex_unlock(&h->node->mutex);
    return got ? SQLITE_OK : SQLITE_BUSY;
}

static void lock_down(handle *h, int level)
{
    node *n = h->node;
    if (n->reserved_by == h) {
        n->reserved_by = NULL;
        n->pending = n->exclusive = false;
    }
    if (level == SQLITE_LOCK_NONE && h->level >= SQLITE_LOCK_SHARED)
        n->shared--;
    h->level = level;
}

static int memory_unlock(sqlite3_file *file, int level)
{
    handle *h = (handle *)file;
    pthread_mutex_lock(&h->node->mutex);
    if (h->level > level)
        lock_down(h, level);
    pthread_mutex_unlock(&h->node->mutex);
    return SQLITE_OK;
}

static int memory_check_reserved(sqlite3_file *file, int *reserved)
{
    node *n = ((handle *)file)->node;
    pthread_mutex_lock(&n->mutex);
    *reserved = n->reserved_by != NULL;
    pthread_mutex_unlock(&n->mutex);
    return SQLITE_OK;
}

// ---- the shared index

static bool add_region(node *n, size_t bytes)
{
    void **regions = ra__heap_realloc(n->regions, (n->region_count + 1) * sizeof *regions);
    if (!regions)
        return false;
    n->regions = regions;
    void *region = ra__heap_alloc_zeroed(1, bytes);
    if (region)
        regions[n->region_count++] = region;
    return region != NULL;
}

static int map_region(node *n, size_t region, size_t bytes, bool extend, void volatile **out)
{
    *out = NULL;
    while (extend && n->region_count <= region)
        if (!add_region(n, bytes))
            return SQLITE_IOERR_NOMEM;
    if (region < n->region_count)
        *out = n->regions[region];
    return SQLITE_OK;
}

static int memory_shm_map(sqlite3_file *file, int region, int bytes, int extend,
                          void volatile **out)
{
    handle *h = (handle *)file;
    pthread_mutex_lock(&h->node->mutex);
    h->node->index_users += !h->uses_index;
    h->uses_index = true;
    int code = map_region(h->node, (size_t)region, (size_t)bytes, extend != 0, out);
    pthread_mutex_unlock(&h->node->mutex);
    return code;
}

static unsigned bits_of(int offset, int slots)
{
    return ((1u << slots) - 1) << offset;
}

/// A slot is free for `h` when nobody else takes it, and for an exclusive lock nobody else reads
/// it.
static bool slot_is_free(const handle *h, int slot, bool exclusive)
{
    const node *n = h->node;
    bool mine = h->takes_slots >> slot & 1;
    bool read_by_me = h->reads_slots >> slot & 1;
    if (n->slot_taken[slot] && !mine)
        return false;
    return !exclusive || n->slot_readers[slot] == read_by_me;
}

static bool take_slots(handle *h, int offset, int slots, bool exclusive)
{
    for (int i = offset; i < offset + slots; i++)
        if (!slot_is_free(h, i, exclusive))
            return false;
    unsigned *held = exclusive ? &h->takes_slots : &h->reads_slots;
    for (int i = offset; i < offset + slots; i++) {
        bool had = *held >> i & 1;
        h->node->slot_taken[i] |= exclusive;
        h->node->slot_readers[i] += !exclusive && !had;
    }
    *held |= bits_of(offset, slots);
    return true;
}

static void give_slots(handle *h, int offset, int slots)
{
    for (int i = offset; i < offset + slots; i++) {
        h->node->slot_readers[i] -= h->reads_slots >> i & 1;
        if (h->takes_slots >> i & 1)
            h->node->slot_taken[i] = false;
    }
    h->reads_slots &= ~bits_of(offset, slots);
    h->takes_slots &= ~bits_of(offset, slots);
}

static int memory_shm_lock(sqlite3_file *file, int offset, int slots, int flags)
{
    handle *h = (handle *)file;
    bool done = true;
    pthread_mutex_lock(&h->node->mutex);
    if (flags & SQLITE_SHM_UNLOCK)
        give_slots(h, offset, slots);
    else
        done = take_slots(h, offset, slots, (flags & SQLITE_SHM_EXCLUSIVE) != 0);
    pthread_mutex_unlock(&h->node->mutex);
    return done ? SQLITE_OK : SQLITE_BUSY;
}

static void memory_shm_barrier(sqlite3_file *file)
{
    node *n = ((handle *)file)->node;
    pthread_mutex_lock(&n->mutex);
    pthread_mutex_unlock(&n->mutex);
}

static void free_regions(node *n)
{
    for (size_t i = 0; i < n->region_count; i++)
        ra__heap_free(n->regions[i]);
    ra__heap_free(n->regions);
    n->regions = NULL;
    n->region_count = 0;
}

static int memory_shm_unmap(sqlite3_file *file, int delete)
{
    handle *h = (handle *)file;
    pthread_mutex_lock(&h->node->mutex);
    give_slots(h, 0, SQLITE_SHM_NLOCK);
    h->node->index_users -= h->uses_index;
    h->uses_index = false;
    if (delete &&h->node->index_users == 0)
        free_regions(h->node);
    pthread_mutex_unlock(&h->node->mutex);
    return SQLITE_OK;
}

// ---- the rest of a file

static int memory_control(sqlite3_file *file, int operation, void *arg)
{
    (void)file;
    (void)operation;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int memory_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

/// As careful as on disk, so that the same writes and syncs happen.
static int memory_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static void node_free(node *n)
{
    cut(n, 0);
    free_regions(n);
    pthread_mutex_destroy(&n->mutex);
    ra__heap_free(n->chunks);
    ra__heap_free(n->name);
    ra__heap_free(n);
}

static void unlink_node(ra__memory_disk *disk, node *n)
{
    node **at = &disk->first;
    while (*at && *at != n)
        at = &(*at)->next;
    if (*at)
        *at = n->next;
}

static int memory_close(sqlite3_file *file)
{
    handle *h = (handle *)file;
    (void)memory_unlock(file, SQLITE_LOCK_NONE);
    if (h->uses_index)
        (void)memory_shm_unmap(file, false);
    pthread_mutex_lock(&h->disk->mutex);
    h->node->users--;
    bool gone = h->node->users == 0 && (h->node->deleted || !h->node->name);
    pthread_mutex_unlock(&h->disk->mutex);
    if (gone)
        node_free(h->node); // no longer in the list: nobody else knows it
    return SQLITE_OK;
}

static const sqlite3_io_methods memory_methods = {
    .iVersion = 2,
    .xClose = memory_close,
    .xRead = memory_read,
    .xWrite = memory_write,
    .xTruncate = memory_truncate,
    .xSync = memory_sync,
    .xFileSize = memory_size,
    .xLock = memory_lock,
    .xUnlock = memory_unlock,
    .xCheckReservedLock = memory_check_reserved,
    .xFileControl = memory_control,
    .xSectorSize = memory_sector_size,
    .xDeviceCharacteristics = memory_characteristics,
    .xShmMap = memory_shm_map,
    .xShmLock = memory_shm_lock,
    .xShmBarrier = memory_shm_barrier,
    .xShmUnmap = memory_shm_unmap,
};

// ---- files by name

static node *find(ra__memory_disk *disk, const char *name)
{
    node *n = name ? disk->first : NULL;
    while (n && strcmp(n->name, name) != 0)
        n = n->next;
    return n;
}

/// A nameless node is in no list; whoever opened it owns it.
static node *node_new(ra__memory_disk *disk, const char *name)
{
    node *n = ra__heap_alloc_zeroed(1, sizeof *n);
    if (!n || pthread_mutex_init(&n->mutex, NULL) != 0) {
        ra__heap_free(n);
        return NULL;
    }
    if (!name)
        return n;
    size_t bytes = strlen(name) + 1;
    n->name = ra__heap_alloc(bytes);
    if (!n->name) {
        node_free(n);
        return NULL;
    }
    memcpy(n->name, name, bytes);
    n->next = disk->first;
    disk->first = n;
    return n;
}

int ra__memory_file_open(ra__memory_disk *disk, const char *name, sqlite3_file *file, int flags)
{
    handle *h = (handle *)file;
    *h = (handle){.disk = disk};
    pthread_mutex_lock(&disk->mutex);
    node *n = find(disk, name);
    bool may_make = flags & SQLITE_OPEN_CREATE;
    if (!n && may_make)
        n = node_new(disk, name);
    if (n)
        n->users++;
    pthread_mutex_unlock(&disk->mutex);
    if (!n)
        return may_make ? SQLITE_NOMEM : SQLITE_CANTOPEN;
    h->node = n;
    h->base.pMethods = &memory_methods;
    return SQLITE_OK;
}

int ra__memory_file_delete(ra__memory_disk *disk, const char *name)
{
    pthread_mutex_lock(&disk->mutex);
    node *n = find(disk, name);
    bool unused = n && n->users == 0;
    if (n) {
        n->deleted = true;
        unlink_node(disk, n);
    }
    pthread_mutex_unlock(&disk->mutex);
    if (unused)
        node_free(n);
    return n ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

bool ra__memory_file_exists(ra__memory_disk *disk, const char *name)
{
    pthread_mutex_lock(&disk->mutex);
    bool exists = find(disk, name) != NULL;
    pthread_mutex_unlock(&disk->mutex);
    return exists;
}

size_t ra__memory_file_bytes(void)
{
    return sizeof(handle);
}

ra__memory_disk *ra__memory_disk_new(void)
{
    ra__memory_disk *disk = ra__heap_alloc_zeroed(1, sizeof *disk);
    if (disk && pthread_mutex_init(&disk->mutex, NULL) != 0) {
        ra__heap_free(disk);
        disk = NULL;
    }
    return disk;
}

void ra__memory_disk_free(ra__memory_disk *disk)
{
    if (!disk)
        return;
    while (disk->first) {
        node *n = disk->first;
        disk->first = n->next;
        node_free(n);
    }
    pthread_mutex_destroy(&disk->mutex);
    ra__heap_free(disk);
}
