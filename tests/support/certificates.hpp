#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace tributary::test {

/// A certificate with its key, both PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// An authority that lives as long as one test and issues certificates for it.
class CertificateAuthority {
 public:
  CertificateAuthority();

  /// A certificate for `host` (a DNS name or an address literal), valid from an hour ago until `until` from
  /// now.
  Certificate issue(const std::string& host, std::chrono::seconds until = std::chrono::hours(1)) const;
  /// One that nobody has signed but itself.
  static Certificate self_signed(const std::string& host);

  /// The authority's own certificate.
  std::string pem() const;

 private:
  struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  struct X509Deleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
  using X509Pointer = std::unique_ptr<X509, X509Deleter>;

  static X509Pointer make(const std::string& name, const std::string& extension_value, int extension,
                          EVP_PKEY* key, std::chrono::seconds until);

  Key key_;
  X509Pointer certificate_;
};

/// A file with the given text, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tributary::test
