// SPDX-License-Identifier: Apache-2.0
#include "hooks/hook_main.h"
#include "hooks/script.h"

int main(int argc, char** argv) {
  return wpar::hooks::run_hook("openwpar-hook-script", argc, argv, &wpar::hooks::run_user_script);
}
