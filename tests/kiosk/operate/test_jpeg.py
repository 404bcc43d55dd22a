"""A window's picture as a file."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.operate.jpeg import jpeg
from kiosk.operate.lettering import lettered


def test_red_letters_stay_letters() -> None:
    image = lettered("海盐 Haiyan 330424", 24, (40, 40, 220), (255, 255, 255))
    file = jpeg(image)
    assert file[:3] == b"\xff\xd8\xff"
    seen = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    assert seen.shape == image.shape
    assert float(np.abs(seen.astype(int) - image.astype(int)).mean()) < 6


def test_no_picture_is_no_file() -> None:
    with pytest.raises((ValueError, cv2.error)):
        jpeg(np.zeros((0, 0, 3), np.uint8))
