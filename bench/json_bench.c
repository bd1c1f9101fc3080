// SPDX-License-Identifier: MIT OR Apache-2.0
// JSON to a struct and back: a flat `user` of 159 bytes, in 64 variants so that no branch is learnt by heart. Beside it
// jansson, if it was there at build time: a tree, its members copied into the same struct; a tree made and dumped.
// Prints "name<TAB>number<TAB>unit" a line; the medians over rounds are bench/run.py's.
#include "base/arena.h"
#include <ramie/ramie.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef RAMIE_BENCH_JANSSON
#include <jansson.h>
#endif

typedef struct {
    int64_t id;
    ra_str name, email;
    int32_t age;
    bool active;
    double score;
    ra_str city, language;
    uint32_t logins;
} user;
RA_BIND(user, RA_FIELD(id, .min = 1), RA_FIELD(name, .min_len = 1, .max_len = 80), RA_FIELD(email),
        RA_FIELD(age, .min = 0, .max = 150), RA_FIELD(active), RA_FIELD(score), RA_FIELD(city),
        RA_FIELD(language), RA_FIELD(logins));

enum { VARIANTS = 64, USER_BYTES = 159, CALLS = 200000, TEXT_BYTES_MAX = 256 };

static const char in_order[] =
    "{\"id\":%d,\"name\":\"Ada Lovelace\",\"email\":\"ada@analytical.example\",\"age\":%d,"
    "\"active\":true,\"score\":%d.25,\"city\":\"Greenwich\",\"language\":\"en\",\"logins\":%d}";
static const char in_reverse[] =
    "{\"logins\":%4$d,\"language\":\"en\",\"city\":\"Greenwich\",\"score\":%3$d.25,\"active\":true,"
    "\"age\":%2$d,\"email\":\"ada@analytical.example\",\"name\":\"Ada Lovelace\",\"id\":%1$d}";

typedef struct {
    char text[VARIANTS][TEXT_BYTES_MAX];
    size_t len[VARIANTS];
} documents;

static documents users, reversed;
static user values[VARIANTS];
static double checksum; // keeps the work from being dropped, and shows that all read the same
static ra_arena *arena;

static void make_documents(documents *docs, const char *format)
{
    for (int i = 0; i < VARIANTS; i++) {
        int len = snprintf(docs->text[i], TEXT_BYTES_MAX, format, 12345678 + 991 * i, 20 + i,
                           100 + i, 123456 + i);
        docs->len[i] = (size_t)len;
    }
}

static void add(const user *u)
{
    checksum += (double)u->id + u->age + u->active + u->score + u->logins +
                (double)(u->name.len + u->email.len + u->city.len + u->language.len);
}

static void must(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "json_bench: %s\n", what);
    exit(1);
}

// ---- ramie

static void decode(const documents *docs, int i)
{
    user u;
    ra_str text = {docs->text[i], docs->len[i]};
    must(ra_json_decode(arena, user, text, &u, NULL) == RA_OK, "decode");
    add(&u);
    ra__arena_reset(arena);
}

static void decode_in_order(int i)
{
    decode(&users, i);
}

static void decode_reversed(int i)
{
    decode(&reversed, i);
}

static ra_buf answer;

static void encode(int i)
{
    answer.len = 0;
    must(ra_json_encode(&answer, user, &values[i]) == RA_OK, "encode");
    checksum += (double)answer.len;
}

// ---- jansson

#ifdef RAMIE_BENCH_JANSSON
static ra_str str_of(const json_t *tree, const char *name)
{
    const json_t *node = json_object_get(tree, name);
    return (ra_str){json_string_value(node), json_string_length(node)};
}

static void jansson_decode(int i)
{
    json_error_t error;
    json_t *tree = json_loadb(users.text[i], users.len[i], JSON_REJECT_DUPLICATES, &error);
    must(tree != NULL, "jansson decode");
    user u = {
        .id = json_integer_value(json_object_get(tree, "id")),
        .name = str_of(tree, "name"),
        .email = str_of(tree, "email"),
        .age = (int32_t)json_integer_value(json_object_get(tree, "age")),
        .active = json_is_true(json_object_get(tree, "active")),
        .score = json_number_value(json_object_get(tree, "score")),
        .city = str_of(tree, "city"),
        .language = str_of(tree, "language"),
        .logins = (uint32_t)json_integer_value(json_object_get(tree, "logins")),
    };
    add(&u);
    json_decref(tree);
}

static void jansson_encode(int i)
{
    char text[TEXT_BYTES_MAX];
    const user *u = &values[i];
    json_t *tree =
        json_pack("{s:I,s:s%,s:s%,s:i,s:b,s:f,s:s%,s:s%,s:I}", "id", (json_int_t)u->id, "name",
                  u->name.ptr, u->name.len, "email", u->email.ptr, u->email.len, "age", u->age,
                  "active", u->active, "score", u->score, "city", u->city.ptr, u->city.len,
                  "language", u->language.ptr, u->language.len, "logins", (json_int_t)u->logins);
    checksum += (double)json_dumpb(tree, text, sizeof text, JSON_COMPACT);
    json_decref(tree);
}
#endif

// ---- measuring

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * RA_SECONDS(1) + now.tv_nsec;
}

static void measure(const char *name, void (*work)(int i))
{
    for (int i = 0; i < VARIANTS; i++)
        work(i);
    checksum = 0;
    int64_t begun_ns = now_ns();
    for (int i = 0; i < CALLS; i++)
        work(i % VARIANTS);
    printf("%s\t%.1f\tns\n", name, (double)(now_ns() - begun_ns) / CALLS);
    must(checksum > 0, "nothing was read");
}

static void read_values(void)
{
    static ra_arena *kept;
    kept = ra_arena_new(NULL, 1 << 20);
    for (int i = 0; i < VARIANTS; i++) {
        ra_str text = {users.text[i], users.len[i]};
        must(users.len[i] == USER_BYTES, "the document has not 159 bytes");
        must(ra_json_decode(kept, user, text, &values[i], NULL) == RA_OK, "the document");
    }
}

int main(void)
{
    arena = ra_arena_new(NULL, 1 << 20);
    answer = ra_buf_init(1 << 16);
    make_documents(&users, in_order);
    make_documents(&reversed, in_reverse);
    read_values();
    measure("JSON decode, user of 159 bytes", decode_in_order);
    measure("JSON decode, members reversed", decode_reversed);
    measure("JSON encode, user of 159 bytes", encode);
#ifdef RAMIE_BENCH_JANSSON
    measure("JSON decode, the same with jansson", jansson_decode);
    measure("JSON encode, the same with jansson", jansson_encode);
#else
    fprintf(stderr, "json_bench: no rows for jansson, libjansson-dev was missing at build time\n");
#endif
    ra_buf_deinit(&answer);
    ra_arena_free(arena);
    return 0;
}
