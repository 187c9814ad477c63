// SPDX-License-Identifier: Apache-2.0
#include "tests/hooks/network_world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "runtime/base/fd.h"
#include "runtime/base/text.h"

namespace wpar::test {
namespace {

void must(bool done, const char* what) {
  if (!done) {
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
  }
}

// A socket of another namespace stays there; the process comes back.
UniqueFd socket_in(int network, int family) {
  const UniqueFd home(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  must(network < 0 || ::setns(network, CLONE_NEWNET) == 0, "setns");
  UniqueFd made(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int saved = errno;
  must(::setns(home.get(), CLONE_NEWNET) == 0, "setns home");
  errno = saved;
  must(made.get() >= 0, "socket");
  return made;
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  int family = 0;
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const std::string& text) {
  SocketAddress made;
  const auto port = htons(7007);
  if (text.find(':') == std::string::npos) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = port;
    must(::inet_pton(AF_INET, text.c_str(), &address.sin_addr) == 1, "inet_pton");
    std::memcpy(&made.storage, &address, made.size = sizeof address);
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = port;
    must(::inet_pton(AF_INET6, text.c_str(), &address.sin6_addr) == 1, "inet_pton");
    std::memcpy(&made.storage, &address, made.size = sizeof address);
  }
  made.family = made.storage.ss_family;
  return made;
}

}  // namespace

NetworkContainer::NetworkContainer(std::string id) : id_(std::move(id)) {
  int ready[2];
  must(::pipe2(ready, O_CLOEXEC) == 0, "pipe");
  pid_ = ::fork();
  must(pid_ >= 0, "fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char done = ::unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
    if (::write(ready[1], &done, 1) == 1) {
      for (;;)
        ::pause();
    }
    ::_exit(1);
  }
  ::close(ready[1]);
  char done = 'n';
  const bool told = ::read(ready[0], &done, 1) == 1 && done == 'y';
  ::close(ready[0]);
  must(told, "unshare in a container");
  const std::string path = "/proc/" + std::to_string(pid_) + "/ns/net";
  network_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  must(network_ >= 0, path.c_str());
}

NetworkContainer::~NetworkContainer() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(network_);
}

void NetworkTest::SetUp() {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root to make network namespaces";
  }
  if (find_program("ip").empty()) {
    GTEST_SKIP() << "needs ip(8) to look at the result";
  }
  home_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  must(home_ >= 0 && ::unshare(CLONE_NEWNET) == 0, "unshare the network namespace");
  ip("link set lo up");
}

void NetworkTest::TearDown() {
  if (home_ >= 0) {
    must(::setns(home_, CLONE_NEWNET) == 0, "setns home");
    ::close(home_);
  }
}

std::string NetworkTest::ip(const std::string& words, int network) {
  Command command{.argv = {find_program("ip")}};
  for (const std::string_view word : wpar::split_words(words)) {
    command.argv.emplace_back(word);
  }
  command.network_namespace = network;
  const Result result = run(command);
  EXPECT_TRUE(result.ok()) << "ip " << words << ": " << result;
  return result.out;
}

nlohmann::json NetworkTest::ip_json(const std::string& words, int network) {
  const std::string text = ip("-j -d " + words, network);
  return text.empty() ? nlohmann::json::array() : nlohmann::json::parse(text);
}

std::vector<std::string> NetworkTest::link_names(int network) {
  std::vector<std::string> names;
  for (const auto& link : ip_json("link show", network)) {
    // Tunnel devices that some kernels put into every namespace are not of this world's making.
    const std::string name = link.at("ifname");
    if (name.find("tunl") == std::string::npos && name.find("gre") == std::string::npos &&
        name.find("sit0") == std::string::npos && name.find("vti") == std::string::npos &&
        name.find("ip6tnl") == std::string::npos && name.find("erspan") == std::string::npos) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> NetworkTest::addresses(const std::string& link, int network) {
  std::vector<std::string> found;
  for (const auto& entry : ip_json("addr show dev " + link, network)) {
    for (const auto& info : entry.at("addr_info")) {
      if (info.at("scope").get<std::string>() == "global") {
        found.push_back(info.at("local").get<std::string>() + "/" +
                        std::to_string(info.at("prefixlen").get<int>()));
      }
    }
  }
  return found;
}

bool NetworkTest::has_route(const std::string& family, const std::string& text, int network) {
  const std::string table = ip(family + " route show", network);
  for (const std::string_view line : wpar::split(table, '\n')) {
    if (line == text || line.starts_with(text + " ")) {
      return true;
    }
  }
  return false;
}

std::string NetworkTest::state_text(const NetworkContainer& container, const std::string& status,
                                    const std::string& annotation) {
  nlohmann::json state{
      {"ociVersion", "1.3.0"}, {"id", container.id()}, {"status", status}, {"bundle", "/"}};
  if (status != "stopped") {
    state["pid"] = container.pid();
  }
  state["annotations"] = {{spec::kNetworkAnnotation, annotation}};
  return state.dump();
}

Result NetworkTest::run_hook(const std::string& state, const std::vector<std::string>& words) {
  Command command{.argv = {WPAR_HOOK_NETWORK}, .input = state};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  return run(command);
}

Result NetworkTest::start(const NetworkContainer& container,
                          const spec::NetworkDocument& document) {
  return run_hook(state_text(container, "created", write_network_document(document)), {"start"});
}

Result NetworkTest::stop(const NetworkContainer& container, const spec::NetworkDocument& document) {
  return run_hook(state_text(container, "stopped", write_network_document(document)), {"stop"});
}

bool NetworkTest::reaches(int from, int to, const std::string& address) {
  SocketAddress target = socket_address(address);
  const UniqueFd listener = socket_in(to, target.family);
  const int on = 1;
  must(::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "setsockopt");
  must(::bind(listener.get(), target.raw(), target.size) == 0, "bind");
  must(::listen(listener.get(), 1) == 0, "listen");
  const UniqueFd caller = socket_in(from, target.family);
  if (::connect(caller.get(), target.raw(), target.size) == 0) {
    return true;
  }
  if (errno != EINPROGRESS) {
    return false;
  }
  pollfd wait{caller.get(), POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  return ::poll(&wait, 1, 3000) == 1 &&
         ::getsockopt(caller.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

}  // namespace wpar::test
