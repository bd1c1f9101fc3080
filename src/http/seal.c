// SPDX-License-Identifier: MIT OR Apache-2.0
// seal: from what was registered to a table that serves. Each member of an input gets exactly one
// source here:
//
//   .from, if the table says so; else the path, if the route names it there; else the query for
//   GET, HEAD and DELETE, the body for POST, PUT and PATCH.
//
// What does not add up is a fault with file and line, and all faults are told in one go.

#include "base/assert.h"
#include "private/media.h"
#include "private/route.h"
#include "private/routes.h"

enum {
    STACK_BYTES_MIN = 32 << 10,
    ROUTE_MIDDLEWARE_MAX = sizeof(((ra_route_opts *)0)->middleware) / sizeof(ra_middleware_fn *)
};

typedef struct {
    ra_routes *top;
    const ra__http_limits *limits;
    ra__faults *faults;
    bool exhausted;
} sealer;

static void *take(sealer *s, size_t bytes)
{
    void *memory = ra_arena_try_alloc(s->top->arena, bytes);
    s->exhausted |= memory == NULL;
    return memory;
}

#define FAULT(s, at, ...)                                                                          \
    ra__fault_add((s)->faults, (at)->route.file, (at)->route.line, __VA_ARGS__)

// ---- sources of members

static bool is_scalar(const ra__member *member)
{
    return member->kind != RA_K_BOUND || member->of->form == RA__PLAN_ENUM;
}

static ra_source source_of(const ra__route *route, const ra__member *member)
{
    if (member->source != RA_IN_AUTO)
        return (ra_source)member->source;
    for (unsigned i = 0; i < route->placeholder_count; i++)
        if (ra_str_equal(route->placeholders[i], member->name))
            return RA_IN_PATH;
    return ra__method_has_body(route->method) ? RA_IN_BODY : RA_IN_QUERY;
}

static void path_member(sealer *s, const ra__registered *at, ra__route *route, unsigned index)
{
    const ra__member *member = &route->in->members[index];
    for (unsigned i = 0; i < route->placeholder_count; i++) {
        if (!ra_str_equal(route->placeholders[i], member->name))
            continue;
        route->placeholder_members[i] = (int)index;
        ra__set_add(&route->from_path, index);
        if (!is_scalar(member) || member->shape == RA_SHAPE_LIST)
            FAULT(
                s, at,
                "%s %s: {" RA_STR_FMT "} is one value, but the member of %s is a list or a struct",
                at->route.method, at->route.path, RA_STR_ARG(member->name), route->in->bind->name);
        return;
    }
    FAULT(s, at, "%s %s: %s." RA_STR_FMT " comes from the path, which has no {" RA_STR_FMT "}",
          at->route.method, at->route.path, route->in->bind->name, RA_STR_ARG(member->name),
          RA_STR_ARG(member->name));
}

static void query_member(sealer *s, const ra__registered *at, ra__route *route, unsigned index)
{
    const ra__member *member = &route->in->members[index];
    ra__set_add(&route->from_query, index);
    route->takes_query = true;
    if (!is_scalar(member))
        FAULT(s, at, "%s %s: %s." RA_STR_FMT " is a struct; it cannot come from the query",
              at->route.method, at->route.path, route->in->bind->name, RA_STR_ARG(member->name));
}

/// idempotency_key is Idempotency-Key; names of fields are the same in any case.
static void header_member(sealer *s, const ra__registered *at, ra__route *route, unsigned index)
{
    const ra__member *member = &route->in->members[index];
    ra__set_add(&route->from_header, index);
    if (!is_scalar(member))
        FAULT(s, at, "%s %s: %s." RA_STR_FMT " is a struct; it cannot come from a header",
              at->route.method, at->route.path, route->in->bind->name, RA_STR_ARG(member->name));
    char *name = take(s, member->name.len);
    if (!name)
        return;
    for (size_t i = 0; i < member->name.len; i++)
        name[i] = member->name.ptr[i] == '_' ? '-' : member->name.ptr[i];
    route->headers[route->header_count++] =
        (ra__header_member){.member = index, .name = {name, member->name.len}};
}

