// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"

#include "runtime/base/errno_text.h"

namespace wpar {

Error::Error(int errno_value, std::string_view doing)
    : kind_(ErrorKind::kSystem), errno_(errno_value) {
  message_.append(doing).append(": ").append(errno_text(errno_value));
}

Error& Error::while_doing(std::string_view outer) {
  message_.insert(0, ": ");
  message_.insert(0, outer);
  return *this;
}

}  // namespace wpar
