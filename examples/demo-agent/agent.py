"""The agent's Python side: numbers and a child process, then calls that no agent needs, made straight to the kernel."""

import ctypes
import errno
import multiprocessing
import os
import platform
import socket
import statistics
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"
PTRACE, MOUNT, IO_URING_SETUP, MEMFD_CREATE = (117, 40, 425, 279) if ARM else (101, 165, 425, 319)
PTRACE_TRACEME = 0


def attempt(name, action):
    try:
        action()
        print(name, "worked")
    except OSError as error:
        print(name, errno.errorcode.get(error.errno, error.errno))


def call(number, *words):
    result = libc.syscall(number, *words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def statistics_to_csv():
    numbers = [3, 1, 4, 1, 5, 9, 2, 6]
    with open("numbers.csv", "w") as file:
        file.write(f"mean,{statistics.mean(numbers)}\n")


def child_process():
    subprocess.run(["python3", "-c", "print(1 + 1)"], check=True, capture_output=True)


def pool_of_processes():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


def run_from_memory():
    file = call(MEMFD_CREATE, b"agent", 0)
    os.write(file, b"#!/bin/sh\nexit 0\n")
    os.execve(f"/proc/self/fd/{file}", ["agent"], {})


def raw_socket():
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()


attempt("python-numbers", statistics_to_csv)
attempt("python-child", child_process)
attempt("python-pool", pool_of_processes)
attempt("ptrace", lambda: call(PTRACE, PTRACE_TRACEME, 0, 0, 0))
attempt("mount", lambda: call(MOUNT, b"none", b"/tmp", b"tmpfs", 0, 0))
attempt("memfd-execute", run_from_memory)
attempt("raw-socket", raw_socket)
attempt("io-uring", lambda: call(IO_URING_SETUP, 1, ctypes.create_string_buffer(120)))
