"""Opens an engine and prints what is said when that fails (see test_open_engine.py)."""

import sys

from sizao.engine import open_engine
from sizao.errors import SizaoError

try:
    open_engine(sys.argv[1])
except SizaoError as error:
    print(error)
