// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/options.h"

namespace wpar::cli {
namespace {

constexpr Option kHelp = {"help", 'h', "", "show this help"};

bool is_named(const Option& option, std::string_view name) {
  return name == option.name ||
         (option.letter != '\0' && name == std::string_view(&option.letter, 1));
}

// A single "-" is an argument: it stands for stdin or stdout.
bool looks_like_option(std::string_view word) {
  return word.size() >= 2 && word[0] == '-';
}

// "--name=value" → name and value; one dash or two make no difference.
struct OptionWord {
  std::string_view name;
  std::optional<std::string_view> value;
};

OptionWord take_apart(std::string_view word) {
  std::string_view rest = word.substr(word[1] == '-' ? 2 : 1);
  if (rest.empty() || rest[0] == '-' || rest[0] == '=') {
    throw_error(ErrorKind::kInvalidArgument, "bad flag syntax: {}", word);
  }
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos) {
    return {rest, std::nullopt};
  }
  return {rest.substr(0, equals), rest.substr(equals + 1)};
}

const Option* find_option(std::span<const Option> table, std::string_view name) {
  for (const Option& option : table) {
    if (is_named(option, name)) {
      return &option;
    }
  }
  return is_named(kHelp, name) ? &kHelp : nullptr;
}

// Whether an option-like word behind the first argument is meant as an option: "kill ID -9" is not.
bool names_option(std::span<const Option> table, std::string_view word) {
  const std::string_view name = word.substr(word[1] == '-' ? 2 : 1);
  return !name.empty() && find_option(table, name.substr(0, name.find('='))) != nullptr;
}

// The spellings of Go's strconv.ParseBool.
std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == word) {
      return true;
    }
  }
  for (const std::string_view word : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == word) {
      return false;
    }
  }
  return std::nullopt;
}

std::string switch_value(const OptionWord& option) {
  const std::optional<bool> value = parse_boolean(option.value.value_or("true"));
  if (!value) {
    throw_error(ErrorKind::kInvalidArgument, "invalid boolean value \"{}\" for --{}", *option.value,
                option.name);
  }
  return *value ? "true" : "false";
}

// "-b, --bundle DIR"
std::string option_heading(const Option& option) {
  const std::string letter =
      option.letter == '\0' ? std::string("    ") : fmt::format("-{}, ", option.letter);
  return option.value.empty() ? fmt::format("{}--{}", letter, option.name)
                              : fmt::format("{}--{} {}", letter, option.name, option.value);
}

}  // namespace

Words Parsed::texts(std::string_view name) const {
  const Option* wanted = find_option(table_, name);
  if (wanted == nullptr) {
    throw_error(ErrorKind::kInternal, "the command has no option --{}", name);
  }
  Words texts;
  for (const auto& [option, value] : values_) {
    if (option == wanted) {
      texts.push_back(value);
    }
  }
  return texts;
}

std::string Parsed::text(std::string_view name) const {
  const Words all = texts(name);
  return all.empty() ? std::string() : all.back();
}

bool Parsed::flag(std::string_view name) const {
  return text(name) == "true";
}

Parsed parse_options(std::span<const Option> table, std::span<const std::string> words,
                     Placement placement) {
  Parsed parsed(table);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      parsed.arguments_.insert(parsed.arguments_.end(), words.begin() + static_cast<long>(i) + 1,
                               words.end());
      break;
    }
    const bool after_argument = !parsed.arguments_.empty();
    if (!looks_like_option(word) || (after_argument && !names_option(table, word))) {
      if (placement == Placement::kBeforeArguments) {
        parsed.arguments_.assign(words.begin() + static_cast<long>(i), words.end());
        break;
      }
      parsed.arguments_.push_back(word);
      continue;
    }
    const OptionWord given = take_apart(word);
    const Option* option = find_option(table, given.name);
    if (option == nullptr) {
      throw_error(ErrorKind::kInvalidArgument, "flag provided but not defined: -{}", given.name);
    }
    if (option == &kHelp) {
      parsed.help_wanted_ = switch_value(given) == "true";
    } else if (option->value.empty()) {
      parsed.values_.emplace_back(option, switch_value(given));
    } else if (given.value) {
      parsed.values_.emplace_back(option, *given.value);
    } else if (i + 1 < words.size()) {
      parsed.values_.emplace_back(option, words[++i]);
    } else {
      throw_error(ErrorKind::kInvalidArgument, "flag needs an argument: {}", word);
    }
  }
  return parsed;
}

std::string describe_options(std::span<const Option> table) {
  std::vector<const Option*> shown;
  for (const Option& option : table) {
    if (!option.hidden) {
      shown.push_back(&option);
    }
  }
  shown.push_back(&kHelp);
  std::size_t width = 0;
  for (const Option* option : shown) {
    width = std::max(width, option_heading(*option).size());
  }
  std::string text;
  for (const Option* option : shown) {
    text += fmt::format("  {:<{}}  {}\n", option_heading(*option), width, option->help);
  }
  return text;
}

}  // namespace wpar::cli
