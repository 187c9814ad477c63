// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bundles for the real-binary tests: a busybox root with the probe in it, and a config.json that is
// plain data until write().

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace wpar::test {

using Json = nlohmann::json;

// What `runc spec` writes, but with a writable root, all seven usual namespaces, PATH only.
Json base_config();
// An allow list of the size and shape engines generate; everything else is EPERM.
Json engine_seccomp();
// A bundle's usual bind mount.
Json bind_mount(const std::string& source, const std::string& destination,
                std::vector<std::string> options = {"bind"});
// /bin/busybox with its links, /probe, and the customary files of /etc. Own copy: a container may
// write to it.
void make_busybox_root(const std::string& path);
// The busybox that make_busybox_root takes, "" when the machine has none that is static.
std::string busybox_program();

class Bundle {
 public:
  explicit Bundle(std::string path);  // makes path and path/rootfs
  const std::string& path() const { return path_; }
  std::string root() const { return path_ + "/rootfs"; }
  std::string in_root(const std::string& inside) const { return root() + inside; }
  Json config;
  void args(std::vector<std::string> words) { config["process"]["args"] = std::move(words); }
  void shell(const std::string& script) { args({"/bin/sh", "-c", script}); }
  void mount(Json mount) { config["mounts"].push_back(std::move(mount)); }
  void drop_mount(const std::string& destination);
  void drop_namespace(const std::string& type);
  void set_namespace(const std::string& type, const std::string& path);
  void hook(const std::string& kind, Json hook) {
    config["hooks"][kind].push_back(std::move(hook));
  }
  void write() const;

 private:
  std::string path_;
};

}  // namespace wpar::test
