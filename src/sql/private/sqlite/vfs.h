// SPDX-License-Identifier: MIT OR Apache-2.0
// vfs: the files of one database as SQLite sees them. Every access of SQLite to the world goes
// through here: on disk to its own `unix` VFS (its locks, its -shm, its recovery: other processes
// may open the file), else to memory files. Here are added: counters, faults for tests, and the
// runtime's clock and randomness.
//
// Calls block the calling thread and never suspend. A VFS outlives every connection that uses it.
// Any thread.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_VFS_H
#define RAMIE_SQL_PRIVATE_SQLITE_VFS_H

#include "os/os.h"
#include "sql/db.h"

typedef struct ra__vfs ra__vfs;

typedef struct {
    const ra__clock *clock;
    bool in_memory;   // files in memory, of this VFS alone
    bool never_sleep; // the simulation: its clock does not move meanwhile
} ra__vfs_opts;

/// RA_ERR_EXHAUSTED: no memory.
RA_MUST_USE ra_status ra__vfs_open(ra__vfs **out, const ra__vfs_opts *opts);
void ra__vfs_close(ra__vfs *vfs); // NULL allowed
/// The name to open connections by; unique in the process.
const char *ra__vfs_name(const ra__vfs *vfs);

/// Start SQLite's own generator (WAL salts, random()) anew from this VFS's randomness: the seed's.
/// For the simulation only: for a moment this is the VFS of whoever else in the process uses SQLite.
void ra__vfs_seed_generator(ra__vfs *vfs);

typedef enum { RA__VFS_ABSENT, RA__VFS_UNWRITABLE, RA__VFS_WRITABLE } ra__vfs_access;
ra__vfs_access ra__vfs_look_at(ra__vfs *vfs, const char *path);
/// false: time does not pass here, waiting is in vain.
RA_MUST_USE bool ra__vfs_sleep(ra__vfs *vfs, int64_t ns);

/// RA__DB_FAULT_WRITE, _SYNC, _OPEN.
void ra__vfs_fail(ra__vfs *vfs, ra__db_fault fault, unsigned nth, ra_status status);
/// Fills in the vfs_ counters.
void ra__vfs_count(const ra__vfs *vfs, ra__db_counters *out);

#endif
