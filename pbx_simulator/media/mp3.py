# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sound without a sound library: MP3 files of beeps, as long as one likes.

Source of the form: ISO/IEC 13818-3, layer III at low sampling frequencies. A frame here
stands for itself (no bit reservoir) and all are equally long, so a player finds any
moment, and any part of a file can be made without the rest.
"""

import io
import math
from typing import Any

CONTENT_TYPE = "audio/mpeg"
_SAMPLING_RATE = 16_000  # Hz
_SAMPLES = 576  # in a frame
_FRAME_SIZE = 72  # bytes: 16 kbit/s
_HEADER = bytes((0xFF, 0xF3, 0x28, 0xC0))  # MPEG-2 layer III, that rate, mono
_LOUDNESS = 202  # the standard's global_gain: 6 dB more is 4 more
_BEEP = 14  # frames, half a second; the silence after it is as long
# The lowest and the highest spectral line of a beep: 200 to 900 Hz, as voices have.
LINES = range(15, 65)


class Mp3(io.RawIOBase):
    """An MP3 file, made while it is read.

    :param seconds: how long it plays, up to the next frame (36 ms)
    :param line: the spectral line of its beeps, one of `LINES`
    """

    def __init__(self, seconds: float, line: int) -> None:
        super().__init__()
        frames = math.ceil(seconds * _SAMPLING_RATE / _SAMPLES)
        self.size = frames * _FRAME_SIZE
        self._period = _frame(line) * _BEEP + _frame(None) * _BEEP
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origins = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self.size,
        }
        self._position = max(0, origins[whence] + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        length = max(0, min(len(buffer), self.size - self._position))
        begin = self._position % len(self._period)
        periods = self._period * (length // len(self._period) + 2)
        buffer[:length] = periods[begin : begin + length]
        self._position += length
        return length


def _frame(line: int | None) -> bytes:
    """Return a frame.

    :param line: the spectral line that sounds, or None for silence
    """
    spectrum = "" if line is None else _spectrum(line)
    side_information = "".join(
        (
            f"{0:08b}",  # main_data_begin
            f"{0:01b}",  # private bits
            f"{len(spectrum):012b}",  # part2_3_length
            f"{0:09b}",  # big_values
            f"{_LOUDNESS:08b}",
            f"{0:09b}",  # scalefac_compress
            f"{0:01b}",  # window_switching_flag
            f"{0:022b}",  # table_select, region0_count, region1_count
            f"{0:01b}",  # scalefac_scale
            f"{1:01b}",  # count1table_select
        )
    )
    room = (_FRAME_SIZE - len(_HEADER)) * 8
    bits = (side_information + spectrum).ljust(room, "0")
    return _HEADER + int(bits, 2).to_bytes(room // 8)


def _spectrum(line: int) -> str:
    """Return the bits of a spectrum in which one line is 1 and all below are 0.

    Four lines have four bits in the table that is chosen above, inverted; a bit more
    tells the sign of what is not 0.
    """
    below, place = divmod(line, 4)
    quadruple = "".join("0" if at == place else "1" for at in range(4))
    return "1111" * below + quadruple + "0"
