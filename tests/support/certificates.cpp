#include "tests/support/certificates.hpp"

#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>
#include <asio/ip/address.hpp>

namespace tributary::test {

namespace {

void require(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL cannot make a certificate");
}

std::string read_all(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string to_pem(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  require(PEM_write_bio_X509(bio, certificate) == 1);
  return read_all(bio);
}

std::string to_pem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  require(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return read_all(bio);
}

std::string alternative_name(const std::string& host) {
  asio::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  return (not_an_address ? "DNS:" : "IP:") + host;
}

}  // namespace

CertificateAuthority::CertificateAuthority()
    : key_(EVP_EC_gen("P-256")),
      certificate_(make("Test authority", "critical,CA:TRUE", NID_basic_constraints, key_.get(),
                        std::chrono::hours(1))) {
  require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0);
}

CertificateAuthority::X509Pointer CertificateAuthority::make(const std::string& name,
                                                             const std::string& extension_value,
                                                             int extension, EVP_PKEY* key,
                                                             std::chrono::seconds until) {
  X509Pointer certificate(X509_new());
  require(certificate && key != nullptr);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), static_cast<long>(std::random_device{}() >> 2));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), static_cast<long>(until.count()));
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  X509_set_pubkey(certificate.get(), key);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, extension, extension_value.c_str());
  require(made != nullptr && X509_add_ext(certificate.get(), made, -1) == 1);
  X509_EXTENSION_free(made);
  return certificate;
}

Certificate CertificateAuthority::issue(const std::string& host, std::chrono::seconds until) const {
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate = make(host, alternative_name(host), NID_subject_alt_name, key.get(), until);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);
  return {to_pem(certificate.get()), to_pem(key.get())};
}

Certificate CertificateAuthority::self_signed(const std::string& host) {
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate =
      make(host, alternative_name(host), NID_subject_alt_name, key.get(), std::chrono::hours(1));
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
  return {to_pem(certificate.get()), to_pem(key.get())};
}

std::string CertificateAuthority::pem() const {
  return to_pem(certificate_.get());
}

TemporaryFile::TemporaryFile(const std::string& text) {
  std::string name = (std::filesystem::temp_directory_path() / "tributary-test-XXXXXX").string();
  const int descriptor = mkstemp(name.data());
  if (descriptor < 0) throw std::runtime_error("cannot make a temporary file");
  close(descriptor);
  path_ = name;
  std::ofstream(path_) << text;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace tributary::test
