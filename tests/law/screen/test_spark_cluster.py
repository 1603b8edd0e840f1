"""Screening on a cluster of its own (standalone master and worker): the same file as the embedded engine writes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.spark

SAMPLE = Path(__file__).resolve().parents[3] / "examples" / "hangzhou-listed.csv"
PATIENCE = 60
"""Seconds for master and worker to come up."""


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster with one worker of two cores, on this machine alone."""
    home = Path(pytest.importorskip("pyspark").__file__).parent
    folder = tmp_path_factory.mktemp("cluster")
    port, first, second = (_free_port() for _ in range(3))
    address = f"spark://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    deploy = "org.apache.spark.deploy"
    commands = {
        "master": [f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(first)],
        "worker": [f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", "2", "--memory", "1g",
                   "--webui-port", str(second), address],
    }  # fmt: skip
    running = []
    try:
        for name, command in commands.items():
            with (folder / f"{name}.log").open("w") as log:
                running.append(
                    subprocess.Popen(
                        [home / "bin" / "spark-class", *command], env=environment, cwd=folder, stdout=log, stderr=log
                    )
                )
            _wait_for(folder / f"{name}.log", "New state: ALIVE" if name == "master" else "Successfully registered")
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(log: Path, words: str) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_text("utf-8", "replace"):
        assert time.monotonic() < until, log.read_text("utf-8", "replace")[-2000:]
        time.sleep(0.2)


def test_a_standalone_cluster_writes_what_the_embedded_engine_writes(master: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "zongbu", "screen", SAMPLE, "--policy", "hangzhou-2023", "--as-of", "2023-06-30"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    for target, more in ((here, []), (there, ["--engine", "spark", "--master", master])):
        done = subprocess.run(
            [*command, *more, "--output", target], env=environment, cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

    assert there.read_bytes() == here.read_bytes()
