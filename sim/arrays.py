"""Types of NumPy arrays: the one place where they have names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Ids = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Selection = Positions | slice
Rows = NDArray[np.void]  # structured: a field for each column
