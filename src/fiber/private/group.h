// SPDX-License-Identifier: MIT OR Apache-2.0
// group: what stands behind a ra_group. A family is made when the first child is asked for and ends
// with the scope.
//
// Records belong to the parent's shard ("home"), wherever the child runs. While a child is away its
// record is shared: home writes what it was told (cancel_*), the other shard what becomes of it
// (fiber, over, status, ...); each reads the other's part only after a message from there. When a
// record may be given back: see child.c.
#ifndef RAMIE_FIBER_GROUP_H
#define RAMIE_FIBER_GROUP_H

#include "fiber/wait.h"
#include "private/shard.h"

/// Of a failure; lies in the arena of the child.
typedef struct {
    ra_str message;
    ra_problems problems;
} ra__detail;

struct ra__family {
    ra__family *outer; // of the same fiber
    ra__fiber *parent;
    ra__child *children; // not ended yet
    unsigned alive;
    bool keep_going;
    bool shielded; // begun inside a shield: the parent's cancellation does not reach it, until the
                   // parent waits for it outside
    ra_status canceled; // what the children were told; RA_OK: nothing
    ra_status first;    // failure
    ra__detail *detail; // of it; NULL: none
    ra_arena *arena;    // what the children left, until the scope ends
    ra__wait *joiner;   // the parent, when it waits for the last child
};

struct ra__child {
    ra__task task; // first; while it is ready but holds no stack
    ra__child *next, *prev;
    ra__family *family;
    ra__shard *home, *shard; // shard: where it runs
    ra__fiber_fn *fn;
    void *arg;
    ra__site site;
    const char *label;
    ra__inherited inherited;
    ra__msg trip; // there, and later back
    // Home's while it is away.
    ra__msg cancel;
    ra_status cancel_why; // RA_OK: not sent
    // The other shard's while it is away.
    ra__fiber *fiber; // NULL: not started, or over
    bool over, cancel_seen;
    ra_status status;
    ra__detail *detail;
    ra_arena *arena;
};

// child.c
/// Queue it here, or send it to child->shard.
void ra__child_go(ra__child *child);
/// On its shard, from the ready queue. NULL: it ended at once, there is no stack.
ra__fiber *ra__child_start(ra__child *child);
void ra__child_cancel(ra__child *child, ra_status why);

// group.c
void ra__family_cancel(ra__family *family, ra_status why);
/// At home: the child is over.
void ra__family_child_over(ra__family *family, ra__child *child);

#endif
