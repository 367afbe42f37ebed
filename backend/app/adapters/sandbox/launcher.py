"""Shuts itself in, then becomes the program: run as a script, with nothing but the standard library, on Linux.

`python -I -S launcher.py '{"reads": […], "writes": […], "namespaces": true}' PROGRAM ARGUMENT…`

With namespaces the program gets a file system that holds what it was given and nothing else, processes, a network, and
shared memory of its own. Landlock holds the same rules once more, and alone where a container forbids
namespaces; a filter of system calls then refuses sockets, or those that are not of the Internet's families or local
where a build needs them. `{"only_filter": true}` sets that filter alone, for what shuts in by itself. Whatever cannot
be had ends it with status 125: never less than asked for.
"""

import contextlib
import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
import tempfile
from collections.abc import Iterable

TYPE_CHECKING = False  # `typing` itself would be a third of a start.
if TYPE_CHECKING:
    from typing import Any

FAILED = 125
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = ("/lib", "/lib64", "/bin")

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_MNT_DETACH = 2
# What the kernel keeps for itself, and one.
_LEAST_PID_MAX = 301
_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000  # mount uts ipc user pid net
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38

# The same numbers on every machine we know; `pivot_root` and `socket` are older than that.
_MOUNT_SETATTR, _CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF, _IO_URING_SETUP = 442, 444, 445, 446, 425
# By machine: its audit number, `pivot_root`, `socket`.
_MACHINES = {"x86_64": (0xC000003E, 155, 41), "aarch64": (0xC00000B7, 41, 198)}
# What a build does without. Memory that no count of resident pages shows: memfd_create, memfd_secret, shmget. Kernel
# interfaces that were ways out before: keys (add_key, request_key, keyctl), bpf, userfaultfd, perf_event_open.
_REFUSED = {
    "x86_64": (319, 447, 29, 248, 249, 250, 321, 323, 298),
    "aarch64": (279, 447, 194, 217, 218, 219, 280, 282, 241),
}
# Local, the Internet's two, and the one that lists network interfaces.
_FAMILIES = (1, 2, 10, 16)
_EACCES, _ENOSYS, _EAFNOSUPPORT = 13, 38, 97
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

# Landlock's rights over files, by the version of its interface that brought them.
_FS_READ = 0b1101  # execute, read files, list folders
_FS_LIST = 0b1000
_FS_FILE = 0b111 | 1 << 14 | 1 << 15  # those that a file may have: with truncate and ioctl
_FS_BY_VERSION = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NET_BY_VERSION = {4: 0b11}
_SCOPE_BY_VERSION = {6: 0b11}
_PATH_BENEATH = 1

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(number: int, what: str, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), what)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def _lock(path: str, attributes: int, depth: int = _AT_RECURSIVE) -> None:
    """Make a mount, and those below it unless told not to, read-only or the like."""
    wanted = struct.pack("=QQQQ", attributes, 0, 0, 0)
    size = ctypes.c_size_t(len(wanted))
    _call(_MOUNT_SETATTR, f"lock {path}", _AT_FDCWD, os.fsencode(path), depth, wanted, size)


def _die_with_parent(parent: int) -> None:
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        os._exit(FAILED)


# ---------------------------------------------------------------- namespaces


