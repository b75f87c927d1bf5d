#include "resolver/transport/tls_context.hpp"

#include <string_view>

#include <fmt/format.h>
#include <openssl/x509v3.h>
#include <asio/ip/address.hpp>

namespace tributary::resolver {

namespace {

constexpr std::string_view http2_alpn("\x02h2", 3);

/// Where a connection's TlsSessions hang on its SSL.
int sessions_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// Keeps a copy, because OpenSSL makes the session itself useless when its connection ends without
/// close_notify. Returning 0 leaves that one to it (SSL_CTX_sess_set_new_cb(3)).
int keep_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* sessions = static_cast<TlsSessions*>(SSL_get_ex_data(ssl, sessions_index()));
  TlsSession copy(SSL_SESSION_dup(session));
  if (sessions != nullptr && copy) sessions->keep(std::move(copy));
  return 0;
}

void load_authorities(asio::ssl::context& context, const std::optional<std::filesystem::path>& ca_file,
                      asio::error_code& error) {
  if (ca_file) {
    context.load_verify_file(ca_file->string(), error);
  } else {
    context.set_default_verify_paths(error);
  }
}

/// Works out each authority's extensions now. OpenSSL would do so at the first use and tell the other threads
/// by an atomic flag, which thread sanitizer cannot see in a library that was built without it.
void prepare_authorities(SSL_CTX* context) {
  const auto* objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    if (X509* authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)))
      X509_check_purpose(authority, -1, 0);
  }
}

tl::expected<std::shared_ptr<asio::ssl::context>, Failure> make_context(
    const std::optional<std::filesystem::path>& ca_file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(native, keep_new_session);
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  asio::error_code error;
  load_authorities(*context, ca_file, error);
  if (error) {
    return tl::unexpected(Failure{Failure::Kind::tls,
                                  fmt::format("the certificate authorities{} cannot be loaded: {}",
                                              ca_file ? " of " + ca_file->string() : "", error.message()),
                                  {}});
  }
  prepare_authorities(native);
  return context;
}

}  // namespace

tl::expected<std::shared_ptr<asio::ssl::context>, Failure> TlsContext::get() {
  return context_.with([&](auto& context) -> tl::expected<std::shared_ptr<asio::ssl::context>, Failure> {
    if (context) return context;
    auto made = make_context(ca_file_);
    if (made) context = *made;
    return made;
  });
}

void TlsSessions::keep(TlsSession session) {
  if (sessions_.size() == capacity) sessions_.erase(sessions_.begin());
  sessions_.push_back(std::move(session));
}

TlsSession TlsSessions::take() {
  if (sessions_.empty()) return nullptr;
  auto newest = std::move(sessions_.back());
  sessions_.pop_back();
  return newest;
}

bool prepare_tls_client(SSL* ssl, const std::string& host, TlsSessions& sessions) {
  asio::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (not_an_address) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl, host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl, host.c_str()) != 1)
      return false;
  } else if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1) {
    return false;
  }
  // SSL_set_alpn_protos returns 0 for success.
  if (SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(http2_alpn.data()),
                          static_cast<unsigned>(http2_alpn.size())) != 0) {
    return false;
  }
  if (const auto session = sessions.take()) SSL_set_session(ssl, session.get());
  return SSL_set_ex_data(ssl, sessions_index(), &sessions) == 1;
}

bool agreed_on_http2(const SSL* ssl) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  return std::string_view(reinterpret_cast<const char*>(protocol), size) == http2_alpn.substr(1);
}

std::string handshake_failure(const SSL* ssl, const asio::error_code& error) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_OK) return fmt::format("the TLS handshake failed: {}", error.message());
  return fmt::format("the server's certificate is refused: {}", X509_verify_cert_error_string(verdict));
}

}  // namespace tributary::resolver
