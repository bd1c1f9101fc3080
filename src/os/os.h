// SPDX-License-Identifier: MIT OR Apache-2.0
// os: the floor of the seam: clock, randomness, memory maps, threads' surroundings, files, signals.
// Only this folder and io call the system. No function here knows a fiber; those that block say so.
#ifndef RAMIE_OS_OS_H
#define RAMIE_OS_OS_H

#include <ramie/base.h>

// ---- clock, randomness

/// Where time comes from: the system, or the simulation's.
typedef struct ra__clock {
    int64_t (*monotonic_ns)(void *world);
    int64_t (*wall_ns)(void *world);
    uint64_t (*random)(void *world); // unpredictable bits, or the seed's
    void *world;
} ra__clock;
extern const ra__clock ra__os_clock;

int64_t ra__os_monotonic_ns(void);
int64_t ra__os_wall_ns(void);
/// Cannot fail: traps when the kernel has no randomness to give.
void ra__os_random(void *out, size_t bytes);

// ---- machine

/// CPUs that this process may use: affinity and cgroup quota (v1, v2; rounded down), at least 1.
unsigned ra__os_cpu_count(void);
size_t ra__os_page_bytes(void);
/// Open descriptors allowed; raises the soft limit to the hard one first.
uint64_t ra__os_descriptor_max(void);
int ra__os_process_id(void);
/// Name of the calling thread, shown by ps and gdb; at most 15 bytes count.
void ra__os_thread_name(const char *name);

// ---- memory maps

/// Reserved, lazily touched, without huge pages; NULL: refused.
void *ra__os_map(size_t bytes);
void ra__os_unmap(void *start, size_t bytes);
/// Make [start, start + bytes) trap on access; page aligned. false: refused, as by all kernels
/// before Linux 6.13.
bool ra__os_guard(void *start, size_t bytes);
/// The same on any kernel, for two more of the maps that a process may have. false: refused.
bool ra__os_guard_by_map(void *start, size_t bytes);
/// How many maps a process may have (vm.max_map_count). Reads a file.
size_t ra__os_maps_max(void);
/// Give the pages back to the system, keep the addresses.
void ra__os_trim(void *start, size_t bytes);

// ---- files and streams; all block

/// The whole file, at most `bytes_max`, into *out (initialised by the caller with its maximum).
/// RA_ERR_NOT_FOUND, RA_ERR_PERMISSION, RA_ERR_TOO_LARGE (the beginning is in *out),
/// RA_ERR_EXHAUSTED, RA_ERR_IO.
RA_MUST_USE ra_status ra__os_file_read(const char *path, ra_buf *out);
/// Write all of `bytes` to an open descriptor (1, 2); retries EINTR and short writes; RA_ERR_IO.
ra_status ra__os_write_all(int fd, ra_str bytes);
bool ra__os_is_terminal(int fd);
/// printf to a descriptor, in one write; longer than 4 KiB is cut.
RA_PRINTF(2, 3) void ra__os_print(int fd, const char *format, ...);

// ---- signals: by whoever owns the process (ra_app_main, ra_run)

typedef enum {
    RA__SIGNAL_NONE,
    RA__SIGNAL_TERM,
    RA__SIGNAL_INT,
    RA__SIGNAL_HUP,
    RA__SIGNAL_QUIT
} ra__signal;
/// Block TERM, INT, HUP, QUIT for this thread and all it starts, ignore PIPE; before the first
/// thread. Returns a signalfd, or -1. What was set is restored by ra__os_signals_close, which
/// forgets signals that nobody waited for. One owner at a time (checked).
int ra__os_signals_open(void);
void ra__os_signals_close(int fd);
/// Wait for a signal or for `doorbell` (an eventfd, -1: none) to ring. Blocks.
ra__signal ra__os_signals_wait(int fd, int doorbell);

// ---- doorbell: an eventfd that wakes a thread

int ra__os_doorbell_open(void); // -1: no descriptor left
void ra__os_doorbell_ring(int fd);
void ra__os_doorbell_clear(int fd);
void ra__os_doorbell_close(int fd);

// ---- crash reports: SEGV, BUS, ILL, TRAP, ABRT

/// Install the handlers, on an alternate stack for the calling thread; nothing under sanitizers.
/// `report` runs in the signal handler: it may only format into its own storage and call
/// ra__os_write_all. The process then dies by the signal.
void ra__os_crash_handlers(void (*report)(int signal, void *fault_address, void *stack_pointer));
/// The alternate stack of one more thread; freed by the second call, on the same thread.
void ra__os_crash_stack_open(void);
void ra__os_crash_stack_close(void);

#endif
