#include "resolver/listener/port_owner.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace tributary::resolver {
namespace {

using policy::ListenConfig;
using policy::ListenProtocol;
using policy::SocketAddress;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// systemd-resolved's two sockets and another one, as a little-endian kernel prints them.
constexpr auto udp_table =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref "
    "pointer drops\n"
    " 2290: 3600007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 7011 2 "
    "0000000000000000 0\n"
    " 2290: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 7009 2 "
    "0000000000000000 0\n"
    " 2305: 0100007F:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6800 2 "
    "0000000000000000 0\n";

ListenConfig listen_at(const char* address, std::uint16_t port = 53) {
  return {ListenProtocol::udp, SocketAddress{asio::ip::make_address(address), port}};
}

std::vector<HeldSocket> colliding(const ListenConfig& listen, const std::string& text = udp_table) {
  std::istringstream table(text);
  return colliding_sockets(table, listen);
}

PortOwner owner(std::optional<pid_t> pid, const char* command, const char* user,
                const char* address = "127.0.0.53") {
  return {SocketAddress{asio::ip::make_address(address), 53}, pid, command, user};
}

TEST(PortOwner, AWildcardCollidesWithWhatIsHeldAtAnyAddress) {
  const auto held = colliding(listen_at("0.0.0.0"));
  ASSERT_THAT(held, SizeIs(2));
  EXPECT_EQ(held[0].address.to_text(), "127.0.0.54:53");
  EXPECT_EQ(held[0].user, 101u);
  EXPECT_EQ(held[0].link, "socket:[7011]");
}

TEST(PortOwner, AnAddressCollidesWithItselfAlone) {
  EXPECT_THAT(colliding(listen_at("127.0.0.53")), SizeIs(1));
  EXPECT_THAT(colliding(listen_at("127.0.0.1")), IsEmpty());
  EXPECT_THAT(colliding(listen_at("127.0.0.53", 5353)), IsEmpty());
}

TEST(PortOwner, OfTcpListeningSocketsCollide) {
  auto listen = listen_at("127.0.0.53");
  listen.protocol = ListenProtocol::tcp;
  std::string table = udp_table;
  EXPECT_THAT(colliding(listen, table), IsEmpty()) << "state 07 is no listening one";
  table.replace(table.find(" 07 ", table.find("3500007F")), 4, " 0A ");
  EXPECT_THAT(colliding(listen, table), SizeIs(1));
}

TEST(PortOwner, SystemdResolvedIsToldHowToGiveThePortUp) {
  // The kernel cuts the command; in the unit's sandbox there is nothing but the user.
  for (const auto& resolved :
       {owner(412, "systemd-resolve", "systemd-resolve"), owner(std::nullopt, "", "systemd-resolve")}) {
    const auto text = taken_text(listen_at("0.0.0.0"), resolved);
    EXPECT_THAT(text, AllOf(StartsWith(" is taken by systemd-resolved"), HasSubstr("127.0.0.53:53"),
                            HasSubstr("DNSStubListener=no"), HasSubstr("resolved.conf.d"),
                            HasSubstr("systemctl restart systemd-resolved"), HasSubstr("single addresses")));
  }
  EXPECT_THAT(taken_text(listen_at("0.0.0.0"), owner(412, "systemd-resolve", "root")),
              HasSubstr("(pid 412)"));
}

TEST(PortOwner, OthersAreNamedByWhatIsKnownOfThem) {
  const auto listen = listen_at("127.0.0.1");
  EXPECT_EQ(taken_text(listen, owner(7, "dnsmasq", "nobody", "127.0.0.1")),
            " is taken by dnsmasq (pid 7): listen on another address, or stop it");
  EXPECT_EQ(
      taken_text(listen, owner(std::nullopt, "", "unbound", "0.0.0.0")),
      " is taken by a process of user unbound, which holds 0.0.0.0:53: listen on another address, or find it "
      "with `ss -lnp` as root, and stop it");
  EXPECT_THAT(taken_text(listen, std::nullopt), AllOf(HasSubstr("ss -lnp"), Not(HasSubstr("which holds"))));
}

}  // namespace
}  // namespace tributary::resolver
