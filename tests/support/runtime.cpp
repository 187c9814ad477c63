// SPDX-License-Identifier: Apache-2.0
#include "tests/support/runtime.h"

#include <stdlib.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/support/temp_dir.h"

namespace wpar::test {

std::string Runtime::under_test() {
  const char* chosen = std::getenv("WPAR_RUNTIME");
  const std::string name = chosen != nullptr && *chosen != 0 ? chosen : WPAR_DEFAULT_RUNTIME;
  const std::string found = find_program(name);
  if (found.empty())
    throw std::runtime_error("no runtime to test at " + name);
  char* real = ::realpath(found.c_str(), nullptr);
  const std::string program = real;
  std::free(real);
  return program;
}

Runtime::Runtime(std::string root, std::string program)
    : root_(std::move(root)), program_(program.empty() ? under_test() : std::move(program)) {}

std::string Runtime::name() const {
  const std::string base = program_.substr(program_.rfind('/') + 1);
  for (const char* known : {"runwpar", "runc", "crun"})
    if (base.starts_with(known))
      return known;
  return base;
}

Command Runtime::command(std::vector<std::string> words) const {
  Command command;
  command.argv = prefix_;
  command.env = environment_;
  command.argv.insert(command.argv.end(), {program_, "--root", root_});
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  return command;
}

nlohmann::json Runtime::state(const std::string& id) const {
  const Result result = (*this)({"state", id});
  if (result.code != 0)
    return nullptr;
  return nlohmann::json::parse(result.out, nullptr, false);
}

std::string Runtime::status(const std::string& id) const {
  const nlohmann::json document = state(id);
  return document.is_object() ? document.value("status", "") : "";
}

bool Runtime::wait_for(const std::string& id, const std::string& wanted, Milliseconds limit) const {
  return eventually(
      [&] {
        adopted_children();
        return status(id) == wanted;
      },
      limit);
}

pid_t Runtime::pid(const std::string& id) const {
  const nlohmann::json document = state(id);
  return document.is_object() ? document.value("pid", 0) : 0;
}

}  // namespace wpar::test
