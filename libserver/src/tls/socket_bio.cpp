#include "tls/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <new>

namespace uninterruptible::tls {

namespace {

Socket& socket_of(BIO* bio) { return *static_cast<Socket*>(BIO_get_data(bio)); }

int on_write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  while (true) {
    const ssize_t sent = ::send(socket_of(bio).fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      *written = static_cast<std::size_t>(sent);
      return 1;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      BIO_set_retry_write(bio);
    } else {
      socket_of(bio).error = errno;
    }
    return 0;
  }
}

int on_read(BIO* bio, char* to, std::size_t size, std::size_t* read) {
  BIO_clear_retry_flags(bio);
  while (true) {
    const ssize_t got = ::recv(socket_of(bio).fd, to, size, MSG_DONTWAIT);
    if (got > 0) {
      *read = static_cast<std::size_t>(got);
      return 1;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      BIO_set_retry_read(bio);
    } else if (got < 0) {
      socket_of(bio).error = errno;
    } else {
      // Without this OpenSSL takes the end for an error without a name.
      BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    }
    return 0;
  }
}

long on_control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default: return 0;
  }
}

BIO_METHOD* method() {
  // Never freed: connections may still end while static objects are taken down.
  static BIO_METHOD* const shared = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (made == nullptr || BIO_meth_set_write_ex(made, on_write) != 1 ||
        BIO_meth_set_read_ex(made, on_read) != 1 || BIO_meth_set_ctrl(made, on_control) != 1) {
      throw std::bad_alloc();
    }
    return made;
  }();
  return shared;
}

}  // namespace

BioPtr make_socket_bio(Socket& socket) {
  BioPtr bio(BIO_new(method()));
  if (!bio) throw std::bad_alloc();
  BIO_set_data(bio.get(), &socket);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace uninterruptible::tls
