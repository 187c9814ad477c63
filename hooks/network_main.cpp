// SPDX-License-Identifier: Apache-2.0
#include "hooks/hook_main.h"
#include "hooks/network.h"

int main(int argc, char** argv) {
  return wpar::hooks::run_hook("openwpar-hook-network", argc, argv,
                               &wpar::hooks::configure_network);
}
