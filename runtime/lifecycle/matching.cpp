// SPDX-License-Identifier: Apache-2.0
// kill and delete of every container whose id matches a pattern.
#include <regex.h>

#include <array>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/lifecycle.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {
namespace {

// regcomp(3): extended, and unanchored as everywhere in regex(7).
class Pattern {
 public:
  explicit Pattern(const std::string& text) {
    const int error = ::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (error != 0 || has_nul(text)) {
      std::array<char, 200> reason = {};
      ::regerror(error, &compiled_, reason.data(), reason.size());
      throw_error(ErrorKind::kInvalidArgument, "invalid regular expression \"{}\": {}", text,
                  to_lower(reason.data()));
    }
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() { ::regfree(&compiled_); }

  bool matches(const std::string& id) const {
    return ::regexec(&compiled_, id.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_ = {};
};

template <typename Act>
void for_each_matching(const Context& context, const std::string& text, Act&& act) {
  const Pattern pattern(text);
  std::vector<std::string> failures;
  for (const std::string& id : state::Store(context.root).ids()) {
    if (!pattern.matches(id)) {
      continue;
    }
    try {
      act(id);
    } catch (const Error& error) {
      failures.push_back(id + ": " + error.what());
    }
  }
  if (!failures.empty()) {
    throw Error(ErrorKind::kWrongState, join(failures, "; "));
  }
}

}  // namespace

void kill_matching(const Context& context, const KillOptions& options) {
  for_each_matching(context, options.id, [&](const std::string& id) {
    kill(context, {.id = id, .signal = options.signal, .all = options.all});
  });
}

void remove_matching(const Context& context, const std::string& pattern, bool force) {
  for_each_matching(context, pattern, [&](const std::string& id) { remove(context, id, force); });
}

}  // namespace wpar::lifecycle
