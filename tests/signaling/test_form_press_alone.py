"""A printer does not outlive its server, however that ends."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.programs import ROOT
from tests.waiting import until

SERVER = """
import asyncio
from signaling.form_press import FormPress

async def main():
    print(await FormPress()._done(eval, "__import__('os').getpid()"), flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_printer_is_gone_with_a_server_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(tmp_path / "server.py"), stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    assert server.stdout is not None
    printer = int(await server.stdout.readline())
    assert Path(f"/proc/{printer}").exists()
    server.kill()
    await server.wait()
    await until(lambda: not Path(f"/proc/{printer}").exists())
