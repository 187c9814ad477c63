// SPDX-License-Identifier: Apache-2.0
// A bash completion made from the tables that the parser uses, so it cannot know other options.
#include "runtime/cli/cli.h"
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

std::string option_words(std::span<const Option> table, bool with_value_only) {
  std::vector<std::string> words;
  for (const Option& option : table) {
    if (option.hidden || (with_value_only && option.value.empty())) {
      continue;
    }
    words.push_back(fmt::format("--{}", option.name));
    if (option.letter != '\0') {
      words.push_back(fmt::format("-{}", option.letter));
    }
  }
  if (!with_value_only) {
    words.emplace_back("--help");
  }
  return join(words, " ");
}

// "table|json" → "table json"; anything else is completed as a file name.
std::string choices(const Option& option) {
  const std::string_view value = option.value;
  return value.find('|') != std::string_view::npos && value.find('[') == std::string_view::npos
             ? fmt::format("{}", fmt::join(split(value, '|'), " "))
             : std::string();
}

void append_choices(std::string& text, std::string_view command, std::span<const Option> table) {
  for (const Option& option : table) {
    if (!choices(option).empty() && !option.hidden) {
      const std::string letter = option.letter == '\0'
                                     ? std::string()
                                     : fmt::format("|\"{} -{}\"", command, option.letter);
      text += fmt::format("    \"{} --{}\"{}) words=\"{}\" ;;\n", command, option.name, letter,
                          choices(option));
    }
  }
}

int completion(const Globals& globals, const Parsed& parsed) {
  static_cast<void>(globals);
  static_cast<void>(parsed);
  print(completion_script());
  return 0;
}

}  // namespace

std::string completion_script() {
  std::string names;
  std::string options;
  std::string values;
  std::string takes_id;
  append_choices(values, "", kGlobalOptions);
  for (const Command* command : all_commands()) {
    names += fmt::format("{}{}", names.empty() ? "" : " ", command->name);
    options += fmt::format("    {}) options=\"{}\" ;;\n", command->name,
                           option_words(command->options, false));
    append_choices(values, command->name, command->options);
    if (command->arguments.starts_with("ID")) {
      takes_id += fmt::format("{}{}", takes_id.empty() ? "" : "|", command->name);
    }
  }
  return fmt::format(R"(# bash completion for runwpar, made by "runwpar completion"
_runwpar() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command="" options="{0}" words="" root=() i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " {1} " in
      *" ${{COMP_WORDS[i]}} "*)
        [[ ${{COMP_WORDS[i]}} == --root ]] && root=(--root "${{COMP_WORDS[i+1]}}")
        ((i++))
        continue ;;
    esac
    [[ ${{COMP_WORDS[i]}} == -* ]] || {{ command=${{COMP_WORDS[i]}}; break; }}
  done
  case "$command" in
{2}  esac
  case "$command $previous" in
{3}  esac
  if [[ -z $words ]]; then
    if [[ $current == -* ]]; then
      words=$options
    elif [[ -z $command && " {1} " != *" $previous "* ]]; then
      words="{4}"
    elif [[ $previous == "$command" || $previous != -* ]]; then
      case "$command" in
        {5}) words=$("${{COMP_WORDS[0]}}" "${{root[@]}}" list --quiet 2>/dev/null) ;;
      esac
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _runwpar runwpar
)",
                     option_words(kGlobalOptions, false), option_words(kGlobalOptions, true),
                     options, values, names, takes_id);
}

constinit const Command kCompletion = {.name = "completion",
                                       .arguments = "",
                                       .summary = "print a completion script for bash",
                                       .options = {},
                                       .arity = {},
                                       .run = completion,
                                       .uses_state = false};

}  // namespace wpar::cli
