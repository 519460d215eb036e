#include <QTest>
#include <cstdlib>

#include "restart/bad_version.hpp"

using namespace testing;

namespace {

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

}  // namespace

/// New versions that are no good, under load: the old one serves, the reason is told, the next good one
/// succeeds.
class RestartBadVersions : public QObject {
  Q_OBJECT

 private slots:
  void bad_version_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < bad_versions().size(); ++i)
      QTest::newRow(bad_versions()[i].name) << static_cast<int>(i);
  }
  void bad_version() {
    QFETCH(int, index);
    const BadVersion& version = bad_versions()[static_cast<std::size_t>(index)];
    const std::string problem =
        problem_with({.program = from_environment("UNINTERRUPTIBLE_TEST_PROGRAM", "echo-server"),
                      .transport = transport_from_environment(),
                      .flags = {"--rollback-window", version.in_trial ? "1s" : "100ms", "--restart-timeout",
                                version.is_slow ? "2s" : "30s"}},
                     [&](Chain& chain) { try_version(chain, version); });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartBadVersions)
#include "restart_bad_versions.moc"
