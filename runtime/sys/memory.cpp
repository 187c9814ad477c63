// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace wpar::sys {
namespace {

// Less than the gap that the kernel keeps between the stack and the next mapping (128 MiB), and
// more than anything here uses.
constexpr std::uintptr_t kStackDepth = std::uintptr_t{4} << 20;
constexpr std::uintptr_t kOwnFrames = 8192;  // of what is still called from here

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t length = 0;
};

struct Ranges {
  std::uintptr_t page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  std::array<Range, 8> list = {};
  std::size_t count = 0;

  // From the first whole page to the last.
  void add(std::uintptr_t begin, std::uintptr_t end) {
    begin = (begin + page - 1) / page * page;
    end = end / page * page;
    if (begin < end && count < list.size()) {
      list[count++] = {begin, end - begin};
    }
  }
};

int add_constant_segments(dl_phdr_info* object, std::size_t, void* ranges) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    // A segment that was ever written to must not be dropped: its relocations would be gone.
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0) {
      const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
      static_cast<Ranges*>(ranges)->add(begin, begin + segment.p_memsz);
    }
  }
  return 0;
}

// All that runs between giving memory back and waiting: this function and syscall(2).
[[gnu::noinline]] int give_back_and_accept(const Ranges& ranges, int listener) noexcept {
  for (std::size_t i = 0; i < ranges.count; ++i) {
    ::syscall(SYS_madvise, ranges.list[i].begin, ranges.list[i].length, MADV_DONTNEED);
  }
  return static_cast<int>(::syscall(SYS_accept4, listener, nullptr, nullptr, SOCK_CLOEXEC));
}

// A page fault in a file maps what lies around it as well, up to 64 KiB or the large folio it is
// in, but nothing beyond the borders of its mapping: another advice for these pages makes a mapping
// of their own.
void fence(const Ranges& ranges, std::uintptr_t function) noexcept {
  constexpr std::uintptr_t kSize = 512;  // more than either function has
  const std::uintptr_t begin = function / ranges.page * ranges.page;
  const std::uintptr_t end = (function + kSize + ranges.page - 1) / ranges.page * ranges.page;
  ::syscall(SYS_madvise, begin, end - begin, MADV_RANDOM);
}

}  // namespace

UniqueFd accept_frugally(BorrowedFd listener) noexcept {
  ::malloc_trim(0);
  Ranges ranges;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  ranges.add(here - kStackDepth, here - kOwnFrames);
  ::dl_iterate_phdr(add_constant_segments, &ranges);
  fence(ranges, reinterpret_cast<std::uintptr_t>(&give_back_and_accept));
  fence(ranges, reinterpret_cast<std::uintptr_t>(&::syscall));
  return UniqueFd(give_back_and_accept(ranges, listener.get()));
}

}  // namespace wpar::sys
