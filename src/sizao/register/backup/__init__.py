"""The register in one file, and back."""

from sizao.register.backup.make import make_backup
from sizao.register.backup.manifest import Manifest
from sizao.register.backup.restore import check_keys, restore_backup

__all__ = ["Manifest", "check_keys", "make_backup", "restore_backup"]
