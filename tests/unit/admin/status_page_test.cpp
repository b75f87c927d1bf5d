#include "resolver/admin/status_page.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace tributary::resolver {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto start = text.find(begin) + begin.size();
  return text.substr(start, text.find(end, start) - start);
}

/// As a policy names it: SHA-256 in Base64.
std::string hash_source(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 64> base64;
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return "'sha256-" + std::string(reinterpret_cast<const char*>(base64.data())) + "'";
}

TEST(StatusPageTest, IsOneWholeHtmlFile) {
  const auto page = status_page();
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.type, "text/html; charset=utf-8");
  EXPECT_TRUE(page.body.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.body.ends_with("</html>\n"));
  EXPECT_THAT(page.body, Not(HasSubstr("@STYLE@")));
  EXPECT_THAT(page.body, Not(HasSubstr("@SCRIPT@")));
}

TEST(StatusPageTest, AllowsNothingButItsOwnScriptAndStyle) {
  const auto page = status_page();
  const auto policy = header(page, "Content-Security-Policy");
  const auto script = between(page.body, "<script type=\"module\">", "</script>");
  const auto style = between(page.body, "<style>", "</style>");
  EXPECT_THAT(policy, HasSubstr("default-src 'none';"));
  EXPECT_THAT(policy, HasSubstr("script-src " + hash_source(script) + ";"));
  EXPECT_THAT(policy, HasSubstr("style-src " + hash_source(style) + ";"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(StatusPageTest, MakesElementsOfNoText) {
  const auto page = status_page();
  for (const auto* way : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
    EXPECT_THAT(page.body, Not(HasSubstr(way)));
}

}  // namespace
}  // namespace tributary::resolver
