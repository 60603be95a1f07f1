"""A file system that keeps in memory whatever was not synced: killing it is a power cut.

    python unsynced_fs.py FOLDER MOUNT_POINT [--lie]

FOLDER holds what would survive. With --lie a sync of a write-ahead log does nothing, as on a disk
that lies. Names (creating, renaming, removing) survive at once, as they mostly do on a journalling
file system; contents and sizes survive by fsync and fdatasync alone.
"""

import os
import sys
import threading
import time
from errno import ENOENT

from mfusepy import FUSE, FuseOSError, Operations

# A disk takes its time, in which others go on writing.
SYNC_SECONDS = 0.002


class File:
    def __init__(self, kept):
        with open(kept, "rb") as file:
            self.content = bytearray(file.read())
        self.kept = kept
        self.unsynced = []
        self.sync_lock = threading.Lock()

    def write(self, data, offset):
        if len(self.content) < offset:
            self.content.extend(bytes(offset - len(self.content)))
        self.content[offset : offset + len(data)] = data
        self.unsynced.append((offset, data))

    def truncate(self, size):
        del self.content[size:]
        self.content.extend(bytes(size - len(self.content)))
        self.unsynced.append((size, None))

    def keep(self, changes):
        with open(self.kept, "r+b", buffering=0) as file:
            for offset, data in changes:
                if data is None:
                    file.truncate(offset)
                else:
                    file.seek(offset)
                    file.write(data)


class UnsyncedFs(Operations):
    use_ns = True

    def __init__(self, folder, lie):
        self.folder, self.lie = folder, lie
        self.guard = threading.Lock()
        self.files = {}
        for name in os.listdir(folder):
            self.files["/" + name] = File(self.kept(name))

    def kept(self, path):
        return os.path.join(self.folder, path.lstrip("/"))

    def file(self, path):
        if path not in self.files:
            raise FuseOSError(ENOENT)
        return self.files[path]

    def getattr(self, path, fh=None):
        try:
            found = os.lstat(self.kept(path))
        except FileNotFoundError:
            raise FuseOSError(ENOENT) from None
        names = ("st_mode", "st_uid", "st_gid", "st_nlink", "st_size")
        attributes = {name: getattr(found, name) for name in names}
        if path != "/":
            attributes["st_size"] = len(self.file(path).content)
        return attributes

    def readdir(self, path, fh):
        return [".", "..", *os.listdir(self.kept(path))]

    def create(self, path, mode, fi=None):
        os.close(os.open(self.kept(path), os.O_CREAT | os.O_WRONLY, mode))
        self.files[path] = File(self.kept(path))
        return 0

    def open(self, path, flags):
        self.file(path)
        return 0

    def unlink(self, path):
        os.unlink(self.kept(path))
        del self.files[path]

    def rename(self, old, new):
        os.rename(self.kept(old), self.kept(new))
        self.files[new] = self.files.pop(old)
        self.files[new].kept = self.kept(new)

    def chmod(self, path, mode):
        os.chmod(self.kept(path), mode)

    def chown(self, path, uid, gid):
        os.chown(self.kept(path), uid, gid)

    def utimens(self, path, times=None):
        pass

    def read(self, path, size, offset, fh):
        with self.guard:
            return bytes(self.file(path).content[offset : offset + size])

    def write(self, path, data, offset, fh):
        with self.guard:
            self.file(path).write(data, offset)
        return len(data)

    def truncate(self, path, length, fh=None):
        with self.guard:
            self.file(path).truncate(length)

    def fsync(self, path, datasync, fh):
        file = self.file(path)
        with file.sync_lock:
            # What is written from here on is not part of this sync.
            with self.guard:
                changes, file.unsynced = file.unsynced, []
            time.sleep(SYNC_SECONDS)
            if not (self.lie and path.endswith("-wal")):
                file.keep(changes)
        return 0

    def fsyncdir(self, path, datasync, fh):
        return 0


if __name__ == "__main__":
    folder, mount_point, *flags = sys.argv[1:]
    FUSE(UnsyncedFs(folder, "--lie" in flags), mount_point, foreground=True)
