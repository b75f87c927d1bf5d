#include "base/siphash.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace tributary {
namespace {

struct SipHashCase {
  std::size_t length;
  SipTag tag;
};

class SipHashTest : public testing::TestWithParam<SipHashCase> {};

/// The designers' test vectors: key and message count up from 0.
TEST_P(SipHashTest, HashesTheOfficialVectors) {
  SipKey key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  std::vector<std::uint8_t> message(GetParam().length);
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  EXPECT_EQ(siphash(key, message), GetParam().tag);
}

INSTANTIATE_TEST_SUITE_P(Lengths, SipHashTest,
                         testing::Values(SipHashCase{0, {0x31, 0x0E, 0x0E, 0xDD, 0x47, 0xDB, 0x6F, 0x72}},
                                         SipHashCase{1, {0xFD, 0x67, 0xDC, 0x93, 0xC5, 0x39, 0xF8, 0x74}},
                                         SipHashCase{7, {0x37, 0xD1, 0x01, 0x8B, 0xF5, 0x00, 0x02, 0xAB}},
                                         SipHashCase{8, {0x62, 0x24, 0x93, 0x9A, 0x79, 0xF5, 0xF5, 0x93}},
                                         SipHashCase{15, {0xE5, 0x45, 0xBE, 0x49, 0x61, 0xCA, 0x29, 0xA1}},
                                         SipHashCase{16, {0xDB, 0x9B, 0xC2, 0x57, 0x7F, 0xCC, 0x2A, 0x3F}},
                                         SipHashCase{20, {0x98, 0xEE, 0xA2, 0x1A, 0xF2, 0x5C, 0xD6, 0xBE}},
                                         SipHashCase{63, {0x72, 0x45, 0x06, 0xEB, 0x4C, 0x32, 0x8A, 0x95}}));

}  // namespace
}  // namespace tributary
