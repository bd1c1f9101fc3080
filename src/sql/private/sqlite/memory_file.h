// SPDX-License-Identifier: MIT OR Apache-2.0
// memory_file: files that live in memory, with the locks and the shared index (-shm) that SQLite's
// WAL needs. Several connections on several threads share them, as they would share a file on disk.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_MEMORY_FILE_H
#define RAMIE_SQL_PRIVATE_SQLITE_MEMORY_FILE_H

#include <ramie/base.h>
#include <sqlite3.h>

/// A set of files by name. Any thread.
typedef struct ra__memory_disk ra__memory_disk;
ra__memory_disk *ra__memory_disk_new(void); // NULL: no memory
/// Every file must have been closed.
void ra__memory_disk_free(ra__memory_disk *disk);

/// What an open file takes; the caller's storage.
size_t ra__memory_file_bytes(void);
/// As xOpen of a VFS: name NULL makes a nameless file that ends when it is closed. An SQLite code.
int ra__memory_file_open(ra__memory_disk *disk, const char *name, sqlite3_file *file, int flags);
int ra__memory_file_delete(ra__memory_disk *disk, const char *name);
bool ra__memory_file_exists(ra__memory_disk *disk, const char *name);

#endif
