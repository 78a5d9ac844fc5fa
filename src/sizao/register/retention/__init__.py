"""What is forgotten, and when: personal text some time after release, traces of sign-in, old runs."""

from sizao.register.retention.due import Due, find_due
from sizao.register.retention.erase import count_personal, erase_people
from sizao.register.retention.old_rows import count_old, erase_old

__all__ = ["Due", "count_old", "count_personal", "erase_old", "erase_people", "find_due"]
