// SPDX-License-Identifier: MIT OR Apache-2.0
// routes: registration. Nothing is checked here: faults are told together, when the service starts.

#include "private/routes.h"
#include "base/assert.h"
#include "http/server.h"

enum { ROUTES_BYTES_MAX = 16 << 20 };

static void *take(ra_routes *top, size_t bytes)
{
    void *memory = ra_arena_try_alloc(top->arena, bytes);
    top->exhausted |= memory == NULL;
    return memory;
}

ra_routes *ra__routes_new(void)
{
    ra_arena *arena = ra_arena_new(NULL, ROUTES_BYTES_MAX);
    if (!arena)
        return NULL;
    ra_routes *top = ra_arena_try_alloc(arena, sizeof(*top));
    if (!top) {
        ra_arena_free(arena);
        return NULL;
    }
    top->top = top;
    top->arena = arena;
    top->prefix = "";
    top->end = &top->first;
    top->middleware_end = &top->middleware;
    return top;
}

void ra__routes_free(ra_routes *top)
{
    if (top)
        ra_arena_free(top->arena);
}

ra_routes *ra_routes_self_(ra_routes *routes)
{
    return routes;
}

/// `prefix` then `path`, NUL-terminated; NULL: no memory.
static const char *join(ra_routes *top, const char *prefix, const char *path)
{
    size_t prefix_len = strlen(prefix), path_len = strlen(path);
    char *joined = take(top, prefix_len + path_len + 1);
    if (!joined)
        return NULL;
    memcpy(joined, prefix, prefix_len);
    memcpy(joined + prefix_len, path, path_len + 1);
    return joined;
}

ra_routes *ra_routes_under(ra_routes *parent, const char *prefix)
{
    RA_CHECK(parent && prefix, "ra_routes_under needs a parent and a prefix");
    ra_routes *group = take(parent->top, sizeof(*group));
    const char *joined = join(parent->top, parent->prefix, prefix);
    if (!group || !joined)
        return parent; // the start fails for want of memory
    *group = (ra_routes){.top = parent->top, .parent = parent, .prefix = joined};
    group->middleware_end = &group->middleware;
    return group;
}

void ra_middleware_add_(ra_routes *routes, ra_middleware_fn *fn, const char *name)
{
    RA_CHECK(fn, "ra_middleware(%s): NULL", name);
    ra__middleware *added = take(routes->top, sizeof(*added));
    if (!added)
        return;
    added->fn = fn;
    *routes->middleware_end = added;
    routes->middleware_end = &added->next;
}

static ra__registered *add(ra_routes *group, const ra_route *route, const ra_route_opts *opts)
{
    ra_routes *top = group->top;
    ra__registered *added = take(top, sizeof(*added));
    const char *path = join(top, group->prefix, route->path ? route->path : "");
    if (!added || !path)
        return NULL;
    *added = (ra__registered){.route = *route, .opts = *opts, .group = group};
    added->route.path = path;
    *top->end = added;
    top->end = &added->next;
    return added;
}

void ra_route_add_(ra_routes *routes, const ra_route *route, const ra_route_opts *opts)
{
    RA_CHECK(routes && route->fn, "%s:%d: a route needs its app and a handler", route->file,
             route->line);
    add(routes, route, opts);
}

void ra__routes_builtin(ra_routes *top, const char *method, const char *path, ra_raw_fn *fn,
                        bool quiet)
{
    ra_route route = {.method = method, .path = path, .fn = (ra_any_fn)fn, .fn_name = "built in"};
    ra_route_opts opts = {.reserved_ = 0};
    ra__registered *added = add(top, &route, &opts);
    if (!added)
        return;
    added->builtin = true;
    added->quiet = quiet;
}
