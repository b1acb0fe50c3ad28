"""The account that servers run under, which is never root.

PostgreSQL refuses to run as root. A root caller's servers therefore run as ``nobody``,
from a folder that ``nobody`` can reach.
"""

import os
import pwd
import shutil
from pathlib import Path

SYSTEM_FOLDERS = (Path("/var/lib/aethercast"), Path("/var/tmp/aethercast-root"))  # noqa: S108


class NoServerFolder(OSError):
    """No folder was found that root can write and other accounts can enter."""


def server_account() -> pwd.struct_passwd | None:
    """The account to switch to, or None where the caller is not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(folder: Path) -> bool:
    """Whether everybody may enter ``folder`` and each folder above it."""
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def system_folder() -> Path:
    """Root's folder for servers whose checkout their account cannot enter.

    Raises:
        NoServerFolder: none can be made, or what is there belongs to somebody else.
    """
    for folder in SYSTEM_FOLDERS:
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if folder.is_dir() and found.st_uid == 0 and not found.st_mode & 0o022:
            return folder
    raise NoServerFolder(
        "PostgreSQL cannot run as root, and its own account can enter neither this checkout nor"
        f" any of {', '.join(map(str, SYSTEM_FOLDERS))}. Move the checkout where everybody may"
        " enter, or run as another user."
    )


def reachable_copy(folder: Path, version: str) -> Path:
    """``folder`` itself, or a copy of it where the server account can read it."""
    if server_account() is None or reachable(folder):
        return folder
    copy = system_folder() / f"{folder.name}-{version}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(folder, partial, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(partial)
    return copy


def hand_over(folder: Path) -> None:
    """Create ``folder`` and make the server account its owner."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account := server_account():
        os.chown(folder, account.pw_uid, account.pw_gid)
