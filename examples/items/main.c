// SPDX-License-Identifier: MIT OR Apache-2.0
// items: a typed JSON API over SQLite. `make run` serves it.
//
//   curl -i 127.0.0.1:8080/items -H 'Content-Type: application/json' -d '{"name":"milk","price":1.5}'
//   curl -i 127.0.0.1:8080/items/1
//   curl -i '127.0.0.1:8080/items?limit=10'
#include "items.h"

int main(int argc, char **argv)
{
    return ra_app_main(items_app(), argc, argv);
}
