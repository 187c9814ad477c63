// SPDX-License-Identifier: Apache-2.0
#include "hooks/devices.h"
#include "hooks/hook_main.h"

int main(int argc, char** argv) {
  return wpar::hooks::run_hook("openwpar-hook-devices", argc, argv,
                               &wpar::hooks::arbitrate_devices);
}