static void body_member(sealer *s, const ra__registered *at, ra__route *route, unsigned index)
{
    const ra__member *member = &route->in->members[index];
    ra__set_add(&route->from_body, index);
    route->takes_body = true;
    route->body_required |= member->required;
    if (!ra__method_has_body(route->method))
        FAULT(s, at, "%s %s: %s." RA_STR_FMT " comes from the body, which %s does not have",
              at->route.method, at->route.path, route->in->bind->name, RA_STR_ARG(member->name),
              at->route.method);
}

static void member_source(sealer *s, const ra__registered *at, ra__route *route, unsigned index)
{
    const ra__member *member = &route->in->members[index];
    switch (source_of(route, member)) {
    case RA_IN_PATH:
        path_member(s, at, route, index);
        break;
    case RA_IN_QUERY:
        query_member(s, at, route, index);
        break;
    case RA_IN_HEADER:
        header_member(s, at, route, index);
        break;
    case RA_IN_BODY:
        body_member(s, at, route, index);
        break;
    default:
        break; // forms and cookies are faults of the table
    }
}

static bool has_member(const ra__route *route, ra_str name)
{
    return route->in && ra__plan_find(route->in, name) >= 0;
}

static void placeholders_are_used(sealer *s, const ra__registered *at, const ra__route *route)
{
    for (unsigned i = 0; i < route->placeholder_count; i++) {
        ra_str name = route->placeholders[i];
        if (route->placeholder_members[i] >= 0)
            continue;
        if (has_member(route, name))
            FAULT(s, at,
                  "%s %s: nothing takes {" RA_STR_FMT "}: %s." RA_STR_FMT " has another .from",
                  at->route.method, at->route.path, RA_STR_ARG(name), route->in->bind->name,
                  RA_STR_ARG(name));
        else
            FAULT(s, at, "%s %s: the input has no member for {" RA_STR_FMT "}", at->route.method,
                  at->route.path, RA_STR_ARG(name));
    }
}

/// A list as input is the whole body.
static void list_input(sealer *s, const ra__registered *at, ra__route *route)
{
    route->takes_body = route->body_required = true;
    if (!ra__method_has_body(route->method))
        FAULT(s, at, "%s %s: a list comes from the body, which %s does not have", at->route.method,
              at->route.path, at->route.method);
}

/// NULL: the table has faults, which are told.
static const ra__plan *sound_plan(sealer *s, const ra_bind *bind)
{
    ra__faults of_table;
    ra__faults_init(&of_table);
    ra__plan_seal(bind, &of_table);
    bool sound = of_table.count == 0;
    ra__faults_deinit(&of_table);
    if (sound)
        return ra__plan_of(bind);
    ra__plan_seal(bind, s->faults);
    return NULL;
}

static void struct_input(sealer *s, const ra__registered *at, ra__route *route)
{
    const ra__plan *plan = route->in;
    route->headers = take(s, plan->member_count * sizeof(*route->headers) + 1);
    if (!route->headers)
        return;
    for (unsigned i = 0; i < plan->member_count; i++)
        member_source(s, at, route, i);
}

/// Of a table with faults nothing more is said: what would follow from them only distracts.
static void input(sealer *s, const ra__registered *at, ra__route *route)
{
    const ra__plan *plan = sound_plan(s, at->route.in());
    if (!plan)
        return;
    route->in = plan->form == RA__PLAN_NONE ? NULL : plan;
    if (plan->form == RA__PLAN_LIST)
        list_input(s, at, route);
    else if (plan->form == RA__PLAN_STRUCT)
        struct_input(s, at, route);
    else if (route->in)
        FAULT(s, at, "%s %s: the input is a struct with RA_BIND, or ra_none", at->route.method,
              at->route.path);
    placeholders_are_used(s, at, route);
}

static void output(sealer *s, const ra__registered *at, ra__route *route)
{
    const ra__plan *plan = sound_plan(s, at->route.out());
    if (!plan || plan->form == RA__PLAN_NONE)
        return;
    route->out = plan;
    if (plan->form == RA__PLAN_ENUM)
        FAULT(s, at, "%s %s: the output is a struct or a list, or ra_none", at->route.method,
              at->route.path);
}

