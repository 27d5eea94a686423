# ruff: noqa: E501 - names of tests are sentences
"""Each rule about what was examined has a test that fires it, and one that it keeps quiet in."""

from __future__ import annotations

import test_installed
import test_kernels
import test_reach
import test_secrets

from jhwizard.rules import installed, kernels, reach, secrets

FIRES = {
    **dict.fromkeys(
        test_installed.NAMES,
        test_installed.test_a_line_that_means_nothing_or_stops_something_is_named,
    ),
    "out-of-reach": test_reach.test_a_python_below_roots_home_is_named_with_the_directory_and_the_one_chmod,
    "kernels-vanish": test_reach.test_one_directory_of_kernels_that_may_not_be_listed_hides_them_all,
    "readable-secret": test_secrets.test_secrets_in_a_file_that_everybody_reads_are_named_with_the_chmod,
    "open-cookie-secret": test_secrets.test_jupyterhub_refuses_a_cookie_secret_that_others_read,
    "writable-config": test_secrets.test_config_that_everybody_may_change_is_as_good_as_theirs,
    "writable-config-directory": (
        test_secrets.test_a_directory_that_is_open_to_all_may_hold_another_config_tomorrow
    ),
    "writable-environment": test_secrets.test_an_environment_that_everybody_may_change_is_named,
    "writable-database": (
        test_secrets.test_a_database_that_people_may_write_to_is_named_and_one_they_read_is_not
    ),
    "kernel-broken": test_kernels.test_a_program_that_is_gone_is_named,
    "kernel-unfound": test_kernels.test_a_program_in_no_usual_place_is_noted,
    "kernel-hidden": test_kernels.test_a_kernel_that_another_of_its_name_hides_is_named_if_they_differ,
    "kernels-alike": test_kernels.test_two_kernels_of_one_title_cannot_be_told_apart,
    "kernel-of-root": test_kernels.test_a_kernel_of_root_is_offered_to_everybody_by_its_fix,
    "kernels-in-homes": test_kernels.test_kernels_of_peoples_own_are_one_note_however_many,
    "kernel-of-the-server": (
        test_kernels.test_python_in_a_kernel_for_everybody_means_the_servers_own
    ),
}
QUIET = {
    **dict.fromkeys(test_installed.NAMES, test_installed.test_what_is_not_certain_is_not_said),
    "out-of-reach": test_reach.test_a_healthy_machine_keeps_nobody_from_anything,
    "kernels-vanish": test_reach.test_a_directory_of_kernels_behind_a_closed_one_hides_only_its_own,
    "readable-secret": test_secrets.test_a_file_that_nobody_else_reaches_keeps_its_secrets,
    "open-cookie-secret": test_secrets.test_jupyterhub_refuses_a_cookie_secret_that_others_read,
    "writable-config": test_secrets.test_config_that_everybody_may_change_is_as_good_as_theirs,
    "writable-config-directory": (
        test_secrets.test_config_that_everybody_may_change_is_as_good_as_theirs
    ),
    "writable-environment": test_secrets.test_an_environment_that_everybody_may_change_is_named,
    "writable-database": (
        test_secrets.test_a_database_that_people_may_write_to_is_named_and_one_they_read_is_not
    ),
    "kernel-broken": test_kernels.test_kernels_that_work_are_nothing_to_speak_of,
    "kernel-unfound": test_kernels.test_kernels_that_work_are_nothing_to_speak_of,
    "kernel-hidden": test_kernels.test_a_kernel_that_another_of_its_name_hides_is_named_if_they_differ,
    "kernels-alike": test_kernels.test_two_kernels_of_one_title_cannot_be_told_apart,
    "kernel-of-root": (test_kernels.test_a_kernel_that_everybody_has_already_is_no_matter_of_homes),
    "kernels-in-homes": (
        test_kernels.test_a_kernel_that_everybody_has_already_is_no_matter_of_homes
    ),
    "kernel-of-the-server": test_kernels.test_kernels_that_work_are_nothing_to_speak_of,
}


def test_no_rule_is_without_both() -> None:
    names = {rule.name for each in (installed, reach, secrets, kernels) for rule in each.RULES}
    assert FIRES.keys() == names
    assert QUIET.keys() == names
