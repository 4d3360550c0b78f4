"""The files of `deploy/` are what their own programs take, and what the guide and the code say."""

import os
import re
import runpy
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.core.checks import registry as checks
from django.core.management import get_commands

from casereview import start_checks
from tests.architecture import project

DEPLOY = project.ROOT / "deploy"
GUIDE = project.ROOT / "docs" / "deploy.md"
CURRENT = "/srv/casereview/current"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
NAMED = re.compile(r"^([A-Z_]+)=", re.MULTILINE)


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, comment_prefixes=("#",), strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def program(path: Path) -> list[str]:
    return shlex.split(unit(path)["Service"]["ExecStart"])


def hardening() -> set[str]:
    text = (project.ROOT / "docs" / "hardening.md").read_text(encoding="utf-8")
    block = text.split("With systemd")[1].split("```")[1]
    return {line for line in block.splitlines() if line and not line.startswith("ReadWritePaths")}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_runs_what_is_there_under_its_account_and_within_its_walls(path):
    service = unit(path)["Service"]
    command = program(path)

    assert (service["User"], service["Group"]) == ("casereview", "casereview")
    assert service["EnvironmentFile"] == "/etc/casereview/environment"
    assert "Environment" not in service
    assert hardening() <= {f"{name}={value}" for name, value in service.items()}
    assert service["ReadWritePaths"].split()[0] == "/var/lib/casereview"
    started = project.ROOT / Path(command[0]).relative_to(CURRENT)
    assert os.access(started, os.X_OK)
    if command[1:2] == ["manage"]:
        assert command[2] in get_commands()


def test_each_timer_has_its_service_and_is_enabled_by_the_guide():
    guide = GUIDE.read_text(encoding="utf-8")
    timers = [path for path in UNITS if path.suffix == ".timer"]

    assert {path.stem.split("-")[1] for path in timers} == {"tick", "backup", "verify"}
    for path in timers:
        assert path.with_suffix(".service").exists()
        assert unit(path)["Timer"]["OnCalendar"]
    named = re.search(r"systemctl enable --now .*casereview-\{([a-z,]+)\}\.timer", guide)
    assert named and {f"casereview-{one}" for one in named[1].split(",")} == {
        path.stem for path in timers
    }


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path):
    copies = []
    for path in UNITS:
        copy = tmp_path / path.name
        text = path.read_text(encoding="utf-8").replace(CURRENT, str(project.ROOT))
        copy.write_text(text, encoding="utf-8")
        copies.append(copy)

    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *copies],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:/usr/lib/systemd/system"},
    )
    ours = [line for line in told.stderr.splitlines() if "casereview" in line]

    assert (told.returncode, ours) == (0, [])


@pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not here"
)
def test_nginx_takes_its_file(tmp_path):
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/etc/ssl/casereview/": f"{tmp_path}/",
        "/var/log/nginx/": f"{tmp_path}/",
        "listen 80;": f"listen unix:{tmp_path}/plain;",
        "listen 443 ssl;": f"listen unix:{tmp_path}/tls ssl;",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; }}",
        encoding="utf-8",
    )
    pair = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "fullchain.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=casereview.example.org", *pair]
        + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
        check=True,
        capture_output=True,
    )

    told = subprocess.run(
        ["nginx", "-t", "-e", "stderr", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr.replace('the "user" directive', "")


def test_nginx_keeps_bodies_in_memory_and_keys_out_of_its_log():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\s+([a-z_]+) ([^;]+);", text, re.MULTILINE))

    assert told["client_body_buffer_size"] == told["client_max_body_size"] == "30m"
    assert told["proxy_max_temp_file_size"] == "0"
    logged = re.findall(r"\$(\w+)", text.split("log_format")[1].split(";")[0])
    assert not {"request", "request_uri", "args", "query_string", "http_referer", "uri"} & {*logged}
    assert "X-Forwarded-For $remote_addr;" in text
    masked = [re.compile(line) for line in re.findall(r"^    ~(\S+) /", text, re.MULTILINE)]
    for path in ("/accounts/password/reset/key/1-abc/", "/r/abc/"):
        assert any(one.match(path) for one in masked)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "casereview.example.org", ""])
def test_a_server_whose_messages_would_lead_elsewhere_is_told(settings, address):
    settings.SITE_ADDRESS = "https://casereview.example.org"
    assert start_checks.site_address() == []

    settings.SITE_ADDRESS = address

    assert [found.id for found in start_checks.site_address()] == ["casereview.W001"]
    assert start_checks.site_address in checks.registry.get_checks(include_deployment_checks=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_COLOUR", "#fafafa"),
        ("SITE_COLOUR", "teal; } body { display: none"),
        ("HOLIDAYS_ADDED", "2030-06-03,the third of June"),
    ],
)
def test_a_colour_nobody_reads_on_and_a_day_that_is_none_stop_the_start(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(Exception, match=name) as stopped:
        runpy.run_path(str(project.ROOT / "config" / "settings.py"))
    assert type(stopped.value).__name__ == "SettingMissing"


def test_the_settings_of_the_example_are_settings_and_hold_no_secret():
    text = (DEPLOY / "environment").read_text(encoding="utf-8")
    listed = (project.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = NAMED.findall(text)

    assert {name for name in names if f"`{name}`" not in listed} == set()
    assert {"DATABASE_URL", "KEYS_DATABASE_URL", "CASEREVIEW_KEY_RING", "ALLOWED_HOSTS"} <= {*names}
    assert "SECRET_KEY" not in names
    assert "@/" not in text and not re.search(r"postgres://[^/'\s]+:", text)


def test_the_image_copies_what_is_there_in_two_stages_without_rights_or_secrets():
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    stages = [line for line in lines if line.startswith("FROM ")]
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    users = [line.split()[1] for line in lines if line.startswith("USER ")]

    assert len(stages) == 2
    for names in copied:
        for name in names:
            assert name.startswith(("--from=", "/srv/")) or (project.ROOT / name).exists(), name
    # What serves is copied, what tests is not.
    assert {*project.APPS} <= {name for names in copied for name in names}
    assert users and all(int(user) > 0 for user in users)
    assert not [line for line in lines if re.search(r"SECRET|PASSWORD|_URL=", line)]


def test_the_guide_names_every_file_and_only_files_that_are_there():
    guide = GUIDE.read_text(encoding="utf-8")
    scripts = {path.name for path in DEPLOY.iterdir() if path.suffix not in {".service", ".timer"}}
    named = set(re.findall(r"\bdeploy/([\w.-]+\w)", guide)) - {"md"}

    assert "deploy/*.service deploy/*.timer" in guide
    assert named <= scripts
    assert scripts - named <= {"casereview-backup"}  # which its service runs
    for target in re.findall(r"\]\(([^)#]+)", guide):
        assert (GUIDE.parent / target).exists(), target


@pytest.mark.parametrize("name", ["casereview-manage", "casereview-backup"])
def test_the_scripts_are_read_by_sh(name):
    subprocess.run(["sh", "-n", DEPLOY / name], check=True)
    assert os.access(DEPLOY / name, os.X_OK)
