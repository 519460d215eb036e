# Qt 6 is needed by the desktop app and by the tests, and by nothing else.
find_package(Qt6 6.4 QUIET COMPONENTS Core Network Widgets Test)
if(NOT Qt6_FOUND)
  message(FATAL_ERROR
    "Qt 6.4 or newer (Core, Network, Widgets, Test) was not found.\n"
    "On Debian and Ubuntu:  apt-get install qt6-base-dev\n"
    "To build without it:   -DUNINTERRUPTIBLE_BUILD_GUI=OFF -DUNINTERRUPTIBLE_BUILD_TESTS=OFF  (preset no-qt)")
endif()

# Qt Test would have each source told the absolute path of its folders, for QFINDTESTDATA, which we do not use; without
# that, one checkout's compilations serve another and all tests share their precompiled headers.
set_property(TARGET Qt6::Test PROPERTY INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
