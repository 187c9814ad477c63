// SPDX-License-Identifier: Apache-2.0
// Many containers at once: making the last one takes no longer than making the first, listing them
// is quick, what they hold while they wait is little, and all of it goes again.
// WPAR_MANY says how many (default: 300).
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

constexpr int kDefault = 300;
constexpr int kGroup = 50;           // the first and the last that are compared
constexpr double kFlat = 3.0;        // the machine may be busy with other things
constexpr double kWaitingKiB = 400;  // of each init

int wanted() {
  const char* text = std::getenv("WPAR_MANY");
  return text == nullptr ? kDefault : std::max(std::atoi(text), 2 * kGroup);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double pss_kib(int pid) {
  for (const std::string& line : read_lines(fmt::format("/proc/{}/smaps_rollup", pid)))
    if (line.starts_with("Pss:"))
      return std::stod(line.substr(4));
  return 0;
}

class ManyContainers : public ContainerTest {
 protected:
  void TearDown() override {
    if (temp_ != nullptr)
      remove_all();
    ContainerTest::TearDown();
  }
  void remove_all() {
    if (!runtime().is_ours()) {
      for (int i = 0; i < made_; ++i)
        runtime()({"delete", "--force", id(i)});
    } else {
      Command command = runtime().command({"delete", "--force", "--regex", "^" + prefix()});
      command.timeout = Milliseconds(90000);
      const Result result = run(command);
      EXPECT_EQ(result.code, 0) << result;
    }
    adopted_children();
    made_ = 0;
  }
  std::string prefix() const { return "wt" + temp_->tag() + "-many"; }
  std::string id(int number) const { return fmt::format("{}{:04}", prefix(), number); }
  double create_timed(int number) {
    Command command = runtime().command({"create", "--bundle", bundle().path(), id(number)});
    // Init keeps what it inherits: no pipes.
    command.output_path = *temp_ / "out";
    command.error_path = *temp_ / "err";
    const auto begin = std::chrono::steady_clock::now();
    const Result result = run(command);
    const double took = milliseconds(std::chrono::steady_clock::now() - begin);
    EXPECT_EQ(result.code, 0) << read_text(*temp_ / "err");
    ++made_;
    return took;
  }
  int made_ = 0;
};

TEST_F(ManyContainers, AreMadeListedAndRemoved) {
  const int count = wanted();
  bundle().args({"/bin/true"});
  // One cgroup for each, below one that this test owns.
  bundle().config["linux"].erase("cgroupsPath");
  bundle().write();
  std::vector<double> times;
  for (int i = 0; i < count && !HasFailure(); ++i)
    times.push_back(create_timed(i));
  ASSERT_FALSE(HasFailure());
  const double first = median({times.begin(), times.begin() + kGroup});
  const double last = median({times.end() - kGroup, times.end()});
  EXPECT_LT(last, first * kFlat) << "create gets slower with the number of containers";

  auto begin = std::chrono::steady_clock::now();
  const Result listed = runtime()({"list", "--format", "json"});
  const double list_time = milliseconds(std::chrono::steady_clock::now() - begin);
  const Json all = Json::parse(listed.out, nullptr, false);
  ASSERT_TRUE(all.is_array()) << listed.err;
  ASSERT_EQ(all.size(), static_cast<std::size_t>(count));
  EXPECT_LT(list_time / count, first / 4) << "one line of the list costs as much as a container";

  double held = 0;
  for (const Json& one : all) {
    EXPECT_EQ(one["status"], "created");
    held += pss_kib(one["pid"].get<int>());
  }
  if (runtime().is_ours()) {
    EXPECT_LT(held / count, kWaitingKiB);
  }

  begin = std::chrono::steady_clock::now();
  remove_all();
  const double removal = milliseconds(std::chrono::steady_clock::now() - begin);
  fmt::print(
      "{} containers: create {:.1f} ms (first {}), {:.1f} ms (last {}); list {:.1f} ms; "
      "{:.0f} KiB each; delete {:.1f} ms each\n",
      count, first, kGroup, last, kGroup, list_time, held / count, removal / count);
  EXPECT_EQ(runtime()({"list", "-q"}).out, "");
}

}  // namespace
}  // namespace wpar::test
