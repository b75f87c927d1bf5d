#pragma once

#include "resolver/admin/control.hpp"
#include "resolver/admin/http_routes.hpp"

namespace tributary::resolver {

/// Everything that operators can ask of the daemon over HTTP, as docs/api/openapi.yaml describes it.
HttpRoutes control_routes(Control control);

}  // namespace tributary::resolver
