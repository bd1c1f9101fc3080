#include <ramie/json.h>
#include "json/json.h"
#include <stdio.h>
typedef enum { RED, GREEN } color;
RA_ENUM_BIND(color, RA_ENUM(RED, "red"), RA_ENUM(GREEN, "green"));
typedef struct { ra_str city; } address;
RA_BIND(address, RA_FIELD(city, .min_len = 1));
typedef struct { int64_t id; ra_str name; double price; color c; RA_LIST(address) homes; ra_opt_str note; ra_time t; ra_list_i64 ns; bool b; uint8_t u; } item;
RA_BIND(item, RA_FIELD(id), RA_FIELD(name, .max_len = 5), RA_FIELD(price, .min = 0), RA_FIELD_OF(c, color, .def = "green"),
  RA_FIELD_OF(homes, address), RA_FIELD(note, .nullable = true), RA_FIELD(t), RA_FIELD(ns), RA_FIELD(b), RA_FIELD(u, .max = 12));
static void go(const char *text) {
  ra_arena *a = ra_arena_new(NULL, 1 << 20); item o; ra_problems p = {0};
  ra_status s = ra_json_decode(a, item, ra_str_of(text), &o, &p);
  printf("%s -> %s %zu:%zu\n", text, ra_status_name(s), p.line, p.column);
  RA_EACH(const ra_problem, q, p) printf("   [" RA_STR_FMT "] " RA_STR_FMT ": " RA_STR_FMT "\n", RA_STR_ARG(q->pointer), RA_STR_ARG(q->code), RA_STR_ARG(q->detail));
  ra_buf b = ra_buf_init(10000);
  if (s == RA_OK) { s = ra_json_encode(&b, item, &o); printf("   %s " RA_STR_FMT "\n", ra_status_name(s), RA_STR_ARG(ra_buf_str(&b))); }
  ra_buf_deinit(&b); ra_arena_free(a);
}
int main(void) {
  ra__faults f; ra__faults_init(&f); ra__plans_seal(&f); printf("%u " RA_STR_FMT, f.count, RA_STR_ARG(f.text)); ra__faults_deinit(&f);
  go("{}"); go(""); go("{\"id\":1,\"name\":\"a\\nb\",\"price\":1.5,\"homes\":[{\"city\":\"x\"}],\"t\":\"2026-11-21T09:00:00Z\",\"ns\":[1,2,3,4,5,-6],\"b\":true,\"u\":12}");
  go("{\"id\":1.0,\"name\":\"abcdefg\",\"price\":-1,\"homes\":[{\"city\":\"\"},3,null],\"note\":null,\"t\":\"x\",\"ns\":[1,true],\"b\":1,\"u\":300, \"x\": [[{}]], \"id\": 2}");
  go("{\"id\":1,\n \"homes\":[{},{\"city\": tru}]}");
}
