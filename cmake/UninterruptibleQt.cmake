# Qt 6 is needed by the desktop app and by the tests, and by nothing else.
find_package(Qt6 6.4 QUIET COMPONENTS Core Network Widgets Test)
if(NOT Qt6_FOUND)
  message(FATAL_ERROR
    "Qt 6.4 or newer (Core, Network, Widgets, Test) was not found.\n"
    "On Debian and Ubuntu:  apt-get install qt6-base-dev\n"
    "To build without it:   -DUNINTERRUPTIBLE_BUILD_GUI=OFF -DUNINTERRUPTIBLE_BUILD_TESTS=OFF  (preset no-qt)")
endif()
