# SPDX-License-Identifier: Apache-2.0
# What ./try and ./check share: words on the terminal and packages from Debian's archive. Sourced, not run.

say() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }

# die WHAT HOW: what went wrong and what to do about it.
die() {
  printf '\n%s: %s\n' "${0##*/}" "$1" >&2
  shift
  for line in "$@"; do printf '   %s\n' "$line" >&2; done
  exit 2
}

kBuildPackages=(g++ cmake ninja-build pkgconf libseccomp-dev libcap-dev libyaml-cpp-dev
  nlohmann-json3-dev libfmt-dev libspdlog-dev libnl-route-3-dev libsystemd-dev)

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs those of the named packages that are missing, and says which.
need_packages() {
  local missing=() name
  for name in "$@"; do is_installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get: ${missing[*]}" \
    "Debian 12 and 13 are supported; elsewhere install the equivalents by hand"
  [ "$(id -u)" = 0 ] || die "these packages are missing: ${missing[*]}" \
    "install them: sudo apt-get install --no-install-recommends ${missing[*]}"
  say "installing from Debian's archive: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  # The first attempt without `update`: package lists that are fresh enough need no network round.
  if ! apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null; then
    note "refreshing the package lists"
    if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
      tail -n 15 "$log" >&2
      die "apt-get could not install them (whole output: $log)" \
        "is Debian's archive reachable? try: apt-get update && apt-get install ${missing[*]}"
    fi
  fi
  rm -f "$log"
}

# Reuses compiled objects when the machine has ccache; nothing depends on it.
launcher_options() {
  command -v ccache >/dev/null && printf '%s\n' -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache
  return 0
}
