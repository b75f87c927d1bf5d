// All three scripts are made from one list: each command with its path ("tributary upstream disable"), and
// the words that may follow it.

#include "resolver/commands/shell_completion.hpp"

#include <fmt/format.h>

#include <vector>

#include <CLI/CLI.hpp>

namespace tributary::commands {
namespace {

struct Word {
  std::string text, description;
  bool takes_value = false;
};
struct Command {
  std::string path;
  std::vector<Word> commands, options;
};

void collect(const CLI::App& app, const std::string& parent, std::vector<Command>& out) {
  Command command{parent + app.get_name(), {}, {}};
  const auto shown = [](const CLI::App* each) { return !each->get_group().empty(); };
  for (const auto* each : app.get_subcommands(shown))
    command.commands.push_back({each->get_name(), each->get_description()});
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames())
      command.options.push_back(
          {"--" + name, option->get_description(), option->get_items_expected_max() > 0});
  }
  out.push_back(command);
  for (const auto* each : app.get_subcommands(shown)) collect(*each, command.path + " ", out);
}

/// Inside single quotes of a shell.
std::string quoted(std::string text) {
  for (auto place = text.find('\''); place != text.npos; place = text.find('\'', place + 4))
    text.replace(place, 1, "'\\''");
  return "'" + text + "'";
}

std::string paths_below(const std::vector<Command>& commands) {
  std::string out;
  for (const auto& command : commands) {
    if (command.path.find(' ') != command.path.npos) out += (out.empty() ? "" : " | ") + quoted(command.path);
  }
  return out;
}

std::string bash(const std::vector<Command>& commands) {
  std::string cases;
  for (const auto& command : commands) {
    std::string words;
    for (const auto* list : {&command.commands, &command.options})
      for (const auto& word : *list) words += (words.empty() ? "" : " ") + word.text;
    cases += fmt::format("    {}) words={} ;;\n", quoted(command.path), quoted(words));
  }
  return fmt::format(R"(# Completes tributary(1) in bash. Made by: tributary completion bash
_tributary() {{
  local command=tributary words='' word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$command $word" in
      {}) command="$command $word" ;;
    esac
  done
  case $command in
{}  esac
  COMPREPLY=()
  case ${{COMP_WORDS[COMP_CWORD-1]}} in
    --config | --socket) return ;; # files, as readline completes them
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o default -F _tributary tributary
)",
                     paths_below(commands), cases);
}

std::string zsh(const std::vector<Command>& commands) {
  std::string cases;
  for (const auto& command : commands) {
    std::string words;
    for (const auto* list : {&command.commands, &command.options})
      for (const auto& word : *list) words += "\n        " + quoted(word.text + ":" + word.description);
    cases += fmt::format("    {}) words_here=({}) ;;\n", quoted(command.path), words);
  }
  return fmt::format(R"(#compdef tributary
# Completes tributary(1) in zsh. Made by: tributary completion zsh
_tributary() {{
  local command=tributary word
  local -a words_here
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$command $word" in
      {}) command="$command $word" ;;
    esac
  done
  case $command in
{}  esac
  case $words[CURRENT-1] in
    --config | --socket) _files ;;
    *) _describe -o tributary words_here || _files ;;
  esac
}}
_tributary "$@"
)",
                     paths_below(commands), cases);
}

std::string fish(const std::vector<Command>& commands) {
  std::string out = R"(# Completes tributary(1) in fish. Made by: tributary completion fish
function __tributary_command
    set -l command tributary
    for word in (commandline -opc)[2..]
        switch "$command $word"
            case )";
  std::string paths, lines;
  for (const auto& command : commands) {
    if (command.path.find(' ') != command.path.npos)
      paths += (paths.empty() ? "" : " ") + quoted(command.path);
    const auto condition = fmt::format("test (__tributary_command) = \"{}\"", command.path);
    for (const auto& word : command.commands)
      lines += fmt::format("complete -c tributary -n {} -f -a {} -d {}\n", quoted(condition), word.text,
                           quoted(word.description));
    for (const auto& word : command.options)
      lines += fmt::format("complete -c tributary -n {} -l {}{} -d {}\n", quoted(condition),
                           word.text.substr(2), word.takes_value ? " -r" : "", quoted(word.description));
  }
  out += paths +
         "\n                set command \"$command $word\"\n        end\n    end\n    echo $command\nend\n\n";
  return out + lines;
}

}  // namespace

std::string shell_completion(const CLI::App& app, const std::string& shell) {
  std::vector<Command> commands;
  collect(app, "", commands);
  if (shell == "zsh") return zsh(commands);
  return shell == "fish" ? fish(commands) : bash(commands);
}

}  // namespace tributary::commands
