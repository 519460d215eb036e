#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace uninterruptible {

enum class LogLevel { debug, info, warn, error, fatal };

/// Everything that can be set about a server. Each option left unset is read from its environment variable,
/// and where that is unset too the default holds: explicit beats environment beats default. A variable that
/// is set but empty is an error. Durations in variables are seconds with a fraction or carry a unit: `0.5`,
/// `500ms`, `10m`.
struct Configuration {
  /// One address to listen on: `tcp://HOST:PORT`, `tcp://[IPV6]:PORT`, `unix:///PATH` or `fd://NAME`. Port 0
  /// lets the kernel choose, and the choice is kept over restarts. `UNINTERRUPTIBLE_BIND` (several, separated
  /// by commas).
  ///
  /// Sockets that systemd opened (`LISTEN_FDS`) are taken by the binds whose addresses they have. `fd://NAME`
  /// takes the one of that name (`FileDescriptorName=`, else the socket unit's name), whatever its address;
  /// it may be given as often as there are sockets of the name. Every passed socket needs its bind.
  ///
  /// The socket of a running server of the Ruby gem that starts this program to replace it
  /// (`FILE_DESCRIPTOR_SERVER_PATH`) is taken over by the bind whose address it has.
  std::optional<std::string> bind;
  /// Several addresses to listen on, beside `bind`.
  std::vector<std::string> binds;
  /// Shorthand for `tcp://bind_address:bind_port`. `PORT`.
  std::optional<std::uint16_t> bind_port;
  /// Address for `bind_port`; default `0.0.0.0`. `UNINTERRUPTIBLE_BIND_ADDRESS`.
  std::optional<std::string> bind_address;

  /// File that names the live process; none by default. `PID_FILE`.
  std::optional<std::string> pidfile_path;
  /// What a restart starts: an argument list, or a string that is split as a shell does but never given to a
  /// shell. Default: this program's own command line, resolved when the restart begins.
  /// `UNINTERRUPTIBLE_START_COMMAND`.
  std::optional<std::variant<std::string, std::vector<std::string>>> start_command;
  /// Directory in which start_command runs, resolved when the restart begins (a deployment's `current` link
  /// is followed). Default: the working directory at construction. `APP_ROOT`.
  std::optional<std::string> app_root;

  /// File to append log lines to; default standard output. `UNINTERRUPTIBLE_LOG_PATH`.
  std::optional<std::string> log_path;
  /// Least severe level that is logged; default info. `UNINTERRUPTIBLE_LOG_LEVEL`
  /// (debug|info|warn|error|fatal).
  std::optional<LogLevel> log_level;
  /// Takes every line instead of log_path. Called from any thread, one call at a time; must not throw.
  std::function<void(LogLevel, std::string_view)> log_sink;

  /// Name of this server for operators; default the program's file name. `UNINTERRUPTIBLE_NAME`.
  /// A configured name that a living server has is an error; a default one gets the pid appended.
  std::optional<std::string> name;
  /// Version of this program as operators see it beside each generation, e.g. `2.4.1`, at most 100 bytes;
  /// default none. `UNINTERRUPTIBLE_VERSION`. A restart passes the variable on as it is: set the version in
  /// the program where it is to change with it.
  std::optional<std::string> version;
  /// Length of the kernel's queue of connections not accepted yet, 1 to 65,535; default 1,024.
  /// The kernel cuts it to net.core.somaxconn; then a warning says so. `UNINTERRUPTIBLE_BACKLOG`.
  std::optional<int> backlog;
  /// Permission bits of unix sockets; default 0777 less the umask, as bind(2) does.
  /// `UNINTERRUPTIBLE_UNIX_SOCKET_MODE` (octal).
  std::optional<unsigned> unix_socket_mode;
  /// Group of unix sockets, a name or a number; default the process's. `UNINTERRUPTIBLE_UNIX_SOCKET_GROUP`.
  std::optional<std::string> unix_socket_group;

  /// How long a draining generation lets its connections go on; 0 (default) for ever.
  /// `UNINTERRUPTIBLE_DRAIN_TIMEOUT`.
  std::optional<std::chrono::milliseconds> drain_timeout;
  /// How long a new generation may take from its start to being ready; default 60 s, at least 10 ms. Every
  /// Generation::progress() starts it anew. `UNINTERRUPTIBLE_RESTART_TIMEOUT`.
  std::optional<std::chrono::milliseconds> restart_timeout;
  /// How long the old generation stands by after the new one began to serve, ready to accept again at once
  /// should it die or call fail(); default 2 s, 0 for no trial. `UNINTERRUPTIBLE_ROLLBACK_WINDOW`.
  std::optional<std::chrono::milliseconds> rollback_window;
  /// How many generations may drain at a time before a restart is refused, 1 to 64; default 8.
  /// `UNINTERRUPTIBLE_MAX_DRAINING_GENERATIONS`.
  std::optional<int> max_draining_generations;

