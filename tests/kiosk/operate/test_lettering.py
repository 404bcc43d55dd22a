"""Chinese and Latin letters without the X server's fonts."""

from __future__ import annotations

import numpy as np

from kiosk.operate.lettering import lettered


def test_each_language_has_its_letters_and_none_touches_the_edge() -> None:
    red, white = (0, 0, 200), (255, 255, 255)
    for text in ("停止远程操作", "Stop", "停止 Stop"):
        image = lettered(text, 56, white, red)
        inked = (image != red).any(axis=2)
        rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
        assert image.shape[0] == 56
        assert 4 < rows[0] < rows[-1] < 52, text
        assert 4 < columns[0] < columns[-1] < image.shape[1] - 4, text
    assert (lettered("停", 56, white, red) != lettered("止", 56, white, red)[:, : lettered("停", 56, white, red).shape[1]]).any()
