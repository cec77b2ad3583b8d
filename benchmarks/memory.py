"""Peak memory of a program in a process of its own."""

import subprocess
import sys

# `ru_maxrss` of a new process begins at what its parent held; the kernel's own mark of the process does not.
_TELL = """
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")))
"""


def peak_megabytes(program: str, *arguments: str) -> int:
    """Run a Python program with arguments; the most memory that it held, in MB. Linux only."""
    done = subprocess.run(
        [sys.executable, "-c", program + _TELL, *arguments], capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1])