// ---- options

static void options(sealer *s, const ra__registered *at, ra__route *route)
{
    const ra_route_opts *opts = &at->opts;
    bool empty = route->typed && !route->out;
    route->status = opts->status ? opts->status : empty ? 204 : 200;
    route->timeout_ns = opts->timeout_ns ? opts->timeout_ns : s->limits->handler_timeout_ns;
    route->body_bytes_max = opts->body_bytes_max ? opts->body_bytes_max : s->limits->body_bytes_max;
    route->stack_bytes = opts->stack_bytes;
    route->cancel_on_close = opts->on_close == RA_ON_CLOSE_AUTO
                                 ? ra__method_is_safe(route->method)
                                 : opts->on_close == RA_ON_CLOSE_CANCEL;
    route->unknown_refuse = opts->unknown != RA_UNKNOWN_IGNORE;
    route->cpu_heavy = opts->cpu_heavy;
    route->produces = ra_str_of(opts->produces ? opts->produces : "");
    route->consumes = ra_str_of(opts->consumes ? opts->consumes : "");
}

static void options_check(sealer *s, const ra__registered *at, const ra__route *route)
{
    const ra_route_opts *opts = &at->opts;
    const char *method = at->route.method, *path = at->route.path;
    if (route->status < 200 || route->status > 599)
        FAULT(s, at, "%s %s: .status = %d is not a final status (200 to 599)", method, path,
              route->status);
    if (route->out && (route->status == 204 || route->status == 205 || route->status == 304))
        FAULT(s, at, "%s %s: an answer of status %d has no content; the output is ra_none", method,
              path, route->status);
    if (opts->timeout_ns < 0)
        FAULT(s, at, "%s %s: .timeout_ns is negative", method, path);
    if (opts->stack_bytes && opts->stack_bytes < STACK_BYTES_MIN)
        FAULT(s, at, "%s %s: .stack_bytes is below 32 KiB", method, path);
    if (opts->cpu_heavy && !route->typed)
        FAULT(s, at, "%s %s: .cpu_heavy is for typed handlers; a raw one calls ra_offload", method,
              path);
    if (route->typed && (opts->produces || opts->consumes))
        FAULT(s, at, "%s %s: .produces and .consumes are for raw handlers; a typed one speaks JSON",
              method, path);
    if (route->produces.len > 0 && !ra__media_is_value(route->produces))
        FAULT(s, at, "%s %s: .produces is a media type: text/csv; charset=utf-8", method, path);
    if (route->consumes.len > 0 && !ra__media_is_type(route->consumes))
        FAULT(s, at, "%s %s: .consumes is one media type without parameters: text/csv", method,
              path);
}

// ---- middleware

static unsigned chain_len(const ra__registered *at)
{
    unsigned len = 0;
    for (const ra_routes *group = at->group; group; group = group->parent)
        for (const ra__middleware *m = group->middleware; m; m = m->next)
            len++;
    for (unsigned i = 0; i < ROUTE_MIDDLEWARE_MAX && at->opts.middleware[i]; i++)
        len++;
    return len;
}

/// The top's first, then the groups' from the outside in; *to moves on.
static void group_chain(const ra_routes *group, ra_middleware_fn ***to)
{
    if (!group)
        return;
    group_chain(group->parent, to);
    for (const ra__middleware *m = group->middleware; m; m = m->next)
        *(*to)++ = m->fn;
}

static void chain(sealer *s, const ra__registered *at, ra__route *route)
{
    route->chain_len = at->builtin ? 0 : chain_len(at);
    if (route->chain_len == 0)
        return;
    route->chain = take(s, route->chain_len * sizeof(*route->chain));
    if (!route->chain)
        return;
    ra_middleware_fn **to = route->chain;
    group_chain(at->group, &to);
    for (unsigned i = 0; i < ROUTE_MIDDLEWARE_MAX && at->opts.middleware[i]; i++)
        *to++ = at->opts.middleware[i];
}

