# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that applies a plan, and what is known of the job that launched the run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

import pytest
from ansible import constants
from ansible.cli.playbook import PlaybookCLI
from ansible.parsing.splitter import parse_kv
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.command import Launch
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import build_plan

from helpers.plan_factory import NOW, PROJECT, listing, record, state_before, state_of

CONFIRMATION = f"{PROJECT}/0123abcd"
CONFIRM = f"-e decommission_confirm={CONFIRMATION}"
JOB = {"awx_job_id": 42, "awx_job_template_name": "Decommission plan", "awx_user_name": "operator"}
AWX = {"AWX_HOST": "https://awx.example.com/"}


def options_of(*words: str) -> Mapping[str, Any]:
    """The options that ansible-playbook makes of its command line."""
    cli = PlaybookCLI(["ansible-playbook", *words])
    cli.init_parser()
    return dict(vars(cli.post_process_args(cli.parser.parse_args(cli.args[1:]))))


def command_of(*words: str, confirmation: str = CONFIRMATION, **variables: Any) -> tuple[str | None, list[str]]:
    """The command, and the names of variables that it lacks, after ansible-playbook with these words."""
    return Launch(options_of(*words), variables, {}).command(confirmation)


def test_command_repeats_playbook_and_confirms() -> None:
    assert command_of("sundown.hwcloud.decommission") == (
        f"ansible-playbook sundown.hwcloud.decommission {CONFIRM}",
        [],
    )


def test_command_keeps_inventory_limit_and_vault_and_drops_check_mode() -> None:
    words = ["-i", "a,b,", "--limit", "a", "--vault-id", "dev@prompt", "--check", "--diff", "-v", "play.yml"]
    command, _lacking = command_of(*words)
    assert command == f"ansible-playbook play.yml -i a,b, --limit a --vault-id dev@prompt {CONFIRM}"


def test_command_with_forks_keeps_them() -> None:
    assert command_of("--forks", "20", "p.yml")[0] == f"ansible-playbook p.yml --forks 20 {CONFIRM}"


def test_command_with_vault_password_asked_for_asks_again() -> None:
    assert command_of("--ask-vault-pass", "p.yml")[0] == f"ansible-playbook p.yml --ask-vault-pass {CONFIRM}"


def test_command_variables_that_are_no_dictionary_are_left_out() -> None:
    assert command_of("-e", "[decommission_region]", "p.yml") == (f"ansible-playbook p.yml {CONFIRM}", [])


def test_command_with_file_is_for_all_hosts_and_repeats_no_approval() -> None:
    given = ["-e", "decommission_confirmations={} token=s3cret decommission_serial=5", "--limit", "a*"]
    launch = Launch(options_of("-i", "a,b,", *given, "p.yml"), {"ansible_play_hosts_all": ["a1", "a2"]}, {})
    command = "ansible-playbook p.yml -i a,b, --limit 'a*' -e decommission_serial=5 -e '@/my files/approved.yml'"
    assert launch.command_with("/my files/approved.yml") == (command, ["token"])
    assert Launch(launch.options, JOB, {}).command_with("a.yml") == (None, [])
    assert Launch({}, {}, {}).command_with("a.yml") == (None, [])


def test_command_of_default_inventory_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_HOST_LIST", ["/inventories/all"])
    assert command_of("play.yml") == (f"ansible-playbook play.yml {CONFIRM}", [])


def test_command_keeps_variables_of_role_and_playbooks_and_files_in_order() -> None:
    words = [
        "-e",
        "decommission_project=p decommission_x_ticket=T1",
        "-e",
        "@/vars/a file.yml",
        "-e",
        "decommission_hosts=h",
    ]
    command, lacking = command_of(*words, "play.yml")
    kept = "-e decommission_project=p -e '@/vars/a file.yml' -e decommission_hosts=h"
    assert (command, lacking) == (f"ansible-playbook play.yml {kept} {CONFIRM}", ["decommission_x_ticket"])


@pytest.mark.parametrize(
    "words",
    [
        "decommission_auth=s3cret",
        "password=s3cret",
        '{"decommission_auth": {"password": "s3cret"}, "os": {"key": "s3cret"}}',
        "decommission_report_url=https://s3cret",
        "{password: !vault s3cret}",
    ],
)
def test_command_omits_possible_secrets_and_names_variables(words: str) -> None:
    command, lacking = command_of("-e", words, "play.yml")
    assert command == f"ansible-playbook play.yml {CONFIRM}"
    assert lacking and "s3cret" not in "".join(lacking)


def test_command_replaces_earlier_confirmation_silently() -> None:
    given = '{"decommission_confirm": "", "decommission_region": "eu-de"}'
    assert command_of("-e", given, "play.yml") == (
        f"ansible-playbook play.yml -e decommission_region=eu-de {CONFIRM}",
        [],
    )


