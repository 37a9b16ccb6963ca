"""What a cell prints, handed on before it fills the memory of its kernel."""

from ipykernel.iostream import OutStream

WAITING = 1_000_000  # characters; ipykernel itself lets them grow without end

OPTION = f"--IPKernelApp.outstream_class={__name__}.SteadyStream"
"""Gives a kernel these streams."""


class SteadyStream(OutStream):
    """A stream that waits until what was written before has been sent."""

    _waiting = 0

    def write(self, string: str) -> int:
        """Write, and from time to time wait."""
        written = super().write(string) or 0
        self._waiting += len(string)
        if self._waiting > WAITING:
            self._waiting = 0
            self.flush()  # type: ignore[no-untyped-call]
        return written
