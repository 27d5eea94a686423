from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
from machines import ETC, found, machine
from rules import said

from jhwizard.installed import Kernelspec

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


def test_a_native_kernel_that_stays_is_told_with_its_place() -> None:
    given = said(FACTS, "kernels", native=False)
    assert "installed in /opt/jupyterhub/share/jupyter" in given["warning kernels.native"]
    hidden = said(FACTS, "kernels", native=False, allowed=["ir"], default="ir")
    assert "warning kernels.native" not in hidden
    bare = replace(FACTS, kernelspecs=tuple(s for s in FACTS.kernelspecs if s.name != "python3"))
    assert "choose another default" in said(bare, "kernels", native=False)["error kernels.native"]


NEW = {"jupyter-server": "2.20.0", "jupyter-client": "8.9.0"}


def test_encryption_needs_versions_that_know_it() -> None:
    old = said(machine({}, **{**NEW, "jupyter-client": "8.8.0"}), "kernels", encryption="auto")
    assert "nothing would be encrypted" in old["error kernels.encryption"]
    assert "error kernels.encryption" not in said(machine({}, **NEW), "kernels", encryption="auto")
    line = {ETC: "c.MappingKernelManager.transport_encryption = 'AUTO'\n"}
    assert found("kernels.encryption", line, **NEW).value == "auto"
    assert found("kernels.encryption", line).value == "disabled"
    wrong = {ETC: "c.MappingKernelManager.transport_encryption = 'yes'\n"}
    assert "no server starts" in found("kernels.encryption", wrong, **NEW).reason
    inner = {ETC: "c.KernelManager.transport_encryption = 'auto'\n"}
    assert "each kernel" in found("kernels.encryption", inner, **NEW).reason


def test_kernels_that_cannot_encrypt_are_named_where_it_is_required() -> None:
    specs = (
        Kernelspec("ir", PurePosixPath("/ir")),
        Kernelspec("python3", PurePosixPath("/python3"), encrypts=True),
    )
    facts = replace(machine({}, **NEW), kernelspecs=specs)
    given = said(facts, "kernels", encryption="required")
    assert "not start any more: ir." in given["warning kernels.encryption"]
    hidden = said(facts, "kernels", encryption="required", allowed=["python3"])
    assert "warning kernels.encryption" not in hidden
