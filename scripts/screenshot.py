"""Pictures of a notebook in a real JupyterLab, light and dark, at several widths.

    python scripts/screenshot.py NOTEBOOK FOLDER [--theme light dark] [--width 1280 800] [--kept]

The notebook is copied, opened and run in headless Chromium; `FOLDER/NAME-THEME-WIDTH.png` is the whole page.
With `--kept` it is not run: the picture shows what the saved outputs look like without a kernel's help.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
TALLEST = 8000


def chromium() -> str | None:
    """The Chromium of this machine, if it has one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Lab:
    """A JupyterLab with the Cajal kernel on a free port, with settings, kernels and history of its own.

    `folder` holds the notebooks; what the server says is in `log`.
    """

    def __init__(self, scratch: Path, theme: str = "light") -> None:
        self.folder = scratch / "notebooks"
        self.log = scratch / "server.log"
        self._settings = scratch / "settings"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._configure("apputils-extension/themes", {"theme": THEMES[theme]})
        self._configure("apputils-extension/notification", {"fetchNews": "false"})
        self._configure("notebook-extension/tracker", {"windowingMode": "none"})
        paths = {
            "HOME": scratch / "home",
            "IPYTHONDIR": scratch / "ipython",
            "JUPYTER_CONFIG_DIR": scratch / "config",
            "JUPYTER_DATA_DIR": scratch / "data",
            "JUPYTER_RUNTIME_DIR": scratch / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": self._settings,
            "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
            "PYTHONPATH": ROOT,
        }
        (scratch / "home").mkdir(exist_ok=True)
        self._environment = {**os.environ, **{name: str(path) for name, path in paths.items()}}
        self._environment["JUPYTER_PREFER_ENV_PATH"] = "0"  # our own copy of the kernel comes first

    def _configure(self, plugin: str, values: dict[str, str]) -> None:
        file = self._settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the server, until the block ends."""
        self._python("-m", "cajal_kernel", "install", "--user")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.folder,
            "ServerApp.disable_check_xsrf": True,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
        }
        arguments = ["-m", "jupyterlab", "--no-browser", "--allow-root"]
        arguments += [f"--{name}={value}" for name, value in options.items()]
        with self.log.open("wb") as log:
            server = subprocess.Popen(  # noqa: S603  # our own command
                [sys.executable, *arguments], stdout=log, stderr=log, env=self._environment, cwd=self.folder
            )
        address = f"http://127.0.0.1:{port}"
        try:
            self._wait(server, address)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def _python(self, *arguments: str) -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, env=self._environment, check=True, capture_output=True)  # noqa: S603

    def _wait(self, server: subprocess.Popen[bytes], address: str) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and server.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2)  # noqa: S310  # our own server
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text(encoding='utf-8')}")


def open_notebook(browser: Browser, address: str, name: str, width: int, height: int = 900) -> Page:
    """A page with the notebook alone, its kernel ready."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{address}/doc/tree/{name}?reset")
    page.wait_for_function(
        """() => {
            const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
            return session?.isReady && session.session?.kernel?.status === "idle";
        }""",
        timeout=90_000,
    )
    return page


def run_all(page: Page, timeout: float = 180) -> None:
    """Run every cell and wait for the last. The command may answer before that: watch the kernel, too."""
    page.evaluate(
        """() => {
            window.ran = false;
            window.idleSince = null;
            const all = window.jupyterapp.commands.execute("notebook:run-all-cells");
            all.finally(() => { window.ran = true; });
        }"""
    )
    page.wait_for_function(
        """() => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            if (!window.ran || kernel.status !== "idle") window.idleSince = null;
            else window.idleSince ??= performance.now();
            // Outputs settle a little later: images decode, live pictures appear.
            return window.idleSince !== null && performance.now() - window.idleSince > 1000;
        }""",
        timeout=timeout * 1000,
    )


def full_height(page: Page) -> int:
    """How tall the window must be to show the whole notebook."""
    return int(
        page.evaluate(
            """() => {
                const notebook = document.querySelector(".jp-WindowedPanel-outer");
                const top = notebook.getBoundingClientRect().top;
                const inner = notebook.querySelector(".jp-WindowedPanel-inner") ?? notebook;
                const inside = Math.max(inner.scrollHeight, notebook.firstElementChild.scrollHeight);
                return Math.ceil(top + inside + 40);
            }"""
        )
    )


def main(notebook: Path, folder: Path, themes: list[str], widths: list[int], kept: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for theme in themes:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
            sync_playwright() as playwright,
        ):
            lab = Lab(Path(scratch), theme)
            shutil.copy(notebook, lab.folder)
            with lab.running() as address:
                browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = open_notebook(browser, address, notebook.name, widths[0])
                if not kept:
                    run_all(page)
                for width in widths:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.wait_for_timeout(300)
                    page.set_viewport_size({"width": width, "height": min(TALLEST, full_height(page))})
                    # Running has scrolled to the last cell.
                    page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
                    page.wait_for_timeout(700)
                    picture = folder / f"{notebook.stem}-{theme}-{width}.png"
                    page.screenshot(path=picture)
                    print(picture)
                browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take pictures of a notebook in JupyterLab.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path, help="the folder that gets the pictures")
    parser.add_argument("--theme", nargs="+", choices=tuple(THEMES), default=list(THEMES))
    parser.add_argument("--width", nargs="+", type=int, default=[1280, 800])
    parser.add_argument("--kept", action="store_true", help="show the saved outputs, do not run the notebook")
    options = parser.parse_args()
    if not options.notebook.is_file():
        sys.exit(f"There is no notebook {options.notebook}.")
    if chromium() is None:
        sys.exit("There is no Chromium on this machine; on Debian, `apt-get install chromium` brings it.")
    main(options.notebook, options.folder, options.theme, options.width, options.kept)
