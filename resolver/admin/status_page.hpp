#pragma once

#include "resolver/admin/http_exchange.hpp"

namespace tributary::resolver {

/// The status page: one file without outside resources, which reads `/api/v1/status` and `/api/v1/explain`.
/// Its policy (Content-Security-Policy) lets nothing run but its own script, known by hash. Any thread.
HttpResponse status_page();

}  // namespace tributary::resolver
