#include "support/certificate.hpp"

#include <filesystem>
#include <stdexcept>
#include <utility>
#include <vector>

namespace testing {

namespace {

void openssl(const Sandbox& sandbox, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  Process process = sandbox.start(std::move(arguments));
  if (process.wait_exit() != exited(0)) throw std::runtime_error("openssl: " + process.standard_error());
}

}  // namespace

Certificate Certificate::make(const Sandbox& sandbox, const std::string& stem,
                              const std::string& common_name) {
  Certificate made{sandbox / (stem + ".key"), sandbox / (stem + ".crt")};
  openssl(sandbox, {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "30", "-subj", "/CN=" + common_name, "-addext",
                    "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", made.key, "-out", made.file});
  return made;
}

void Certificate::expire(const Sandbox& sandbox) const {
  openssl(sandbox, {"x509", "-in", file, "-signkey", key, "-days", "-1", "-out", file + ".new"});
  std::filesystem::rename(file + ".new", file);
}

void Certificate::encrypt_key(const Sandbox& sandbox) const {
  openssl(sandbox, {"pkey", "-in", key, "-aes128", "-passout", "pass:secret", "-out", key + ".new"});
  std::filesystem::rename(key + ".new", key);
}

std::string over_tls(std::string target) {
  if (target.starts_with("tcp://")) target.replace(0, 3, "tls");
  return target;
}

}  // namespace testing
