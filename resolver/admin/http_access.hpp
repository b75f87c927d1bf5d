#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/admin/http_wire.hpp"

namespace tributary::resolver {

/// How a client of the admin server has come. Who may open the Unix socket may do everything; the loopback
/// address is open to every program of the host, web browsers included.
enum class HttpDoor { unix_socket, loopback };

/// The refusal of a request, or nothing if it may be served. `token` is what changes over the loopback
/// address need; empty if none is configured.
///
/// - Host has to be a loopback address or localhost: a web page whose name was made to lead here cannot read
///   anything (DNS rebinding).
/// - What changes something needs the token, and a content type that a web page cannot send unasked.
std::optional<HttpResponse> refusal(HttpDoor door, std::string_view method, const HttpHead& head,
                                    std::string_view token);

}  // namespace tributary::resolver
