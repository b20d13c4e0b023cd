"""Files the user asked for: written whole or not at all.

A file is built under a temporary name in the folder where it will live, forced to the disk, and renamed over the old one
(POSIX rename is atomic within a file system). A full disk, Ctrl-C, `kill -9` or a power cut leaves the old file as it was.
Symbolic links are refused, not followed: the report of a privileged scan must not land wherever a link points.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanner.errors import StorageFault

_REMEDIES = {
    errno.ENOSPC: "no space is left: free some, or name a file on another disk",
    errno.EDQUOT: "your disk quota is used up: free some space, or name a file on another disk",
    errno.EFBIG: "the file would be larger than is allowed here: raise the limit (ulimit -f), or name a file on another disk",
    errno.ENOENT: "its folder does not exist: create the folder first",
    errno.ENOTDIR: "its folder is not a folder: name another file",
    errno.EACCES: "you may not write in its folder: name a file in another one",
    errno.EPERM: "you may not write in its folder: name a file in another one",
    errno.EROFS: "its folder is read-only: name a file in another one",
    errno.ENAMETOOLONG: "its name or path is too long: choose a shorter one",
}


def fault(path: Path, error: OSError) -> StorageFault:
    """What the operating system objected to, as one line that says what to do."""
    objection = error.strerror or str(error)
    return StorageFault(f"{path}: cannot be written: {_REMEDIES.get(error.errno or 0, objection)}")


def occupied(path: Path) -> bool:
    """True if a regular file is at `path`, False if nothing is. StorageFault for all else, and where no file can be put."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError as error:
        if not path.parent.is_dir():
            raise fault(path, error) from error
        mode = 0
    except OSError as error:
        raise fault(path, error) from error
    if not _allowed(path.parent, os.W_OK | os.X_OK):
        raise fault(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    if not mode:
        return False
    if stat.S_ISLNK(mode):
        raise StorageFault(f"{path}: is a symbolic link, and links are not followed: name the file itself")
    if not stat.S_ISREG(mode):
        raise StorageFault(f"{path}: is not a regular file: name another file")
    if not _allowed(path, os.W_OK):  # renaming over it would be allowed, but somebody meant to keep it
        raise StorageFault(f"{path}: is write-protected: allow writing (chmod u+w), or name another file")
    return True


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """An empty file beside `path` to be filled; when the block ends well it takes the place of `path`, else it is removed.

    mode: permissions of the new file, less the umask. Raises StorageFault, also for an OSError raised within the block.
    """
    occupied(path)
    temporary = path.with_name(f".fieldmark-{os.urandom(8).hex()}.partial")  # not made from the name: it may be a long one
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, mode))
        try:
            yield temporary
            _sync(temporary)
            temporary.replace(path)
        except BaseException:  # Ctrl-C too
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise fault(path, error) from error
    with suppress(OSError):  # some network file systems cannot sync a folder; the file itself is on the disk already
        _sync(path.parent)


def write_text(path: Path, text: str, *, force: bool) -> None:
    """Write a report as UTF-8, readable as the umask allows. force: replace a file that is already there.

    Raises StorageFault: the file exists and `force` is off, it is no regular file, or the system cannot write it.
    """
    if occupied(path) and not force:
        raise StorageFault(f"{path}: exists already: name another file, or say --force to replace it")
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _allowed(path: Path, rights: int) -> bool:
    """Whether we, as the user we act as (which sudo and setuid can change), have these rights."""
    return os.access(path, rights, effective_ids=os.access in os.supports_effective_ids)
