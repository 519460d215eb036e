# Sourced by the scripts beside this folder: what they need on the machine, and how they build.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Debian package and the command or file that shows that what it brings is there, whoever brought it.
needed=(
  'g++:g++' 'cmake:cmake' 'ninja-build:ninja' 'ccache:ccache' 'python3:python3'
  'nlohmann-json3-dev:nlohmann/json.hpp' 'libcli11-dev:CLI/CLI.hpp' 'libssl-dev:openssl/ssl.h'
  'qt6-base-dev:Qt6Config.cmake' 'qt6-l10n-tools:lrelease' 'openssl:openssl' 'gnutls-bin:gnutls-cli'
  'openssh-client:ssh' 'xvfb:Xvfb' 'openbox:openbox' 'xdotool:xdotool' 'x11-utils:xprop' 'dbus-daemon:dbus-daemon'
  'at-spi2-core:/usr/libexec/at-spi-bus-launcher'
)

is_there() {
  case $1 in
    *.h | *.hpp) printf '#include <%s>\n' "$1" | "${CXX:-g++}" -E -x c++ - >/dev/null 2>&1 ;;
    *.cmake) compgen -G "/usr/lib/*/cmake/Qt6/$1" >/dev/null || command -v qmake6 >/dev/null ;;
    lrelease) command -v lrelease lrelease-qt6 >/dev/null || [[ -x /usr/lib/qt6/bin/lrelease ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

install_missing() {
  local entry missing=() as_root=()
  for entry in "${needed[@]}"; do
    is_there "${entry#*:}" || missing+=("${entry%%:*}")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    say "Not found, and there is no apt-get to install it: ${missing[*]} (Debian's names). Going on without."
    return 0
  fi
  if (($(id -u))); then
    command -v sudo >/dev/null || {
      say "Not found: ${missing[*]}. Run this as root or install sudo to have them installed. Going on without."
      return 0
    }
    as_root=(sudo)
  fi
  say "Installing with apt-get: ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"; }; then
    die "apt-get could not install: ${missing[*]}"
  fi
}

# configure PRESET [CMAKE-OPTION...], in the current directory
configure() {
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    # Paths below this folder count relative to it, so that one checkout's results serve another.
    export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
    # What precompiled headers need: the manual's section on them.
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
  fi
  say "== configure $1"
  cmake --preset "$1" --log-level=WARNING "${@:2}" >/dev/null
}

# build PRESET [TARGET...]
build() {
  say "== build $1"
  if (($# > 1)); then
    cmake --build --preset "$1" --parallel "$(nproc)" --target "${@:2}"
  else
    cmake --build --preset "$1" --parallel "$(nproc)"
  fi
}

# shellcheck disable=SC2034
programs=(echo-server thread-pool-server any-loop-server uninterruptiblectl uninterruptible-admin)
