"""The account that servers run under, which is never root.

PostgreSQL refuses to run as root. A root caller's servers therefore run as ``nobody``,
from a folder that ``nobody`` can reach.
"""

import os
import pwd
import shutil
import tempfile
from pathlib import Path


def server_account() -> pwd.struct_passwd | None:
    """The account to switch to, or None where the caller is not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(folder: Path) -> bool:
    """Whether everybody may enter ``folder`` and each folder above it."""
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def reachable_copy(folder: Path) -> Path:
    """``folder`` itself, or a copy of it where the server account can read it."""
    if server_account() is None or reachable(folder):
        return folder
    copy = Path(tempfile.gettempdir()) / f"aethercast-{folder.name}-{os.geteuid()}"
    if not copy.exists():
        partial = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(folder, partial, symlinks=True)
        partial.chmod(0o755)
        partial.rename(copy)
    return copy


def hand_over(folder: Path) -> None:
    """Create ``folder`` and make the server account its owner."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account := server_account():
        os.chown(folder, account.pw_uid, account.pw_gid)
