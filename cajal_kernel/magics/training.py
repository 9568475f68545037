"""The magic that trains: its line, and no more."""

from __future__ import annotations

import re
from inspect import getdoc
from keyword import iskeyword

from IPython.core.magic import no_var_expand

from cajal_kernel.errors import MagicError
from cajal_kernel.magics.options import Parser, bounded, uncommented, words
from cajal_kernel.session import Session

OPTIONS = {
    "data": "DATA",
    "validate": "DATA",
    "loss": "LOSS",
    "metrics": "METRICS",
    "optimizer": "OPTIMIZER",
    "epochs": "N",
    "steps": "N",
    "batch": "N",
    "rate": "R",
    "clip": "C",
    "seed": "N",
    "every": "N",
    "checkpoint": "FILE",
    "watch": "on|off|N",
    "tensorboard": "FOLDER",
}
PLACES = ("checkpoint", "tensorboard")
"""The options that name a file or a folder."""

OPTION = re.compile(r"(?:(?<=\s)|^)(--[a-zA-Z][\w-]*|-o)(?:=|(?=\s)|$)")
COMMENT = re.compile(r"(?:(?<=\s)|^)--(?=\s|$)")


def parts(line: str) -> tuple[str, list[str]]:
    """A term, and words for argparse: each option has what stands up to the next one, with its blanks.

    >>> parts("net --data (x, y) --epochs 3 -- at first")
    ('net', ['--data=(x, y)', '--epochs=3'])
    """
    line = COMMENT.split(line, maxsplit=1)[0]
    list(uncommented(line.split()))  # where a comment of Python's begins, it says how ours do
    term, *rest = OPTION.split(line)
    options: list[str] = []
    for option, value in zip(rest[::2], rest[1::2], strict=True):
        text = value.strip()
        options += [option, *filter(None, [text])] if option == "-o" or not text else [f"{option}={text}"]
    return term.strip(), options


class TrainingMagics:
    """The magic `%train`."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @no_var_expand
    def train(self, line: str) -> None:
        """`%train MODEL --data DATA [--epochs N] …` trains a model, with a live curve.

        MODEL is a name of the program, a term, or a Python variable that holds a module. It is trained in
        place, with all that is learned or linked in it. An interrupt ends it after a step, and all is kept.
        The values of options are Python, with their blanks: `--data (images, labels) --rate 1e-2`.

        --data DATA            tensors `(inputs, …, target)`, a Dataset or a DataLoader
        --validate DATA        the same, or a function that makes numbers with names of the model
        --loss LOSS            a function of the result and the target; nll without it. Names of
                               torch.nn.functional are known, such as cross_entropy
        --metrics METRICS      the same, several with commas between, or a dictionary of names
        --optimizer OPTIMIZER  a class or an instance of torch.optim; Adam without it
        --epochs N, --steps N  how long: so often through the data, or so many batches; 1 epoch without
        --batch N              how many samples a batch has: 64 without it
        --rate R               the learning rate: 1e-3 without it
        --clip C               the greatest norm of a gradient
        --seed N               of the order of the batches: 0 without it
        --every N              validate at every so many steps, and not after each epoch
        --checkpoint FILE      go on from the file if it is there, and keep it up to date
        --watch on|off|N       whether dead links are told, or at how many steps one is looked for
        --tensorboard FOLDER   write the numbers for TensorBoard, too
        -o NAME                bind the history to a Python name
        """
        where = f"%{self.session.prefix}train"
        options = " ".join(f"[--{name} {takes}]" for name, takes in OPTIONS.items() if name != "data")
        parser = Parser(where, f"%{where} MODEL --data DATA {options} [-o NAME]", about=getdoc(self.train))
        for name in OPTIONS:
            parser.add_argument(f"--{name}")
        parser.add_argument("-o", dest="output")
        term, given = parts(bounded(where, line))
        chosen = parser.read(given)
        if chosen is None:
            return
        if not term:
            parser.error("it needs a model: a name, a term or a Python variable")
        written = {name: text for name in OPTIONS if (text := getattr(chosen, name)) is not None}
        if "data" not in written:
            raise MagicError(
                f"{where}: it needs data to train `{term}` on.",
                "name tensors, the target last: `--data (inputs, target)`, or a Dataset or a DataLoader",
            )
        for name in PLACES:
            if name in written:
                written[name] = _place(f"{where} --{name}", written[name])
        output = chosen.output
        if output is not None and (not output.isidentifier() or iskeyword(output)):
            parser.error(f"`{output}` after -o is not a Python name")
        self.session.train(term, written, output)


def _place(where: str, text: str) -> str:
    """A path as a shell reads it."""
    named = [word for word in words(where, text) if word]
    if len(named) != 1:
        raise MagicError(f"{where} takes one name, got `{text}`.", "a name with blanks stands in quotes")
    return named[0]