// ---- one route

static const char *label(sealer *s, const ra__registered *at)
{
    size_t method_len = strlen(at->route.method), path_len = strlen(at->route.path);
    char *text = take(s, method_len + path_len + 2);
    if (!text)
        return NULL;
    memcpy(text, at->route.method, method_len);
    text[method_len] = ' ';
    memcpy(text + method_len + 1, at->route.path, path_len + 1);
    return text;
}

/// false: it has a fault that leaves nothing to look at.
static bool place(sealer *s, const ra__registered *at, ra__route *route)
{
    route->method = ra__method_of(ra_str_of(at->route.method));
    if (route->method == RA__METHOD_UNKNOWN) {
        FAULT(s, at,
              "%s %s: no such method; GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are built",
              at->route.method, at->route.path);
        return false;
    }
    route->path = ra_str_of(at->route.path);
    const char *why = ra__route_path_check(route->path);
    if (why) {
        FAULT(s, at, "%s %s: %s", at->route.method, at->route.path, why);
        return false;
    }
    route->placeholder_count = ra__route_path_names(route->path, route->placeholders);
    for (unsigned i = 0; i < route->placeholder_count; i++)
        route->placeholder_members[i] = -1;
    return true;
}

static ra__route *seal_one(sealer *s, const ra__registered *at)
{
    ra__route *route = take(s, sizeof(*route));
    if (!route || !place(s, at, route))
        return NULL;
    route->label = label(s, at);
    route->fn = at->route.fn;
    route->typed = at->route.in != NULL;
    route->builtin = at->builtin;
    route->quiet = at->quiet;
    if (route->typed) {
        input(s, at, route);
        output(s, at, route);
    }
    options(s, at, route);
    options_check(s, at, route);
    chain(s, at, route);
    return route;
}

/// Where the route that came first was registered.
static const ra__registered *registered_as(const sealer *s, ra__route *const *sealed,
                                           const void *route)
{
    size_t i = 0;
    for (const ra__registered *at = s->top->first; at; at = at->next, i++)
        if (sealed[i] == route)
            return at;
    return NULL;
}

static void conflict(sealer *s, const ra__registered *at, ra__route *const *sealed,
                     const ra__route *taken_by)
{
    const ra__registered *first = registered_as(s, sealed, taken_by);
    RA_CHECK(first, "a conflict with nothing");
    if (first->route.file)
        FAULT(s, at, "%s %s: %s:%d has %s already", at->route.method, at->route.path,
              first->route.file, first->route.line, taken_by->label);
    else
        FAULT(s, at, "%s %s: %s is built in", at->route.method, at->route.path, taken_by->label);
}

static void add_to_router(sealer *s, const ra__registered *at, ra__route *const *sealed,
                          ra__route *route, ra__router *router)
{
    void *taken_by = NULL;
    ra_status status = ra__router_add(router, route->method, route->path, route, &taken_by);
    if (status == RA_ERR_CONFLICT)
        conflict(s, at, sealed, taken_by);
    else if (status != RA_OK)
        s->exhausted = true;
}

ra_status ra__routes_seal(ra_routes *top, const ra__http_limits *limits, ra__route_table *out,
                          ra__faults *faults)
{
    sealer s = {.top = top, .limits = limits, .faults = faults, .exhausted = top->exhausted};
    *out = (ra__route_table){.router = ra__router_new()};
    for (const ra__registered *at = top->first; at; at = at->next)
        out->count++;
    ra__route **sealed = take(&s, out->count * sizeof(*sealed) + 1);
    if (!out->router || !sealed)
        return RA_ERR_EXHAUSTED;
    size_t i = 0;
    for (const ra__registered *at = top->first; at; at = at->next, i++) {
        sealed[i] = seal_one(&s, at);
        if (sealed[i])
            add_to_router(&s, at, sealed, sealed[i], out->router);
    }
    if (s.exhausted)
        return RA_ERR_EXHAUSTED;
    return faults->count > 0 ? RA_ERR_INVALID : RA_OK;
}
