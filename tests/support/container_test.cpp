// SPDX-License-Identifier: Apache-2.0
#include "tests/support/container_test.h"

#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/peer_deviations.h"

namespace wpar::test {

bool running_as_root() {
  return ::geteuid() == 0;
}

void ContainerTest::SetUp() {
  if (!running_as_root())
    GTEST_SKIP() << "needs root";
  if (busybox_program().empty())
    GTEST_SKIP() << "needs a static busybox (Debian: busybox-static)";
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string reason = peer_deviation(
      Runtime("").name(), fmt::format("{}.{}", test->test_suite_name(), test->name()));
  if (!reason.empty())
    GTEST_SKIP() << reason;
  temp_ = std::make_unique<TempDir>();
  runtime_ = std::make_unique<Runtime>(*temp_ / "state");
  bundle_ = std::make_unique<Bundle>(*temp_ / "bundle");
  make_busybox_root(bundle_->root());
  host_ = std::make_unique<HostSnapshot>(temp_->tag(), runtime_->root());
}

void ContainerTest::TearDown() {
  if (host_ == nullptr)
    return;
  delete_all();
  for (const std::string& difference : host_->differences())
    ADD_FAILURE() << difference;
}

void ContainerTest::delete_all() {
  for (const std::string& id : ids_) {
    const Result result = (*runtime_)({"delete", "--force", id});
    EXPECT_EQ(result.code, 0) << "delete --force " << id << result;
    adopted_children();
  }
  ids_.clear();
}

std::string ContainerTest::new_id() {
  ids_.push_back(fmt::format("wt{}-{}", temp_->tag(), ids_.size()));
  return ids_.back();
}

Result ContainerTest::run_bundle(std::vector<std::string> options) {
  bundle_->write();
  std::vector<std::string> words = {"run", "--bundle", bundle_->path()};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(new_id());
  return (*runtime_)(words);
}

Result ContainerTest::run_shell(const std::string& script) {
  bundle_->shell(script);
  return run_bundle();
}

Json ContainerTest::facts() {
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
  return Json::parse(result.out, nullptr, false);
}

Result ContainerTest::create(const std::string& id, std::vector<std::string> options) {
  bundle_->write();
  std::vector<std::string> words = {"create", "--bundle", bundle_->path()};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(id);
  Command command = runtime_->command(words);
  command.output_path = *temp_ / (id + ".out");
  command.error_path = *temp_ / (id + ".err");
  return run(command);
}

std::string ContainerTest::start_shell(const std::string& script) {
  bundle_->shell(script);
  const std::string id = new_id();
  const Result created = create(id);
  if (!created.ok())
    throw std::runtime_error("create failed: " + created.err + error_of(id));
  const Result started = (*runtime_)({"start", id});
  if (!started.ok())
    throw std::runtime_error("start failed: " + started.err + error_of(id));
  return id;
}

std::string ContainerTest::start_waiting() {
  return start_shell("exec /probe wait");
}

std::string ContainerTest::output_of(const std::string& id) const {
  return read_text(*temp_ / (id + ".out"));
}

std::string ContainerTest::error_of(const std::string& id) const {
  return read_text(*temp_ / (id + ".err"));
}

Result ContainerTest::exec(const std::string& id, std::vector<std::string> args,
                           std::vector<std::string> options) {
  std::vector<std::string> words = {"exec"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(id);
  words.insert(words.end(), args.begin(), args.end());
  return (*runtime_)(words);
}

Json ContainerTest::exec_facts(const std::string& id, std::vector<std::string> options) {
  const Result result = exec(id, {"/probe"}, std::move(options));
  EXPECT_EQ(result.code, 0) << result;
  return Json::parse(result.out, nullptr, false);
}

void expect_one_line(const Result& result, const std::string& part) {
  EXPECT_NE(result.code, 0) << result;
  EXPECT_FALSE(result.timed_out) << result;
  const std::string& text = result.err;
  EXPECT_TRUE(!text.empty() && text.find('\n') == text.size() - 1)
      << "expected exactly one line on stderr" << result;
  EXPECT_TRUE(contains(text, part)) << "expected the text: " << part << result;
}

std::vector<std::string> mounts_at(const Json& facts, const std::string& path) {
  std::vector<std::string> found;
  for (const Json& line : facts["mountinfo"])
    if (split(line.get<std::string>(), ' ')[4] == path)
      found.push_back(line);
  return found;
}

}  // namespace wpar::test
