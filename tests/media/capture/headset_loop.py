"""Plays a tone through the headset's loudspeaker and listens with its microphone; prints what it heard as JSON."""

from __future__ import annotations

import json
import sys
import threading

import numpy as np

from config.clock import SystemClock
from media.capture import RATE, CaptureError
from media.capture.headset import Headset, sound_devices
from media.levels import loudness

SECONDS, BLOCK = 3.0, RATE // 50


def main() -> None:
    try:
        headset = Headset(SystemClock())
    except CaptureError as error:
        print(json.dumps({"code": error.code}))
        return
    tone = np.asarray(8000 * np.sin(2 * np.pi * float(sys.argv[1]) * np.arange(RATE) / RATE), np.int16)
    heard, clock, tick = [], SystemClock(), threading.Event()
    began, blocks = clock.monotonic(), round(SECONDS * RATE / BLOCK)
    for number in range(blocks):
        headset.write(tone[number * BLOCK % RATE :][:BLOCK])
        heard.append(headset.read(BLOCK))
        tick.wait(max(0.0, began + (number + 1) * BLOCK / RATE - clock.monotonic()))
    problem = headset.problem
    headset.close()
    headset.close()
    last = np.concatenate(heard)[-RATE:]
    spectrum = np.abs(np.fft.rfft(last.astype(float)))
    print(json.dumps({
        "loudness": loudness(last), "pitch": float(np.argmax(spectrum)), "problem": problem,
        "defaults": [each.name for each in sound_devices() if each.default_input and each.default_output],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
