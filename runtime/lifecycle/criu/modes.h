// SPDX-License-Identifier: Apache-2.0
#pragma once
// Choices that CRIU offers by number (rpc.proto): words on the command line, numbers in a request.

namespace wpar::lifecycle {

// criu_cg_mode; kDefault is CRIU's soft mode.
enum class CriuCgroupMode { kIgnore = 0, kSoft = 3, kFull = 4, kStrict = 5, kDefault = 6 };
// criu_network_lock_method; kUnset leaves it to CRIU.
enum class CriuNetworkLock { kUnset = 0, kIptables = 1, kNftables = 2, kSkip = 3 };

}  // namespace wpar::lifecycle
