#pragma once

#include <memory>

#include "tests/scenario/script.hpp"
#include "tests/scenario/stage.hpp"

namespace tributary::scenario {

/// Plays one case: what is set first, then its steps. What does not come as the case says is a failure of the
/// test that runs, with the line of the file.
class Player {
 public:
  explicit Player(const Case& played) : case_(played) {}
  void play();

 private:
  void play(const Line& line);
  bool set(const Line& line);
  bool set_zone(const Line& line);
  void set_upstream(const Line& line);
  void continue_above(const Line& line);
  void begin_zone(const Line& line);
  void add_record(const Line& line);
  void add_anchor(const Line& line);
  bool step(const Line& line);
  Stage& stage();

  void ask(const Line& line);
  void check_asked(const Line& line);
  void check_validated(const Line& line);
  void check_standing(const Line& line);

  const Case& case_;
  Setting setting_;
  SignedZone* zone_ = nullptr;       // that the next indented lines belong to, or
  std::size_t upstream_ = SIZE_MAX;  // this one
  std::unique_ptr<Stage> stage_;
};

}  // namespace tributary::scenario
