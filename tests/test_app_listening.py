"""Where the page listens and whom it answers: names, sites of others, and how it ends."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from sim import cli
from sim.app.listening import address_of, listening
from sim.app.server import create_app
from sim.app.sessions import MOST_SESSIONS
from sim.config import InputError

HERE = "http://localhost"


def token_of(page: str) -> str:
    (token, *_) = re.findall(r'name="token" value="([^"]+)"', page)
    return token


# --- whom it answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("localhost", 200),
        ("LOCALHOST:8765", 200),
        ("127.0.0.1:8765", 200),
        ("[::1]:8765", 200),
        ("evil.example", 421),
        ("evil.example:8765", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("localhost.evil.example:8765", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_a_site_whose_name_leads_to_this_machine_is_refused(host: str, code: int) -> None:
    with TestClient(create_app(), base_url=HERE) as client:
        for path in ("/", "/static/app.js", "/nowhere"):
            answer = client.get(path, headers={"host": host})
            assert answer.status_code == (404 if path == "/nowhere" and code == 200 else code)
        assert client.post("/compare", headers={"host": host}).status_code in (code, 403)


def test_the_host_that_it_listens_at_is_let_in_and_a_token_stands_for_any() -> None:
    with TestClient(create_app(host="Box.Lan"), base_url="http://box.lan") as client:
        assert client.get("/").status_code == 200
    with TestClient(create_app("secret", "box.lan"), base_url="http://proxy.example") as client:
        assert client.get("/").status_code == 401
        assert client.get("/?token=secret").status_code == 200


def test_a_page_of_another_site_may_lead_here_but_not_load_anything() -> None:
    with TestClient(create_app(), base_url=HERE) as client:
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert client.get("/", headers={**elsewhere, "sec-fetch-dest": "document"}).is_success
        for kind in ("image", "iframe", "script", "empty"):
            answer = client.get("/", headers={**elsewhere, "sec-fetch-dest": kind})
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_many_looks_without_a_cookie_end_no_session_in_which_something_was_asked() -> None:
    with TestClient(create_app(), base_url=HERE) as client:
        form = {"token": token_of(client.get("/").text), "program": "generic", "plan1": "1"}
        place = client.post("/compare", data=form, follow_redirects=False).headers["location"]
        cookies = dict(client.cookies)
        client.cookies.clear()
        for _ in range(MOST_SESSIONS + 5):
            client.get("/")
            client.cookies.clear()
        client.cookies.update(cookies)
        assert client.get(place).status_code == 200


# --- where it listens ----------------------------------------------------------------------------


def test_a_port_that_is_taken_is_one_line_before_a_browser_is_led_there(capsys, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("it leads to another program"))
    (taken,) = listening("127.0.0.1", 0)
    with taken:
        port = str(taken.getsockname()[1])
        assert cli.main(["app", "--port", port]) == cli.EXIT_BAD_INPUT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"got '127.0.0.1' and {port} (Address already in use)" in err


@pytest.mark.parametrize("host", ["", "nowhere.invalid", "256.1.1.1", "a..b", "x" * 300, "\x00"])
def test_a_host_that_is_none_of_this_machine_is_one_line(host: str) -> None:
    with pytest.raises(InputError, match="--host, --port: expected an address of this machine"):
        listening(host, 0)


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    assert address_of("::1", 8765) == "http://[::1]:8765/"


# --- how it ends ---------------------------------------------------------------------------------


def listened_to(port: int) -> http.client.HTTPConnection:
    """Connection on which the events of a new run come."""
    ask = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    ask.request("GET", "/")
    page = ask.getresponse()
    cookie = {"cookie": (page.getheader("set-cookie") or "").partition(";")[0]}
    fields = {"token": token_of(page.read().decode()), "program": "los_angeles"}
    form = {"content-type": "application/x-www-form-urlencoded", **cookie}
    ask.request("POST", "/compare", urlencode({**fields, "plan1": "17", "plan2": "12"}), form)
    begun = ask.getresponse()
    begun.read()
    ask.request("GET", f"{begun.getheader('location')}/events", None, cookie)
    return ask


def test_it_ends_while_a_browser_listens_to_a_run(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sim.cli", "app", "--no-open", "--port", str(port)]
    server = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    try:
        assert server.stdout is not None
        assert "The page is at" in server.stdout.readline()
        with closing(listened_to(port)) as connection, connection.getresponse() as events:
            assert events.readline()
            began_s = time.monotonic()
            server.send_signal(signal.SIGINT)
            _, error = server.communicate(timeout=60)
            assert (
                time.monotonic() - began_s < 30
            )  # a second is enough, a whole answer takes longer
    finally:
        server.kill()
    assert server.returncode == 0
    assert all(line.startswith("note: ") for line in error.splitlines())
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_server_left_of_its_sessions_goes_with_the_next(tmp_path: Path) -> None:
    def run(then: str) -> int:
        program = (
            f"import os; from sim.app.web import Site; s = Site(); s.sessions.of(None); {then}"
        )
        environment = os.environ | {"TMPDIR": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-c", program], env=environment, check=False
        ).returncode

    assert run("os.kill(os.getpid(), 9)") == -signal.SIGKILL
    assert list(tmp_path.glob("*/session-*"))
    assert run("s.close(); os._exit(0)") == 0
    assert list(tmp_path.iterdir()) == []
