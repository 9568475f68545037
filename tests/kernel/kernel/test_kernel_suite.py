"""jupyter_kernel_test, the conformance suite for kernels, on the kernel as it is installed."""

from __future__ import annotations

# ruff: noqa: RUF012  # the suite declares its samples so
import jupyter_kernel_test
import pytest


@pytest.mark.usefixtures("kernels")
class TestConformance(jupyter_kernel_test.KernelTests):
    kernel_name = "cajal"
    language_name = "cajal"
    file_extension = ".cajal"
    code_hello_world = "%%python\nprint('hello, world')"
    code_stderr = "%%python\nimport sys\nprint('oh', file=sys.stderr)"
    completion_samples = [
        {"text": "it", "matches": {"iter"}},
        {"text": "if tt then ff els", "matches": {"else"}},
    ]
    complete_code_samples = ["true", "def f (x : Bool) : Bool = x", "-- nothing"]
    incomplete_code_samples = ["def f : Bool =", "(true", "if true then true"]
    invalid_code_samples = ["true)", "def def"]
    code_page_something = "%%python\nfrom IPython.core import page\npage.page('a page')"
    code_generate_error = "nowhere"
    code_execute_result = [
        {"code": "true", "result": "true : Bool = true"},
        {"code": "3", "mime": "text/html"},
    ]
    code_display_data = [{"code": "def f (x : Bool) : Bool = x", "mime": "text/html"}]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "t?ue"
    code_inspect_sample = "iter"
    code_clear_output = "%%python\nfrom IPython.display import clear_output\nclear_output()"


@pytest.mark.usefixtures("kernels")
class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "cajal"
    support_iopub_welcome = True
