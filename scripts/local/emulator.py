# Runs MiniStack as the local cloud of a folder. The folder's record is open as
# file 3.
import fcntl, os, runpy

# The process with this lock is the folder's emulator, and the lock's length is
# the port: see localcloud.Record.
fcntl.lockf(3, fcntl.LOCK_EX | fcntl.LOCK_NB, int(os.environ["GATEWAY_PORT"]))
# MiniStack shows this in its health answer: see localcloud.Edition.
os.environ["MINISTACK_EDITION"] = f"process {os.getpid()}"
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
