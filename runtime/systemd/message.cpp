// SPDX-License-Identifier: Apache-2.0
// A packet is a row of words, each with a NUL behind it: no word of ours can hold one.
#include "runtime/systemd/message.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::systemd {
namespace {

[[noreturn]] void malformed() {
  throw_error(ErrorKind::kInternal, "a malformed message between runwpar and runwpar-systemd");
}

class Words {
 public:
  explicit Words(std::string_view packet) : rest_(packet) {}

  std::string next() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) {
      malformed();
    }
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return word;
  }
  std::size_t number() {
    const auto value = parse_integer<std::size_t>(next());
    if (!value || *value > rest_.size()) {  // each of so many words has one byte at least
      malformed();
    }
    return *value;
  }
  bool flag() {
    const std::string word = next();
    if (word != "0" && word != "1") {
      malformed();
    }
    return word == "1";
  }
  void end() const {
    if (!rest_.empty()) {
      malformed();
    }
  }

 private:
  std::string_view rest_;
};

void add(std::string& packet, std::string_view word) {
  packet += word;
  packet += '\0';
}

Command command_of(const std::string& word) {
  for (const Command command : {Command::kStart, Command::kProperties, Command::kStop}) {
    if (word == std::string(1, static_cast<char>(command))) {
      return command;
    }
  }
  malformed();
}

}  // namespace

std::string encode(const Request& request) {
  std::string packet;
  add(packet, std::string(1, static_cast<char>(request.command)));
  add(packet, request.unit.name);
  add(packet, request.unit.slice);
  add(packet, request.unit.of_user ? "1" : "0");
  add(packet, request.unit.description);
  add(packet, std::to_string(request.unit.properties.size()));
  for (const plan::UnitProperty& property : request.unit.properties) {
    add(packet, property.name);
    add(packet, property.signature);
    add(packet, std::to_string(property.values.size()));
    for (const std::string& value : property.values) {
      add(packet, value);
    }
  }
  return packet;
}

Request decode_request(std::string_view packet) {
  Words words(packet);
  Request request;
  request.command = command_of(words.next());
  request.unit.name = words.next();
  request.unit.slice = words.next();
  request.unit.of_user = words.flag();
  request.unit.description = words.next();
  for (std::size_t properties = words.number(); properties > 0; --properties) {
    plan::UnitProperty property;
    property.name = words.next();
    property.signature = words.next();
    for (std::size_t values = words.number(); values > 0; --values) {
      property.values.push_back(words.next());
    }
    request.unit.properties.push_back(std::move(property));
  }
  words.end();
  return request;
}

std::string encode(const Answer& answer) {
  std::string packet;
  add(packet, answer.done ? "1" : "0");
  add(packet, answer.text);
  return packet;
}

Answer decode_answer(std::string_view packet) {
  Words words(packet);
  Answer answer;
  answer.done = words.flag();
  answer.text = words.next();
  words.end();
  return answer;
}

}  // namespace wpar::systemd
