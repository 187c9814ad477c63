// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of the tests on the host's own hierarchies: needs root. Every cgroup is called
// wpar-test-PID-…; a test that leaves one behind fails.

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/sys/process.h"

namespace wpar::cgroup {

inline bool exists(const std::string& path) {
  struct stat info = {};
  return ::lstat(path.c_str(), &info) == 0;
}

class RealHierarchies : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root";
    }
    host_ = look_at_hierarchies();
    if (host_.hierarchies.empty()) {
      GTEST_SKIP() << "no cgroup hierarchy is mounted";
    }
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    name_ = fmt::format("wpar-test-{}-{}", ::getpid(), test->name());
    if (const Hierarchy* v2 = find_v2()) {
      subtree_ = find_file(v2->mount_point + "/cgroup.subtree_control").value_or("");
    }
  }

  void TearDown() override {
    for (const Hierarchy& hierarchy : host_.hierarchies) {
      EXPECT_FALSE(exists(hierarchy.mount_point + "/" + name_)) << hierarchy.mount_point;
    }
    if (const Hierarchy* v2 = find_v2()) {  // creating may have switched controllers on
      const std::string file = v2->mount_point + "/cgroup.subtree_control";
      const std::string now = read_file(file);
      const auto before = split_words(subtree_);
      for (const std::string_view one : split_words(now)) {
        if (std::find(before.begin(), before.end(), one) == before.end()) {
          write_existing(file, fmt::format("-{}", one));
        }
      }
    }
  }

  static void write_existing(const std::string& file, std::string_view text) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    write_all(fd, text, file);
  }

  const Hierarchy* find_v2() const {
    return !host_.hierarchies.empty() && host_.hierarchies.back().v2 ? &host_.hierarchies.back()
                                                                     : nullptr;
  }
  // The directory of a v1 controller, or of v2 for "".
  std::string find_directory(const Cgroup& cgroup, const std::string& controller) const {
    for (std::size_t i = 0; i < host_.hierarchies.size(); ++i) {
      const auto& names = host_.hierarchies[i].controllers;
      if (controller.empty() ? host_.hierarchies[i].v2
                             : !host_.hierarchies[i].v2 && std::find(names.begin(), names.end(),
                                                                     controller) != names.end()) {
        return cgroup.directories()[i];
      }
    }
    return "";
  }
  std::string path() const { return "/" + name_; }

  // A child that is in the cgroup when this returns, and sleeps.
  static sys::Child run_inside(const Cgroup& cgroup) { return run_inside(cgroup.entry()); }
  static sys::Child run_inside(const Entry& entry) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    sys::CloneRequest request;
    request.into_cgroup = entry.v2_directory.get();
    sys::Child child = sys::clone_process(request, [&]() noexcept {
      bool good = true;
      for (const UniqueFd& tasks : entry.v1_tasks) {
        good = ::write(tasks.get(), "0", 1) == 1 && good;
      }
      if (!good || ::write(writer.get(), "x", 1) != 1) {
        ::_exit(1);
      }
      for (;;) {
        ::pause();
      }
    });
    writer.reset();
    char byte = 0;
    EXPECT_EQ(::read(reader.get(), &byte, 1), 1) << "the child could not enter";
    return child;
  }

  Host host_;
  std::string name_;
  std::string subtree_;
};

inline std::string text_of(const std::string& file) {
  return std::string(trim(read_file(file)));
}

template <typename Work>
std::string message_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace wpar::cgroup
