#include <cstdio>
#include <memory>

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/signals.hpp"
#include "resolver/commands/command.hpp"
#include "resolver/commands/daemon_client.hpp"
#include "resolver/commands/report_errors.hpp"
#include "resolver/commands/status_view.hpp"

namespace tributary::commands {
namespace {

constexpr int redraw_interval = 1000;  // ms

/// The terminal as a program with a screen of its own has it; as it was before when this goes.
class Screen {
 public:
  Screen() {
    ::tcgetattr(STDIN_FILENO, &before_);
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write("\033[?1049h\033[?25l");  // the other screen, without a cursor
  }
  ~Screen() {
    write("\033[?25h\033[?1049l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// As many lines of `text` as there is room for.
  void show(const std::string& text) const {
    winsize size{};
    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    std::string out = "\033[H";
    std::size_t begin = 0;
    for (int row = 1; begin < text.size() && (size.ws_row == 0 || row < size.ws_row); ++row) {
      const auto end = std::min(text.find('\n', begin), text.size());
      out.append(text, begin, end - begin).append("\033[K\r\n");
      begin = end + 1;
    }
    write(out + "\033[J");
  }

 private:
  static void write(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  termios before_{};
};

/// Waits for the next redrawing; false if somebody wants to leave.
bool wait(const Signals& signals) {
  pollfd events[] = {{STDIN_FILENO, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
  if (::poll(events, 2, redraw_interval) <= 0) return true;
  if (events[1].revents != 0) return false;
  char key = 'q';
  return ::read(STDIN_FILENO, &key, 1) == 1 && key != 'q' && key != 'Q';
}

int top(const DaemonOptions& options) {
  const resolver::HttpRequest request{"GET", "/api/v1/status", {}, {}};
  auto response = ask_daemon(options, request);
  if (!response) return report_no_daemon(response.error());
  if (response->status != 200) return report_refusal(*response);
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
    return report_errors(
        std::vector<std::string>{"top needs a terminal; for scripts there is: tributary status --json"});
  const Signals signals{SIGINT, SIGTERM, SIGHUP};
  {
    const Screen screen;
    do {
      const auto json = nlohmann::json::parse(response->body, nullptr, false);
      if (json.is_object()) screen.show(status_view(json) + "\nq quits\n");
      if (!wait(signals)) return done;
      response = ask_daemon(options, request);
    } while (response);
  }
  return report_no_daemon(response.error());
}

}  // namespace

void add_top(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("top", "Show the status live; q quits");
  const auto options = std::make_shared<DaemonOptions>();
  command
      ->add_option("--config", options->config,
                   "The daemon's configuration: it says where to find the daemon")
      ->capture_default_str();
  command->add_option("--socket", options->socket,
                      "The daemon's Unix socket, whatever the configuration says");
  command->callback([options, &chosen] { chosen = [options] { return top(*options); }; });
}

}  // namespace tributary::commands
