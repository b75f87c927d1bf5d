#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/ssl.h>
#include <asio/ssl/context.hpp>
#include <tl/expected.hpp>

#include "base/locked.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::resolver {

/// What TLS clients trust and speak: TLS 1.2 at least, only the cipher suites that HTTP/2 allows (RFC 9113
/// §9.2.2), certificates checked always. Any number of threads may share one.
class TlsContext {
 public:
  /// `ca_file` (PEM) replaces the system's certificate authorities.
  explicit TlsContext(std::optional<std::filesystem::path> ca_file) : ca_file_(std::move(ca_file)) {}

  /// The context, made at the first call because loading certificates takes some 20 ms. Not to be changed by
  /// callers. The error is Failure::tls and is not remembered: the next call tries again.
  tl::expected<std::shared_ptr<asio::ssl::context>, Failure> get();

 private:
  std::optional<std::filesystem::path> ca_file_;
  Locked<std::shared_ptr<asio::ssl::context>> context_;
};

struct TlsSessionDeleter {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using TlsSession = std::unique_ptr<SSL_SESSION, TlsSessionDeleter>;

/// Sessions that one server gave us, to be resumed by later connections to it. Each is used once (RFC 8446
/// §C.4). One thread.
class TlsSessions {
 public:
  static constexpr std::size_t capacity = 4;

  void keep(TlsSession session);
  /// The newest, or null.
  TlsSession take();

 private:
  std::vector<TlsSession> sessions_;
};

/// Prepares a connection to `host` (a name or an address literal): the certificate must be for it, ALPN
/// offers HTTP/2 alone, a kept session is resumed and new ones are kept. `sessions` must outlive `ssl`, and
/// must belong to this host alone. Returns false when OpenSSL refuses the host.
bool prepare_tls_client(SSL* ssl, const std::string& host, TlsSessions& sessions);

/// True if the server agreed to HTTP/2 (ALPN, RFC 7301).
bool agreed_on_http2(const SSL* ssl);

/// Why a handshake ended with `error`: the certificate's fault if there is one.
std::string handshake_failure(const SSL* ssl, const asio::error_code& error);

}  // namespace tributary::resolver