  /// Whether the control socket is offered; default yes. `UNINTERRUPTIBLE_CONTROL` (true|false).
  std::optional<bool> control;
  /// Directory of the control socket; see docs/control-protocol.md for the default.
  /// `UNINTERRUPTIBLE_CONTROL_DIR`.
  std::optional<std::string> control_directory;
  /// Group whose members may watch this server by its control socket, a name or a number; default none, so
  /// that only this process's user and root may. `UNINTERRUPTIBLE_CONTROL_OBSERVE_GROUP`.
  std::optional<std::string> control_observe_group;
  /// Group whose members may also restart it, shut it down and close connections. With one group configured
  /// the control socket is given to it, for which this process must be root or a member of the group.
  /// `UNINTERRUPTIBLE_CONTROL_OPERATE_GROUP`.
  std::optional<std::string> control_operate_group;

  // TLS, and who may connect: Server only, on its TCP addresses. Set for unix addresses alone they are an
  // error.

  /// Private key, PEM text: RSA, EC or Ed25519, not encrypted. `TLS_KEY` names a file that holds it. With a
  /// key and a certificate every TCP address speaks TLS.
  std::optional<std::string> tls_key;
  /// Certificate chain, PEM text, the server's own certificate first. `TLS_CERTIFICATE` names a file that
  /// holds it.
  std::optional<std::string> tls_certificate;
  /// Oldest version of TLS that clients may speak: TLSv1_1, TLSv1_2 (default) or TLSv1_3. TLSv1_1 needs
  /// tls_security_level 0 with OpenSSL 3. `TLS_VERSION`.
  std::optional<std::string> tls_version;
  /// Security level of OpenSSL, 0 to 5, see SSL_CTX_set_security_level(3); default what OpenSSL is set up
  /// for. `UNINTERRUPTIBLE_TLS_SECURITY_LEVEL`.
  std::optional<int> tls_security_level;
  /// Whether clients must show a certificate that client_tls_certificate_ca has signed; default no.
  /// `VERIFY_CLIENT_TLS_CERTIFICATE` (true|false).
  std::optional<bool> verify_client_tls_certificate;
  /// File with the PEM certificates of those who may sign client certificates. Implies
  /// verify_client_tls_certificate. `CLIENT_TLS_CERTIFICATE_CA`.
  std::optional<std::string> client_tls_certificate_ca;
  /// How long a client may take for the TLS handshake, at least 10 ms; default 30 s.
  /// `UNINTERRUPTIBLE_HANDSHAKE_TIMEOUT`.
  std::optional<std::chrono::milliseconds> handshake_timeout;
  /// Networks that clients may connect from, e.g. `10.0.0.0/8` or `2001:db8::/32`; none (default) allows
  /// all. Others are closed at once, before TLS and before a thread is spent. `ALLOWED_NETWORKS` (several,
  /// separated by commas).
  std::optional<std::vector<std::string>> allowed_networks;

  // Limits of Server; all off by default.

  /// Most connections of one generation at a time, on all its addresses together, 1 to 1,000,000. The
  /// kernel's queue keeps the rest until there is room. `UNINTERRUPTIBLE_MAX_CONNECTIONS`.
  std::optional<int> max_connections;
  /// Most connections of one generation from one IPv4 address or one IPv6 /64 network at a time, 1 to
  /// 1,000,000; more are closed at once. `UNINTERRUPTIBLE_MAX_CONNECTIONS_PER_ADDRESS`.
  std::optional<int> max_connections_per_address;
  /// How long a connection may go without a byte in either direction while its handler reads or writes; 0 for
  /// ever. `UNINTERRUPTIBLE_IDLE_TIMEOUT`.
  std::optional<std::chrono::milliseconds> idle_timeout;
  /// How long one call of handle_request may take, judged where it reads or writes; 0 for ever.
  /// `UNINTERRUPTIBLE_REQUEST_TIMEOUT`.
  std::optional<std::chrono::milliseconds> request_timeout;

  /// Whether handlers for USR1, TERM and INT are installed (and put back at the end). Default: only by
  /// Server::run(); Server::start() and Generation change no signal disposition unless this is set to true.
  std::optional<bool> handle_signals;
};

/// Thrown before anything is bound, written or disturbed. what() names every problem found, one a line: the
/// option, the value and the reason.
class ConfigurationError : public std::runtime_error {
 public:
  explicit ConfigurationError(const std::string& problem)
      : ConfigurationError(std::vector<std::string>{problem}) {}
  explicit ConfigurationError(std::vector<std::string> problems);

  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  std::vector<std::string> problems_;
};

}  // namespace uninterruptible
