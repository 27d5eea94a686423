from __future__ import annotations

import machines
from rules import said

FACTS = machines.facts_of("bare")


def test_a_default_kernel_that_is_hidden_is_refused() -> None:
    given = said(FACTS, "kernels", allowed=["ir"])
    assert "python3 is not among the kernels offered" in given["error kernels.default"]
    assert "error kernels.default" not in said(FACTS, "kernels", allowed=["ir"], default="IR")


def test_a_kernel_that_is_not_installed_is_told() -> None:
    given = said(FACTS, "kernels", allowed=["julia", "python3"], default="nosuch")
    assert "No kernel called julia" in given["warning kernels.allowed"]
    alone = said(FACTS, "kernels", default="nosuch")
    assert "new notebooks would fail" in alone["error kernels.default"]


def test_hiding_is_said_to_be_no_protection() -> None:
    assert (
        "hidden, not forbidden"
        in said(FACTS, "kernels", allowed=["python3"])["note kernels.allowed"]
    )