def _enter_namespaces() -> None:
    """Leave the machine's; who we are stays the same number outside, and is nobody special inside."""
    user, group, parent = os.geteuid(), os.getegid(), os.getppid()
    _check(_libc.unshare(_NAMESPACES), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"65534 {user} 1"), ("gid_map", f"65534 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    # What changes who a process is takes the request away.
    _die_with_parent(parent)


def _raise_loopback() -> None:
    """Switch on the one interface that a new network has."""
    request = ctypes.create_string_buffer(struct.pack("16sh14x", b"lo", 0))
    link = _check(_libc.socket(2, 2, 0), "socket")
    _check(_libc.ioctl(link, ctypes.c_ulong(_SIOCGIFFLAGS), request), "loopback")
    (flags,) = struct.unpack_from("h", request, 16)
    struct.pack_into("h", request, 16, flags | _IFF_UP)
    _check(_libc.ioctl(link, ctypes.c_ulong(_SIOCSIFFLAGS), request), "loopback")
    os.close(link)


def _build_root(spec: "dict[str, Any]", cwd: str) -> None:
    """Make a file system that holds what was asked for, and move into it."""
    root = tempfile.gettempdir() if os.path.isdir(tempfile.gettempdir()) else "/tmp"
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=0755")
    old = f"{root}/.old"
    os.mkdir(old)
    _call(_MACHINES[platform.machine()][1], "pivot_root", os.fsencode(root), os.fsencode(old))
    os.chdir("/")
    _mount("tmpfs", _made("/tmp"), "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={spec['tmp_bytes']},mode=1777")
    for path in _LINKS:
        if os.path.islink(f"/.old{path}"):
            os.symlink(os.readlink(f"/.old{path}"), path)
    for device in _DEVICES:
        _bind(f"/dev/{device}", f"/dev/{device}", 0)
    same = [(path, path, writable) for writable in (False, True) for path in spec["writes" if writable else "reads"]]
    for source, target, writable in [*same, *spec["mounts"]]:
        _bind(source, target, _ATTR_NOSUID | _ATTR_NODEV | (0 if writable else _ATTR_RDONLY))
    with contextlib.suppress(OSError):  # Where a container hides part of its own there may be none at all.
        _mount("proc", _made("/proc"), "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    with contextlib.suppress(OSError), open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    if spec["processes"]:
        _bound_processes(spec["processes"])
    _check(_libc.umount2(b"/.old", _MNT_DETACH), "umount")
    os.rmdir("/.old")
    _lock("/", _ATTR_RDONLY, 0)
    os.chdir(cwd)


def _bound_processes(most: int) -> None:
    """Let this namespace have so many processes, threads counted, since Linux 6.14: root has no other such limit.

    Before, that file was the whole machine's, which a root without rights may still write.
    """
    major, minor = (int("".join(filter(str.isdigit, part))) for part in os.uname().release.split(".")[:2])
    if (major, minor) >= (6, 14):
        with contextlib.suppress(OSError), open("/proc/sys/kernel/pid_max", "w") as file:
            file.write(str(max(most, _LEAST_PID_MAX)))


def _made(path: str) -> str:
    os.makedirs(path, exist_ok=True)
    return path


def _bind(source: str, target: str, attributes: int) -> None:
    source = f"/.old{source}"
    if os.path.isdir(source):
        _made(target)
    elif not os.path.exists(target):
        _made(os.path.dirname(target))
        with open(target, "a"):
            pass
    _mount(source, target, None, _MS_BIND | _MS_REC)
    if attributes:
        _lock(target, attributes)


# ---------------------------------------------------------------- Landlock, and a filter of system calls


def _sum(by_version: dict[int, int], version: int) -> int:
    return sum(rights for since, rights in by_version.items() if since <= version)


def _restrict(reads: Iterable[str], writes: Iterable[str], *, sockets: bool) -> None:
    """Allow these paths only; no TCP unless asked for, and no signals to others, as far as the kernel knows how."""
    version = _call(_CREATE_RULESET, "landlock", None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    everything = _sum(_FS_BY_VERSION, version)
    network = 0 if sockets else _sum(_NET_BY_VERSION, version)
    handled = struct.pack("=QQQ", everything, network, _sum(_SCOPE_BY_VERSION, version))
    # Older kernels refuse what they do not know, unless it is zero.
    rules = _call(_CREATE_RULESET, "landlock", handled, ctypes.c_size_t(len(handled)), ctypes.c_uint32(0))
    devices = [f"/dev/{device}" for device in _DEVICES]
    # A root that was made for a build holds nothing but what it may know of.
    listed = ["/"] if sockets else []
    for rights, paths in ((_FS_READ, reads), (everything, writes), (0b110 | 1 << 14, devices), (_FS_LIST, listed)):
        for path in paths:
            _allow(rules, path, rights & everything)
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _call(_RESTRICT_SELF, "landlock", rules, ctypes.c_uint32(0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    allowed = rights if os.path.isdir(path) else rights & _FS_FILE
    rule = struct.pack("=Qi", allowed, handle)
    _call(_ADD_RULE, f"landlock {path}", rules, _PATH_BENEATH, rule, ctypes.c_uint32(0))
    os.close(handle)


def _filter_calls(*, sockets: bool) -> None:
    """Refuse system calls: all of `socket`, or with `sockets` its unusual families and what a build does without."""
    machine, _, socket = _MACHINES[platform.machine()]
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    kill, refuse, allow = 0x80000000, 0x00050000, 0x7FFF0000
    refused = {_IO_URING_SETUP: _EACCES} | ({} if sockets else {socket: _EACCES})
    refused |= dict.fromkeys(_REFUSED[platform.machine()] if sockets else (), _ENOSYS)
    program = [
        (load, 0, 0, 4),  # the machine
        (equal, 1, 0, machine),
        (give, 0, 0, kill),
        (load, 0, 0, 0),  # the number
        (at_least, 0, 1, 0x40000000),  # those of another interface on the same machine
        (give, 0, 0, refuse | _EACCES),
    ]
    for number, reason in refused.items():
        program += [(equal, 0, 1, number), (give, 0, 0, refuse | reason)]
    # What `socket` is asked for is in its first argument; the others jump over this.
    last = len(_FAMILIES)
    program += [(equal, 0, last + 2, socket), (load, 0, 0, 16)]
    program += [(equal, last - place, 0, family) for place, family in enumerate(_FAMILIES)]
    program += [(give, 0, 0, refuse | _EAFNOSUPPORT), (give, 0, 0, allow)]
    code = b"".join(struct.pack("=HBBI", *each) for each in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    pointed = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(buffer)))
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _check(_libc.prctl(_PR_SET_SECCOMP, 2, pointed, 0, 0), "seccomp")


# ---------------------------------------------------------------- the order of it all


def _watch(child: int) -> None:
    """Wait for a child, bury what others left, and end as it did."""
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _in_new_process() -> None:
    """Go on in a child; this process waits for it. Only a child is in the new namespace of processes."""
    lifeline, held = os.pipe()
    child = os.fork()
    if child:
        _watch(child)
    os.close(held)
    os.set_blocking(lifeline, False)
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    # The first process of a namespace sees no parent, but that nobody holds the other end of a pipe any more.
    with contextlib.suppress(BlockingIOError):
        os.read(lifeline, 1)
        os._exit(FAILED)
    os.close(lifeline)


def _shut_in(spec: "dict[str, Any]") -> None:
    reads, writes, sockets = list(spec["reads"]), list(spec["writes"]), spec["sockets"]
    if spec["namespaces"]:
        cwd = spec["chdir"] or os.getcwd()
        _enter_namespaces()
        if sockets:
            _raise_loopback()
        _in_new_process()
        _build_root(spec, cwd)
        reads += [target for _, target, writable in spec["mounts"] if not writable]
        writes += [target for _, target, writable in spec["mounts"] if writable]
        reads, writes = [*reads, *filter(os.path.isdir, ["/proc"])], [*writes, "/tmp"]
        _in_new_process()
    if spec["processes"]:
        resource.setrlimit(resource.RLIMIT_NPROC, (spec["processes"], spec["processes"]))
    _restrict(reads, writes, sockets=sockets)
    _filter_calls(sockets=sockets)


def main(text: str, *argv: str) -> None:
    """Shut in, and become the program. With `@3` for `text` the specification comes in the next three arguments."""
    try:
        if text.startswith("@"):
            count = int(text[1:])
            text, argv = "".join(argv[:count]), argv[count:]
        spec = json.loads(text)
        if spec.get("only_filter"):
            _filter_calls(sockets=True)
        else:
            _shut_in(spec)
        os.execv(argv[0], argv)  # noqa: S606
    except OSError as problem:
        sys.stderr.write(f"sandbox: {problem}\n")
        os._exit(FAILED)


if __name__ == "__main__":
    main(*sys.argv[1:])
