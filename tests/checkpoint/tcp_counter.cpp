// SPDX-License-Identifier: Apache-2.0
// A static program for a container: two processes count together over a TCP connection on the
// loopback device, and the file named by the first word always holds the number they are at. Ends
// when the connection ends.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

void serve(int listener) {
  const int connection = accept(listener, nullptr, nullptr);
  if (connection < 0)
    fail("accept");
  std::uint32_t number = 0;
  while (read(connection, &number, sizeof number) == sizeof number) {
    ++number;
    if (write(connection, &number, sizeof number) != sizeof number)
      break;
  }
}

void show(const char* path, std::uint32_t number) {
  char text[16];
  const int length = std::snprintf(text, sizeof text, "%u\n", number);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, static_cast<size_t>(length)) != length)
    fail(path);
  close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(5000);
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, where, sizeof address) < 0 || listen(listener, 1) < 0)
    fail("listen");
  const pid_t server = fork();
  if (server == 0) {
    serve(listener);
    return 0;
  }
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, where, sizeof address) < 0)
    fail("connect");
  std::uint32_t number = 0;
  for (;;) {
    if (write(connection, &number, sizeof number) != sizeof number ||
        read(connection, &number, sizeof number) != sizeof number)
      fail("the connection");
    show(argv[1], number);
    const timespec pause{.tv_sec = 0, .tv_nsec = 20'000'000};
    nanosleep(&pause, nullptr);
  }
}
