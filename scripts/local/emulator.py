# Runs MiniStack as the local cloud of a folder, whose record is open as file 3.
import fcntl, os, runpy

# Who has this lock is the folder's emulator, and its length is the port: see
# localcloud.Record.
fcntl.lockf(3, fcntl.LOCK_EX | fcntl.LOCK_NB, int(os.environ["GATEWAY_PORT"]))
# MiniStack shows this in its answer about its health: see localcloud.Edition.
os.environ["MINISTACK_EDITION"] = f"process {os.getpid()}"
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
