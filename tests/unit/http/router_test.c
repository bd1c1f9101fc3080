// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/private/router.h"

#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static ra_status add(ra__router *router, ra__method method, const char *path)
{
    void *taken_by = NULL;
    assert_null(ra__route_path_check(ra_str_of(path)));
    return ra__router_add(router, method, ra_str_of(path), (void *)(uintptr_t)path, &taken_by);
}

static ra__found found;

static const char *find(const ra__router *router, ra__method method, const char *path)
{
    ra__router_find(router, method, ra_str_of(path), &found);
    return found.value ? found.value : "";
}

static const char *captures(void)
{
    static char text[256];
    text[0] = 0;
    for (unsigned i = 0; i < found.count; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "<" RA_STR_FMT ">",
                 RA_STR_ARG(found.captures[i]));
    return text;
}

static const char *const paths[] = {
    "/",
    "/items",
    "/items/",
    "/items/new",
    "/items/{id}",
    "/items/{id}/lines",
    "/items/{id}/lines/{line}",
    "/files/{path...}",
    "/files/readme",
    "/{any}/end",
    ("/gr\xc3\xb6\xc3\x9f"
     "e"),
    "/a/b/c",
    "/a/{x}/d",
    "/{y}/b/e",
};
enum { PATHS = sizeof(paths) / sizeof(*paths) };

