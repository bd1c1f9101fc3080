// SPDX-License-Identifier: MIT OR Apache-2.0
// link: a doubly linked ring. The head is a link of its own; a zeroed link is in no ring.
#ifndef RAMIE_IO_PRIVATE_LINK_H
#define RAMIE_IO_PRIVATE_LINK_H

#include <stdbool.h>
#include <stddef.h>

struct ra__link {
    struct ra__link *next, *prev;
};

static inline void ra__ring_init(struct ra__link *head)
{
    head->next = head->prev = head;
}
static inline bool ra__ring_empty(const struct ra__link *head)
{
    return head->next == head;
}
static inline bool ra__linked(const struct ra__link *link)
{
    return link->next != NULL;
}
/// At the end. `link` is in no ring.
static inline void ra__ring_push(struct ra__link *head, struct ra__link *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}
/// Nothing when it is in no ring.
static inline void ra__unlink(struct ra__link *link)
{
    if (!ra__linked(link))
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
}
/// The first one, taken out; NULL: empty.
static inline struct ra__link *ra__ring_pop(struct ra__link *head)
{
    if (ra__ring_empty(head))
        return NULL;
    struct ra__link *first = head->next;
    ra__unlink(first);
    return first;
}
/// All of `from` goes to `to`, which is made empty first.
static inline void ra__ring_move(struct ra__link *to, struct ra__link *from)
{
    ra__ring_init(to);
    if (ra__ring_empty(from))
        return;
    *to = *from;
    to->next->prev = to;
    to->prev->next = to;
    ra__ring_init(from);
}

/// The struct that `member` at `link` belongs to.
#define RA__LINKED(type, member, link) ((type *)(void *)((char *)(link)-offsetof(type, member)))

#endif