@pytest.mark.parametrize(
    "value",
    ["two words", "it's", 'a "quoted" one', "$(reboot)", "{{ lookup('env', 'X') }}", "a\nb", "", "ü", "a=b", "\\n"],
)
def test_command_value_survives_shell_and_ansible(value: str) -> None:
    command, _lacking = command_of(
        "-e", json.dumps({"decommission_note": value, "decommission_region": value}), "p.yml"
    )
    words = shlex.split(command or "")
    given: dict[str, Any] = {}
    for text in (word for option, word in zip(words, words[1:], strict=False) if option == "-e"):
        given |= json.loads(text) if text.startswith("{") else parse_kv(text)
    assert given["decommission_region"] == value
    assert given["decommission_confirm"] == CONFIRMATION


def test_command_keeps_types_of_values() -> None:
    rules = {"decommission_select": [{"name": "a b"}], "decommission_keep_last": 3, "decommission_stop_drs": True}
    command, _lacking = command_of("-e", json.dumps(rules), "p.yml")
    assert json.loads(shlex.split(command or "")[3]) == rules


def test_command_of_project_with_blank_is_quoted() -> None:
    command, _lacking = command_of("p.yml", confirmation="my project/0123abcd")
    assert command == """ansible-playbook p.yml -e '{"decommission_confirm": "my project/0123abcd"}'"""


def test_command_is_unknown_for_several_hosts_and_other_programs() -> None:
    assert command_of("p.yml", ansible_play_hosts_all=["a", "b"]) == (None, [])
    assert command_of("p.yml", ansible_play_hosts_all=["a"])[0]
    assert Launch({"args": "localhost", "module_name": "include_role"}, {}, {}).command(CONFIRMATION) == (None, [])
    assert command_of("p.yml", confirmation="") == (None, [])


@pytest.mark.parametrize(("variables", "environment"), [(JOB, {}), ({"tower_job_id": 7}, {}), ({}, AWX)])
def test_command_in_controller_is_instruction(variables: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    launch = Launch(options_of("-e", "@/runner/env/extravars", "p.yml"), variables, environment)
    instruction = "approve the workflow, or launch the job template that applies with decommission_confirm="
    assert launch.command(CONFIRMATION) == (f"{instruction}{CONFIRMATION}", [])


@pytest.mark.parametrize(
    ("variables", "environment", "expected"),
    [
        ({}, {}, {}),
        (
            JOB,
            AWX,
            {
                "user": "operator",
                "job": "Decommission plan #42",
                "url": "https://awx.example.com/#/jobs/playbook/42",
            },
        ),
        ({"tower_job_id": "7", "tower_user_name": "operator"}, {}, {"user": "operator", "job": "#7"}),
        ({"awx_job_id": 7}, {}, {"job": "#7"}),
        (
            {"awx_job_id": 7, "tower_workflow_job_id": 6, "tower_workflow_job_name": "Retire"},
            {},
            {"job": "#7", "workflow": "Retire #6"},
        ),
        ({"decommission_x_approver": "Bert", "awx_workflow_job_id": 6}, {}, {"approver": "Bert", "workflow": "#6"}),
    ],
)
def test_launched_by_names_user_approver_job_and_workflow(
    variables: Mapping[str, Any], environment: Mapping[str, str], expected: Mapping[str, str]
) -> None:
    assert Launch({}, variables, environment).launched_by() == expected


@pytest.mark.parametrize("count", [1, 2])
def test_plan_ends_with_command(count: int) -> None:
    launch = Launch(
        options_of("-e", "token=s3cret", "-e", "decommission_region=eu-de", "p.yml"), {"awx_user_name": "operator"}, {}
    )
    records = [record(f"r{number}") for number in range(count)]
    run = build_plan(state_before(), listing(records), check_mode=False, now=NOW, launch=launch)
    command = f"ansible-playbook p.yml -e decommission_region=eu-de -e decommission_confirm={run['confirmation']}"
    these = "this record" if count == 1 else "these 2 records"
    assert run["lines"][-2:] == [f"To delete exactly {these} (and your other variables: token):", command]
    info = state_of(run).info
    assert info and info.command == command and info.launched_by["user"] == "operator"


def test_plan_confirmed_or_empty_has_no_command() -> None:
    launch = Launch(options_of("p.yml"), {}, {})
    for variables, records in (({"confirm": f"{PROJECT}/unattended"}, [record("a")]), ({}, [])):
        run = build_plan(state_before(**variables), listing(records), check_mode=False, now=NOW, launch=launch)
        info = state_of(run).info
        assert info and info.command is None and "ansible-playbook" not in "\n".join(run["lines"])
