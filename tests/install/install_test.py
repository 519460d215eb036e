#!/usr/bin/env python3
"""Builds a foreign project against the library, installed or fetched, runs its server once and ends it; or one that
shows a server by AdminCore, and runs that as far as its usage."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"failed with {done.returncode}: {' '.join(command)}\n{done.stdout}")


def fetchable(source, directory):
    """A copy below `directory`, as fetching makes one: what a compiler cache knows of it serves the next one, too."""
    copy = os.path.join(directory, "fetched")
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("build", ".git"))
    return copy


def build_foreign(options, directory, *definitions, project="foreign", program="foreign-server"):
    build = os.path.join(directory, "build")
    foreign = os.path.join(os.path.dirname(os.path.abspath(__file__)), project)
    run(options.cmake, "-S", foreign, "-B", build, "-G", options.generator, "-DCMAKE_BUILD_TYPE=Debug",
        f"-DCMAKE_CXX_COMPILER={options.compiler}", f"-DCMAKE_CXX_COMPILER_LAUNCHER={options.launcher}",
        *definitions)
    run(options.cmake, "--build", build, "--target", program)
    return os.path.join(build, program)


def install(options, directory):
    prefix = os.path.join(directory, "prefix")
    run(options.cmake, "--install", options.build, "--prefix", prefix)
    for root, _, files in os.walk(prefix):
        for name in files:
            if name.endswith((".cmake", ".hpp")):
                with open(os.path.join(root, name), encoding="utf-8") as file:
                    text = file.read()
                # Qt is for those who ask for AdminCore.
                qt = () if "AdminCore" in text else ("Qt6",)
                for word in (options.source, options.build, "nlohmann", *qt):
                    if word in text:
                        sys.exit(f"{os.path.join(root, name)} was installed and says '{word}'")
    return prefix


def connect(path, server):
    """Waits until the server listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(30)
        try:
            client.connect(path)
            return client
        except OSError:
            client.close()
            time.sleep(0.005)
    server.kill()
    sys.exit("the foreign server does not listen:\n" + server.communicate()[0])


def try_server(binary, directory):
    path = os.path.join(directory, "socket")
    environment = dict(os.environ, UNINTERRUPTIBLE_BIND=f"unix://{path}",
                       UNINTERRUPTIBLE_CONTROL_DIR=os.path.join(directory, "control"))
    server = subprocess.Popen([binary], env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    with connect(path, server) as client:
        client.sendall(b"hello\n")
        reply = client.recv(100)
    server.send_signal(signal.SIGTERM)
    try:
        output, _ = server.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        sys.exit("TERM did not end the foreign server:\n" + server.communicate()[0])
    if reply != b"hello\n" or server.returncode != 0:
        sys.exit(f"reply {reply!r}, exit status {server.returncode}:\n{output}")


def try_view(binary):
    done = subprocess.run([binary], env=dict(os.environ, QT_QPA_PLATFORM="offscreen"), stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 2 or "Usage: connection-view NAME" not in done.stderr:
        sys.exit(f"exit status {done.returncode}: {done.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=("find_package", "fetch_content", "admin_core"))
    for name in ("build", "source", "cmake", "compiler", "launcher", "generator"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        os.environ.update(CCACHE_BASEDIR=directory, CCACHE_NOHASHDIR="1")
        if options.way == "admin_core":
            example = os.path.join(options.source, "admin-gui", "examples", "connection-view.cpp")
            try_view(build_foreign(options, directory, f"-DCMAKE_PREFIX_PATH={install(options, directory)}",
                                   f"-DEXAMPLE={example}", project="foreign-qt", program="foreign-view"))
            return
        without_qt = "-DCMAKE_DISABLE_FIND_PACKAGE_Qt6=ON"
        if options.way == "find_package":
            binary = build_foreign(options, directory, without_qt, f"-DCMAKE_PREFIX_PATH={install(options, directory)}")
        else:
            binary = build_foreign(options, directory, without_qt, "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                                   f"-DFETCH_UNINTERRUPTIBLE_FROM={fetchable(options.source, directory)}")
        try_server(binary, directory)


if __name__ == "__main__":
    main()
