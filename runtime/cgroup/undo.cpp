// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/undo.h"

#include "runtime/base/text.h"

namespace wpar::cgroup {
namespace {

// What a file with a line for each key means where it has no line for one.
std::string without_line(std::string_view file) {
  if (file == "io.max") {
    return "rbps=max wbps=max riops=max wiops=max";
  }
  if (file == "rdma.max") {
    return "hca_handle=max hca_object=max";
  }
  if (file == "io.weight") {
    return "default";
  }
  return "0";  // throttles, weights of devices, priorities of interfaces
}

}  // namespace

std::string undo_text(const FileWrite& write, std::string_view file, std::string_view before) {
  if (!write.key.empty()) {
    for (const std::string_view line : split(before, '\n')) {
      if (line.starts_with(write.key)) {
        return std::string(trim(line));
      }
    }
    return write.key + without_line(file);
  }
  if (file == "memory.oom_control") {  // "oom_kill_disable 0\nunder_oom 0\n…"
    const auto words = split_words(before);
    return std::string(words.size() > 1 ? words[1] : "0");
  }
  const std::string_view value = trim(before);
  return value.empty() ? "\n" : std::string(value);  // write(2) of nothing would be no command
}

}  // namespace wpar::cgroup