static void check_all(const ra__router *router)
{
    struct {
        const char *path, *route, *captures;
    } rows[] = {
        {"/", "/", ""},
        {"/items", "/items", ""},
        {"/items/", "/items/", ""},
        {"/items/new", "/items/new", ""},
        {"/items/%6eew", "/items/new", ""},
        {"/items/7", "/items/{id}", "<7>"},
        {"/items/%2F", "/items/{id}", "<%2F>"},
        {"/items/7/lines", "/items/{id}/lines", "<7>"},
        {"/items/new/lines", "/items/{id}/lines", "<new>"},
        {"/items/7/lines/2", "/items/{id}/lines/{line}", "<7><2>"},
        {"/items/7/lines/", "", ""},
        {"/items//lines", "", ""},
        {"/Items", "", ""},
        {"//items", "", ""},
        {"/files/a/b//c", "/files/{path...}", "<a/b//c>"},
        {"/files/", "/files/{path...}", "<>"},
        {"/files", "", ""},
        {"/files/readme", "/files/readme", ""},
        {"/files/readme/x", "/files/{path...}", "<readme/x>"},
        {"/files/a%2Fb", "", ""},
        {"/files/a%20b", "/files/{path...}", "<a%20b>"},
        {"/files/end", "/files/{path...}", "<end>"},
        {"/x/end", "/{any}/end", "<x>"},
        {"/items/end", "/items/{id}", "<end>"},
        {"/gr%C3%B6%c3%9fe",
         ("/gr\xc3\xb6\xc3\x9f"
          "e"),
         ""},
        {"/a/b/c", "/a/b/c", ""},
        {"/a/b/d", "/a/{x}/d", "<b>"},
        {"/a/b/e", "/{y}/b/e", "<a>"},
        {"/a/b/f", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_string_equal(find(router, RA__GET, rows[i].path), rows[i].route);
        assert_string_equal(captures(), rows[i].captures);
    }
}

static void specific_routes_go_first_whatever_the_order(void **state)
{
    (void)state;
    for (unsigned order = 0; order < 2 * PATHS; order++) {
        ra__router *router = ra__router_new();
        for (unsigned i = 0; i < PATHS; i++) {
            unsigned at = order < PATHS ? (i + order) % PATHS : (2 * PATHS - 1 - i + order) % PATHS;
            assert_int_equal(add(router, RA__GET, paths[at]), RA_OK);
        }
        check_all(router);
        ra__router_free(router);
    }
}

static void same_shape_and_method_is_a_conflict(void **state)
{
    (void)state;
    ra__router *router = ra__router_new();
    void *taken_by = NULL;
    assert_int_equal(add(router, RA__GET, "/a/{id}"), RA_OK);
    assert_int_equal(add(router, RA__POST, "/a/{key}"), RA_OK);
    assert_int_equal(add(router, RA__GET, "/a/{rest...}"), RA_OK);
    assert_int_equal(ra__router_add(router, RA__GET, RA_STR("/a/{key}"), router, &taken_by),
                     RA_ERR_CONFLICT);
    assert_string_equal(taken_by, "/a/{id}");
    ra__router_free(router);
}

static void method_is_looked_for_in_all_that_match(void **state)
{
    (void)state;
    ra__router *router = ra__router_new();
    char allow[64];
    assert_int_equal(add(router, RA__GET, "/users/new"), RA_OK);
    assert_int_equal(add(router, RA__DELETE, "/users/{id}"), RA_OK);
    assert_int_equal(add(router, RA__POST, "/users/{rest...}"), RA_OK);
    assert_string_equal(find(router, RA__DELETE, "/users/new"), "/users/{id}");
    assert_string_equal(find(router, RA__POST, "/users/new"), "/users/{rest...}");
    assert_string_equal(find(router, RA__HEAD, "/users/new"), "/users/new");
    assert_string_equal(find(router, RA__HEAD, "/users/7"), "");
    assert_string_equal(find(router, RA__PUT, "/users/new"), "");
    assert_int_equal(found.count, 0);
    assert_memory_equal(allow, "GET, HEAD, POST, DELETE, OPTIONS",
                        ra__allow_print(allow, found.allow));
    find(router, RA__PUT, "/users/7");
    assert_memory_equal(allow, "POST, DELETE, OPTIONS", ra__allow_print(allow, found.allow));
    find(router, RA__PUT, "/nobody");
    assert_int_equal(found.allow, 0);
    ra__router_free(router);
}

static void allow_has_room_for_every_method(void **state)
{
    (void)state;
    char allow[64];
    assert_true(ra__allow_print(allow, (1u << RA__METHOD_COUNT) - 1) <= sizeof(allow));
}

static void malformed_paths_are_told_in_words(void **state)
{
    (void)state;
    const char *bad[] = {"",     "items", "/a//b",    "/a/./b",    "/..",    "/a{b}", "/{a}b",
                         "/{}",  "/{1a}", "/{a-b}",   "/{a...}/b", "/{...}", "/a?b",  "/a#b",
                         "/a b", "/%41",  "/{a}/{a}", "/a/{b",     "/a\x01"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (!ra__route_path_check(ra_str_of(bad[i])))
            fail_msg("accepted: %s", bad[i]);
    char deep[200] = "";
    for (int i = 0; i < RA__PATH_SEGMENTS_MAX; i++)
        strcat(deep, "/a");
    assert_null(ra__route_path_check(ra_str_of(deep)));
    strcat(deep, "/a");
    assert_non_null(ra__route_path_check(ra_str_of(deep)));
}

static void long_segments_are_only_data(void **state)
{
    (void)state;
    ra__router *router = ra__router_new();
    char path[4000] = "/";
    assert_int_equal(add(router, RA__GET, "/a"), RA_OK);
    assert_int_equal(add(router, RA__GET, "/{x}"), RA_OK);
    for (int i = 0; i < 1000; i++)
        strcat(path, "%61");
    assert_string_equal(find(router, RA__GET, path), "/{x}");
    path[1 + 3 * 256] = 0;
    assert_string_equal(find(router, RA__GET, path), "/{x}");
    ra__router_free(router);
}

static bool fail_nth(void *arg, size_t bytes)
{
    (void)bytes;
    unsigned *left = arg;
    return *left == 0 || --*left > 0;
}

static void failing_allocation_leaves_a_router_to_free(void **state)
{
    (void)state;
    bool complete = false;
    for (unsigned n = 1; !complete; n++) {
        unsigned left = n;
        ra__heap_set_hook(fail_nth, &left);
        ra__router *router = ra__router_new();
        complete = router != NULL;
        for (unsigned i = 0; router && i < PATHS; i++)
            complete &= add(router, RA__GET, paths[i]) == RA_OK;
        ra__heap_set_hook(NULL, NULL);
        ra__router_free(router);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specific_routes_go_first_whatever_the_order),
        cmocka_unit_test(same_shape_and_method_is_a_conflict),
        cmocka_unit_test(method_is_looked_for_in_all_that_match),
        cmocka_unit_test(allow_has_room_for_every_method),
        cmocka_unit_test(malformed_paths_are_told_in_words),
        cmocka_unit_test(long_segments_are_only_data),
        cmocka_unit_test(failing_allocation_leaves_a_router_to_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
