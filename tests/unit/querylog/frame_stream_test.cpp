#include "resolver/querylog/frame_stream.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::string_literals;

const std::string content = "\0\0\0\x01\0\0\0\x16protobuf:dnstap.Dnstap"s;
const std::string accept = "\0\0\0\0\0\0\0\x22\0\0\0\x01"s + content;

TEST(FrameStream, ControlFramesNameTheContent) {
  EXPECT_EQ(control_frame(FrameControl::ready), "\0\0\0\0\0\0\0\x22\0\0\0\x04"s + content);
  EXPECT_EQ(control_frame(FrameControl::start), "\0\0\0\0\0\0\0\x22\0\0\0\x02"s + content);
  EXPECT_EQ(control_frame(FrameControl::stop), "\0\0\0\0\0\0\0\x04\0\0\0\x03"s);
}

TEST(FrameStream, DataFramesHaveTheirLength) {
  std::string out = "before";
  append_data_frame(std::string(258, 'x'), out);
  EXPECT_EQ(out, "before\0\0\x01\x02"s + std::string(258, 'x'));
}

TEST(FrameStream, ReadsWhatItWrites) {
  const auto control = read_control(accept + "more");
  ASSERT_TRUE(control);
  EXPECT_EQ(control->control, FrameControl::accept);
  EXPECT_TRUE(control->ours);
  EXPECT_EQ(control->size, accept.size());
}

TEST(FrameStream, WaitsForTheWholeFrame) {
  for (std::size_t size = 0; size < accept.size(); ++size)
    EXPECT_FALSE(read_control(std::string_view(accept).substr(0, size))) << size;
}

TEST(FrameStream, AcceptsAnyContentAmongWhichOursIs) {
  const auto other = "\0\0\0\x01\0\0\0\x05other"s;
  const auto both = "\0\0\0\0\0\0\0\x2f\0\0\0\x01"s + other + content;
  const auto none = "\0\0\0\0\0\0\0\x04\0\0\0\x01"s;
  const auto foreign = "\0\0\0\0\0\0\0\x11\0\0\0\x01"s + other;
  EXPECT_TRUE(read_control(both)->ours);
  EXPECT_TRUE(read_control(none)->ours);
  EXPECT_FALSE(read_control(foreign)->ours);
}

TEST(FrameStream, RefusesWhatBreaksTheFormat) {
  const std::string broken[] = {
      "\0\0\0\x05hello"s,                                     // data
      "\0\0\0\0\0\0\0\x03\0\0\0"s,                            // no type
      "\0\0\0\0\0\0\x02\x01"s,                                // too long
      "\0\0\0\0\0\0\0\x06\0\0\0\x01\0\0"s,                    // half a field
      "\0\0\0\0\0\0\0\x0c\0\0\0\x01\0\0\0\x02\0\0\0\0"s,      // an unknown field
      "\0\0\0\0\0\0\0\x0e\0\0\0\x01\0\0\0\x01\0\0\0\x03no"s,  // longer than the frame
      "\0\0\0\0\0\0\0\x0e\0\0\0\x01\0\0\0\x01\xff\xff\xff\xff"
      "no"s,
  };
  for (const auto& octets : broken) {
    const auto control = read_control(octets);
    ASSERT_TRUE(control);
    EXPECT_FALSE(control->ours);
  }
}

}  // namespace
}  // namespace tributary::resolver
