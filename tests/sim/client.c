// SPDX-License-Identifier: MIT OR Apache-2.0
#include "client.h"

#include "base/assert.h"
#include "base/text.h"

void sim_client_close(sim_client *client)
{
    if (client->sock)
        ra__sock_close(client->sock, false);
    client->sock = NULL;
    client->len = 0;
}

/// Whatever the network did: no answer, and the connection is given up.
static sim_answer lost(sim_client *client)
{
    sim_client_close(client);
    return (sim_answer){0};
}

static bool connected(ra_ctx *ctx, sim_client *client)
{
    for (int tries = 0; !client->sock && tries < 20; tries++) {
        if (ra__sock_connect(ctx, &client->addr, &client->sock) == RA_OK)
            return true;
        client->sock = NULL;
        RA_DISCARD(ra_sleep(ctx, RA_MS(50)));
    }
    return client->sock != NULL;
}

static bool read_more(ra_ctx *ctx, sim_client *client)
{
    size_t got = 0;
    RA_CHECK(client->len < sizeof client->bytes, "an answer of more than 64 KiB");
    ra_status status = ra__sock_read(ctx, client->sock, client->bytes + client->len,
                                     sizeof client->bytes - client->len, &got);
    client->len += got;
    return status == RA_OK && got > 0;
}

/// The value of a field of the head, empty when it is not there.
static ra_str field(ra_str head, ra_str name)
{
    ra_str line;
    while (ra_str_split(&head, '\n', &line)) {
        bool named = line.len > name.len && line.ptr[name.len] == ':' &&
                     ra__str_equal_fold(ra_str_slice(line, 0, name.len), name);
        if (named)
            return ra_str_slice(line, name.len + 2, line.len - 1);
    }
    return RA_STR("");
}

/// The bytes of the body that follows `head`; every answer of the service says its length.
static size_t body_bytes(ra_str head, int status)
{
    int64_t bytes = 0;
    ra_str length = field(head, RA_STR("Content-Length"));
    if (status == 204 || status == 304) {
        RA_CHECK(length.len == 0, "a %d with Content-Length", status);
        return 0;
    }
    RA_CHECK(ra__i64_parse(length, &bytes) == RA_OK && bytes >= 0,
             "no Content-Length in:\n" RA_STR_FMT, RA_STR_ARG(head));
    return (size_t)bytes;
}

static int status_of(ra_str head)
{
    int64_t status = 0;
    RA_CHECK(ra_str_starts_with(head, RA_STR("HTTP/1.1 ")) && head.len > 13 &&
                 head.ptr[12] == ' ' && ra__i64_parse(ra_str_slice(head, 9, 12), &status) == RA_OK,
             "no status line: " RA_STR_FMT, RA_STR_ARG(head));
    return (int)status;
}

/// The first answer among the bytes; *bytes says how many it takes. Status 0: the connection ended first.
static sim_answer read_answer(ra_ctx *ctx, sim_client *client, size_t *bytes)
{
    const char *end;
    while (!(end = memmem(client->bytes, client->len, "\r\n\r\n", 4)))
        if (!read_more(ctx, client))
            return lost(client);
    ra_str head = {client->bytes, (size_t)(end - client->bytes) + 4};
    sim_answer answer = {.status = status_of(head)};
    size_t body = body_bytes(head, answer.status);
    *bytes = head.len + body;
    answer.closing = ra__str_equal_fold(field(head, RA_STR("Connection")), RA_STR("close"));
    while (client->len < *bytes)
        if (!read_more(ctx, client))
            return lost(client);
    answer.body = (ra_str){client->bytes + head.len, body};
    return answer;
}

/// After `close` the server may send nothing but the end. The bytes of the answer stay readable.
static void expect_end(ra_ctx *ctx, sim_client *client)
{
    RA_CHECK(!read_more(ctx, client), "bytes after Connection: close");
    sim_client_close(client);
}

sim_answer sim_client_ask(ra_ctx *ctx, sim_client *client, ra_str request)
{
    size_t bytes = 0;
    if (!connected(ctx, client) ||
        ra__sock_write_all(ctx, client->sock, request.ptr, request.len) != RA_OK)
        return lost(client);
    sim_answer answer = read_answer(ctx, client, &bytes);
    if (answer.status == 0)
        return answer;
    RA_CHECK(client->len == bytes, "%zu bytes that nobody asked for", client->len - bytes);
    if (answer.closing)
        expect_end(ctx, client);
    client->len = 0;
    return answer;
}

void sim_client_ask_all(ra_ctx *ctx, sim_client *client, ra_str requests, unsigned count,
                        sim_answer *answers)
{
    memset(answers, 0, count * sizeof *answers);
    if (!connected(ctx, client) ||
        ra__sock_write_all(ctx, client->sock, requests.ptr, requests.len) != RA_OK) {
        sim_client_close(client);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        size_t bytes = 0;
        answers[i] = read_answer(ctx, client, &bytes);
        if (answers[i].status == 0)
            return;
        answers[i].body = RA_STR("");
        client->len -= bytes;
        memmove(client->bytes, client->bytes + bytes, client->len);
        if (answers[i].closing) {
            RA_CHECK(client->len == 0, "an answer after Connection: close");
            expect_end(ctx, client);
            return;
        }
    }
    RA_CHECK(client->len == 0, "%zu bytes that nobody asked for", client->len);
}
