#include "resolver/daemon/descriptor_budget.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "base/descriptor.hpp"

namespace tributary::resolver {
namespace {

TEST(DescriptorBudget, ClientsGetHalfOfWhatIsLeft) {
  EXPECT_EQ((DescriptorBudget{.limit = 64, .used = 40}).tcp_clients(), 12U);
  EXPECT_EQ((DescriptorBudget{.limit = 65'536, .used = 36}).tcp_clients(), 32'750U);
}

TEST(DescriptorBudget, OneClientIsAlwaysServed) {
  EXPECT_EQ((DescriptorBudget{.limit = 64, .used = 64}).tcp_clients(), 1U);
  EXPECT_EQ((DescriptorBudget{.limit = 64, .used = 70}).tcp_clients(), 1U);
}

TEST(DescriptorBudget, AQueryThatWaitsMayTakeFour) {
  EXPECT_EQ((DescriptorBudget{.limit = 20'000}).waiting_queries(), 5'000U);
  EXPECT_EQ((DescriptorBudget{.limit = 64}).waiting_queries(), 64U);
}

TEST(DescriptorBudget, FewDescriptorsLeaveFewPortsInWaiting) {
  EXPECT_EQ((DescriptorBudget{.limit = 64}).spare_ports(2), 2U);
  EXPECT_EQ((DescriptorBudget{.limit = 1024}).spare_ports(2), 32U);
  EXPECT_EQ((DescriptorBudget{.limit = 65'536}).spare_ports(4), 64U);
}

TEST(DescriptorBudget, TakesWhatTheProcessMayHave) {
  rlimit limit{};
  const auto claimed = claim_descriptors();
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
  EXPECT_EQ(claimed.limit, limit.rlim_cur);
}

/// How many the kernel's table has room for.
std::size_t room_in_table() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::size_t room = 0; word == "FDSize:" && status >> room) return room;
  return 0;
}

TEST(DescriptorBudget, HasRoomMadeBeforeItIsNeeded) {
  const auto open_before = open_descriptors();
  const auto claimed = claim_descriptors();
  EXPECT_GE(room_in_table(), std::min<std::size_t>(claimed.limit, 32'768));
  EXPECT_EQ(open_descriptors(), open_before);
}

TEST(DescriptorBudget, CountsWhatIsOpen) {
  const auto before = open_descriptors();
  const Descriptor one(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(open_descriptors(), before + 1);
}

}  // namespace
}  // namespace tributary::resolver
