// The option's data: client cookie (8 octets), version, three reserved octets, timestamp (4), hash (8).

#include "resolver/server_cookies.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "dns/octets.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t version_at = ServerCookies::client_size;
constexpr std::size_t timestamp_at = version_at + 4;
constexpr std::size_t hash_at = timestamp_at + 4;
constexpr std::uint8_t version = 1;

// Seconds (RFC 9018 §4.3).
constexpr std::int32_t renewed_after = 30 * 60;
constexpr std::int32_t good_for = 60 * 60;
constexpr std::int32_t ahead_at_most = 5 * 60;

constexpr std::uint32_t secret_lasts = 24 * 60 * 60;

void put_u32(std::span<std::uint8_t> out, std::uint32_t value) {
  for (auto octet = out.rbegin(); octet != out.rend(); ++octet, value >>= 8)
    *octet = static_cast<std::uint8_t>(value);
}

/// Negative if it comes from the future. Requires: the data of a server cookie of version 1.
std::int32_t age_of(std::span<const std::uint8_t> data, std::uint32_t now) {
  return static_cast<std::int32_t>(now - dns::read_u32(data, timestamp_at));
}

}  // namespace

SipTag server_cookie_hash(const SipKey& secret, std::span<const std::uint8_t, 16> head,
                          const asio::ip::address& client) {
  std::array<std::uint8_t, 32> input;
  auto end = std::ranges::copy(head, input.begin()).out;
  end = client.is_v4() ? std::ranges::copy(client.to_v4().to_bytes(), end).out
                       : std::ranges::copy(client.to_v6().to_bytes(), end).out;
  return siphash(secret, {input.begin(), end});
}

ServerCookies ServerCookies::random() {
  SipKey key;
  SystemRandom().fill(key);
  const Duration since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {key, since_1970 - BootClock::now().time_since_epoch()};
}

bool ServerCookies::possible(std::span<const std::uint8_t> data) {
  return data.size() == client_size || (data.size() >= client_size + 8 && data.size() <= client_size + 32);
}

std::uint32_t ServerCookies::timestamp(Instant now) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(boot_ + now.time_since_epoch());
  return static_cast<std::uint32_t>(seconds.count());
}

SipKey ServerCookies::secret_at(std::uint32_t timestamp) const {
  std::array<std::uint8_t, 5> day_and_half{};
  put_u32(std::span(day_and_half).first<4>(), timestamp / secret_lasts);
  SipKey secret;
  const auto middle = std::ranges::copy(siphash(key_, day_and_half), secret.begin()).out;
  day_and_half.back() = 1;
  std::ranges::copy(siphash(key_, day_and_half), middle);
  return secret;
}

bool ServerCookies::made_by_us(std::span<const std::uint8_t> data, const asio::ip::address& client) const {
  const auto secret = secret_at(dns::read_u32(data, timestamp_at));
  return std::ranges::equal(server_cookie_hash(secret, data.first<hash_at>(), client), data.subspan(hash_at));
}

bool ServerCookies::good(std::span<const std::uint8_t> data, const asio::ip::address& client,
                         Instant now) const {
  if (data.size() != Option().size() || data[version_at] != version) return false;
  const auto age = age_of(data, timestamp(now));
  return age >= -ahead_at_most && age <= good_for && made_by_us(data, client);
}

ServerCookies::Option ServerCookies::reply(std::span<const std::uint8_t> data,
                                           const asio::ip::address& client, Instant now) const {
  Option option{};
  const auto present = timestamp(now);
  if (good(data, client, now) && age_of(data, present) <= renewed_after) {
    std::ranges::copy(data, option.begin());
    return option;
  }
  std::ranges::copy(data.first<client_size>(), option.begin());
  option[version_at] = version;
  put_u32(std::span(option).subspan<timestamp_at, 4>(), present);
  const auto head = std::span(option).first<hash_at>();
  std::ranges::copy(server_cookie_hash(secret_at(present), head, client), option.begin() + hash_at);
  return option;
}

}  // namespace tributary::resolver
