// SPDX-License-Identifier: MIT OR Apache-2.0
// health: the built-in routes that tell people and platforms how the service is.
#ifndef RAMIE_APP_PRIVATE_HEALTH_H
#define RAMIE_APP_PRIVATE_HEALTH_H

#include "http/server.h"

/// GET /health, /livez, /readyz, /startupz: outside the app's middleware, not in its access log.
void ra__health_routes(ra_routes *routes);

#endif
