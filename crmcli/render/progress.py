"""How far a long work has come, on a terminal's stderr."""

import time
from collections.abc import Callable
from typing import TextIO

BAR = 30


def progress(
    stream: TextIO,
    *,
    terminal: bool,
    word: str,
    delay: float = 0.5,
    clock: Callable[[], float] = time.monotonic,
) -> Callable[[int, int], None]:
    """A `tick(done, total)` to call again and again; the last call has `done` equal to `total`.

    It shows nothing in a pipe, and nothing for work that ends within `delay` seconds.
    """
    begun = clock()
    drawn: list[float] = []

    def tick(done: int, total: int) -> None:
        now = clock()
        if not terminal or now - begun < delay:
            return
        if done >= total:
            if drawn:
                stream.write("\r" + " " * (len(word) + BAR + 7) + "\r")
                stream.flush()
                drawn.clear()
            return
        if not drawn or now - drawn[-1] >= 0.1:  # noqa: PLR2004
            drawn[:] = [now]
            stream.write(f"\r{word} {_bar(done, total)} {100 * done // total:3d} %")
            stream.flush()

    return tick


def _bar(done: int, total: int) -> str:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress_bar import ProgressBar  # noqa: PLC0415

    console = Console(color_system=None, width=BAR, legacy_windows=False, force_terminal=False)
    with console.capture() as captured:
        console.print(ProgressBar(total=total, completed=done, width=BAR), end="")
    return captured.get().ljust(BAR)[:BAR]
