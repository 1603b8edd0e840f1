"""Taking over the treasury's results, killed with signal 9 in the middle: run again, every order is paid once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

from tests.desk.operation.conftest import Service
from tests.desk.operation.conftest import service as service

ORDERS = 60
PREPARE = f"""
from datetime import timedelta
from django.utils import timezone
from tests.desk.support import financed
from zongbu.desk.support.actions import results
from zongbu.desk.support.models import ResultFile
financed.a_fund(money="100000000")
batch = financed.sent(*(financed.an_approved_claim(number, 1_0000_00 + number) for number in range({ORDERS})))
file = financed.results_of(batch, failing=3)
file = results.begin(financed.payer(batch.fund), file.pk)
assert file.state == "running", file.state
print(file.pk, file.attempt)
"""
RUN = """
from zongbu.desk.support.actions import results
plain = results._portion
def portion(*given):
    print("portion", flush=True)
    return plain(*given)
results._portion = portion
results.run({pk}, {attempt})
print("end", flush=True)
"""
AGAIN = """
from tests.desk.support import financed
from zongbu.desk.support.actions import results
from zongbu.desk.support.models import ResultFile
ResultFile.objects.filter(pk={pk}).update(alive_at=None)
file = ResultFile.objects.get(pk={pk})
if file.rows.filter(outcome="").count() and file.state == "running":
    file = results.begin(financed.payer(file.batch.fund), file.pk)
print(file.attempt)
"""
STATE = """
import json
from django.db.models import Count
from tests.desk.support import financed
from zongbu.desk.kernel import journal
from zongbu.desk.support.actions import results
from zongbu.desk.support.ledger.checking import faults
from zongbu.desk.support.models import Claim, Movement, PaymentOrder, ResultFile
file = ResultFile.objects.get(pk={pk})
told = dict(
    state=file.state,
    rows=dict(file.rows.order_by().values_list("outcome").annotate(Count("pk"))),
    orders=dict(PaymentOrder.objects.order_by().values_list("state").annotate(Count("pk"))),
    claims=dict(Claim.objects.order_by().values_list("state").annotate(Count("pk"))),
    movements=Movement.objects.filter(kind="pay").count(),
    faults=[str(one) for one in faults()],
    whole=journal.verify() is None,
)
print(json.dumps(told))
"""


def state(service: Service, pk: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(service.python(STATE.format(pk=pk)))
    return found


def killed(service: Service, pk: int, attempt: int, portions: int) -> None:
    """Take results over in a process of its own and kill it in the middle of a portion."""
    code = f"from zongbu.desk.operation.start import start\nstart()\n{RUN.format(pk=pk, attempt=attempt)}"
    victim = subprocess.Popen(
        [sys.executable, "-c", code], env=service.environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert victim.stdout is not None
    for _portion in range(portions):
        assert victim.stdout.readline().strip() == "portion"
    time.sleep(0.05)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait(20)


def test_a_batch_of_results_killed_twice_is_completed_and_nothing_is_paid_twice(service: Service) -> None:
    service.environment["PYTHONPATH"] = os.getcwd()
    done = service.run("manage", "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    pk, attempt = map(int, service.python(PREPARE).split())
    killed(service, pk, attempt, 3)
    between = state(service, pk)
    rows = between["rows"]
    assert isinstance(rows, dict)
    assert between["state"] == "running" and 0 < rows[""] < ORDERS
    assert between["faults"] == [] and between["whole"] is True
    assert between["movements"] == rows.get("paid", 0)
    attempt = int(service.python(AGAIN.format(pk=pk)))
    killed(service, pk, attempt, 2)
    attempt = int(service.python(AGAIN.format(pk=pk)))
    service.python(RUN.format(pk=pk, attempt=attempt))
    after = state(service, pk)
    assert after == {
        "state": "done",
        "rows": {"paid": ORDERS - 3, "failed": 3},
        "orders": {"paid": ORDERS - 3, "failed": 3},
        "claims": {"paid": ORDERS - 3, "approved": 3},
        "movements": ORDERS - 3,
        "faults": [],
        "whole": True,
    }
    # The whole file once more, from the beginning: everything has been told before.
    once_more = """
from zongbu.desk.support.models import PaymentBatch
batch = PaymentBatch.objects.get()
file = results.begin(financed.payer(batch.fund), financed.results_of(batch, failing=3).pk)
results.run(file.pk, file.attempt)
print(file.pk)
"""
    imports = "from tests.desk.support import financed\nfrom zongbu.desk.support.actions import results\n"
    again = state(service, int(service.python(imports + once_more)))
    assert again["rows"] == {"again": ORDERS}
    assert again["movements"] == ORDERS - 3
    verified = service.run("ledger", "verify")
    assert verified.returncode == 0 and "账簿相符" in verified.stdout + verified.stderr
