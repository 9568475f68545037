"""From the program's graph to boxes and wires, with some of its definitions open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from cajal_kernel.views.graph.model import Box, Cluster, Graph, Kind, Port, Weights, Wire
from cajal_kernel.views.graph.program import Assignment, Container, Program

MOST = 320
"""The most boxes of one drawing."""

BRANCHES = 8
"""The most branches of a choice that are labelled at its box; more are counted."""

NAMES = {
    "shift": "succ: n + 1",
    "table": "lookup table",
    "weigh": "Σ weight[i] · vector",
    "outer": "pair: outer product",
    "matrix": "columns → matrix",
    "apply": "matrix · vector",
    "zero": "zeros",
    "sum": "Σ",
    "slice": "part of a vector",
    "concat": "one after another",
    "total": "Σ over an axis",
    "unstack": "rows",
    "stack": "elements of a list",
    "item": "an element",
    "narrow": "some elements",
    "elements": "elements",
    "lengths": "lengths",
    "held": "list",
}
"""What boxes of operations are called, in the words of torch where it has some."""

PORTS = {
    "weigh": ("weight", "vector"),
    "contract": ("weights", "vectors"),
    "apply": ("matrix", "vector"),
    "held": ("elements", "lengths"),
}
"""The labels of ports whose order matters."""

WORDS = {
    "iter": ("zero", "succ", "count", "Σ count[i] · {} after i steps"),
    "snoc": ("nil", "snoc", "lengths", "Σ lengths[i] · {} after i elements"),
    "cons": ("nil", "cons", "lengths", "{} after the first element"),
}
"""The labels of a recurrence: of its base, its step and its weights, and the title of its result."""


def recurrence(assignment: Assignment) -> str:
    """The word of the program that a recurrence stands for."""
    return "fold" if assignment["over"] else "iter"


@dataclass
class Source:
    """Where boxes come from: the program, the note of what a callee is linked to, the matrices of boxes."""

    program: Program
    note: Callable[[str], str] = lambda _: ""
    #: For the id, the value and the values of a box its matrix.
    weights: Callable[[str, int, Collection[int]], Weights | None] = lambda *_: None


def graph_of(source: Source, is_open: Callable[[Container], bool], most: int = MOST) -> Graph:
    """The graph in which the calls of some definitions are open, and those of others a box."""
    return _Builder(source, is_open).graph(most)


@dataclass
class _Call:
    """A closed call: what is computed in it, what it reads, and which of its values others read."""

    mark: int
    path: tuple[str, ...]
    values: list[int] = field(default_factory=list)
    reads: set[int] = field(default_factory=set)
    made: dict[int, None] = field(default_factory=dict)


class _Builder:
    def __init__(self, source: Source, is_open: Callable[[Container], bool]) -> None:
        self.source = source
        self.program = source.program
        self.is_open = is_open
        #: For each value the id of the box that has it.
        self.homes: dict[int, str] = {}
        self.calls: dict[str, _Call] = {}
        self.boxes: dict[str, Box] = {}
        self.wires: list[Wire] = []
        self.clusters: dict[str, Cluster] = {}

    def graph(self, most: int) -> Graph:
        assignments = [*self.program.assignments()]
        for assignment in assignments:
            self.place(assignment)
        for assignment in assignments:
            self.connect(assignment)
        for name, call in self.calls.items():
            for place, operand in enumerate(sorted(call.reads)):
                self.wire(operand, name, place)
        result = self.program.graph["result"]
        constant = self.program.constant(result)
        if constant is not None:
            self.boxes["constant"] = Box("constant", "constant", constant, self.program.wire_text(result))
            self.homes[result] = "constant"
        self.boxes["result"] = Box("result", "result", "result", "", (Port(),))
        self.wire(result, "result", 0)
        for name, call in self.calls.items():
            self.boxes[name] = self.closed(name, call)
        return self.cut(most)

    def place(self, assignment: Assignment) -> None:
        """The box that a value is in."""
        number, op = assignment["to"], assignment["op"]
        if op == "onehot":
            return
        path = self.program.path(number)
        if closed := self.enter(path):
            self.calls[closed].values.append(number)
            self.homes[number] = closed
            if op == "iterate":
                self.homes.update(dict.fromkeys([assignment["state"], *assignment["items"]], closed))
            return
        names = tuple(container.id for container in path)
        if op == "iterate":
            self.recurrence(assignment, names)
            return
        name = self.homes[number] = f"v{number}"
        kind, title, note = self.titles(assignment)
        made = self.source.weights(name, number, (number,)) if kind != "input" else None
        ports, text = self.ports(assignment), self.program.wire_text(number)
        self.boxes[name] = Box(name, kind, title, text, ports, note, names, (number,), weights=made)

    def enter(self, path: tuple[Container, ...]) -> str | None:
        """Makes the clusters of a path, up to a call that is closed: its id."""
        outer: str | None = None
        for depth, container in enumerate(path):
            if container.value is None and not self.is_open(container):
                names = tuple(each.id for each in path[:depth])
                assert container.mark is not None
                self.calls.setdefault(container.id, _Call(container.mark, names))
                if container.id not in self.boxes:  # its place in the order of the program
                    self.boxes[container.id] = Box(container.id, "call", "", "")
                return container.id
            if container.id not in self.clusters:
                kind = "call" if container.value is None else "iter"
                self.clusters[container.id] = Cluster(container.id, kind, self.name(container), outer)
            outer = container.id
        return None

    def name(self, container: Container) -> str:
        if container.value is None:
            assert container.mark is not None
            return self.program.graph["marks"][container.mark]["name"]
        made = self.program.made[container.value]
        return f"{recurrence(made)}, state {made['name']}"

    def recurrence(self, assignment: Assignment, path: tuple[str, ...]) -> None:
        """A cluster with the state, the step, and the sum of all states by the weights of the count."""
        number, state = assignment["to"], assignment["state"]
        cluster = f"i{number}"
        if cluster not in self.clusters:
            title = f"{recurrence(assignment)}, state {assignment['name']}"
            self.clusters[cluster] = Cluster(cluster, "iter", title, path[-1] if path else None)
        inside, text = (*path, cluster), self.program.wire_text
        words = WORDS[assignment["order"] if assignment["over"] else "iter"]
        weights, first, *inputs = assignment["of"]
        base = self.port(first, words[0])
        self.homes[state], self.homes[number] = f"s{state}", f"v{number}"
        succ = self.port(assignment["result"], words[1])
        for item, value in zip(assignment["items"], inputs, strict=True):
            self.homes[item] = name = f"s{item}"
            ports = (self.port(value, ""),)
            self.boxes[name] = Box(name, "state", "element", text(item), ports, "", inside, (item,))
        self.boxes[f"s{state}"] = Box(
            f"s{state}", "state", assignment["name"], text(state), (base, succ), "", inside, (state,)
        )
        made = self.source.weights(f"v{number}", number, self.inside(assignment))
        ports = (self.port(weights, words[2]), Port(assignment["name"]))
        title, note = words[3].format(assignment["name"]), ""
        self.boxes[f"v{number}"] = Box(
            f"v{number}", "sum", title, text(number), ports, note, inside, (number,), weights=made
        )

    def inside(self, assignment: Assignment) -> tuple[int, ...]:
        """A recurrence, and all that its step computes."""
        numbers = [assignment["to"]]
        for inner in assignment["step"]:
            numbers += self.inside(inner) if inner["op"] == "iterate" else [inner["to"]]
        return tuple(numbers)

    def titles(self, assignment: Assignment) -> tuple[Kind, str, str]:
        graph, op = self.program.graph, assignment["op"]
        if op == "input":
            return "input", graph["arguments"][assignment["position"]]["name"], ""
        if op in ("call", "given"):
            callee = assignment["callee"]
            if isinstance(callee, int):
                return "argument", graph["arguments"][callee]["name"], "an argument that is a function"
            return graph["parameters"][callee]["kind"], callee, self.source.note(callee)
        if op == "choose":
            branches = len(assignment["of"]) - 1
            note = f"{branches} branches" if branches > BRANCHES else ""
            return "operation", self.program.choice(assignment), note
        return "operation", self.program.copying(assignment) or NAMES.get(op) or op, ""

    def ports(self, assignment: Assignment) -> tuple[Port, ...]:
        """The ports of an operation, one for each operand."""
        operands, op = assignment["of"], assignment["op"]
        if op != "choose":
            labels = PORTS.get(op, ("",) * len(operands))
            return tuple(map(self.port, operands, labels))
        if len(operands) > BRANCHES + 1:
            return (self.port(operands[0], ""), *[Port()] * (len(operands) - 1))
        names = self.program.labels(operands[0]) or []
        labels = names if len(names) == len(operands) - 1 else [str(i) for i in range(len(operands) - 1)]
        return (self.port(operands[0], ""), *map(self.port, operands[1:], labels))

    def port(self, operand: int, label: str) -> Port:
        return Port(label, self.program.constant(operand) or "")

    def connect(self, assignment: Assignment) -> None:
        """The wires into the box of an assignment."""
        number, operands = assignment["to"], assignment["of"]
        if number not in self.homes:
            return
        home = self.homes[number]
        if home in self.calls:
            reads = [*operands, assignment["result"]] if "result" in assignment else operands
            for operand in reads:
                self.read(home, operand)
            return
        if assignment["op"] != "iterate":
            for place, operand in enumerate(operands):
                self.wire(operand, home, place)
            return
        weights, base, *inputs = operands
        for item, value in zip(assignment["items"], inputs, strict=True):
            self.wire(value, self.homes[item], 0)
        state = self.homes[assignment["state"]]
        self.wire(base, state, 0)
        self.wire(assignment["result"], state, 1, back=True)
        self.wire(weights, home, 0)
        self.wire(assignment["state"], home, 1)

    def read(self, call: str, operand: int) -> None:
        """What a closed call reads from outside comes in at a port of its own."""
        origin = self.homes.get(operand)
        if origin and origin != call:
            self.calls[call].reads.add(operand)

    def wire(self, value: int, target: str, port: int, back: bool = False) -> None:
        origin = self.homes.get(value)
        if origin is None:  # a constant stands at the port
            return
        if origin in self.calls:
            self.calls[origin].made[value] = None
        self.wires.append(Wire(origin, target, port, self.program.wire_text(value), value, back))

    def closed(self, name: str, call: _Call) -> Box:
        mark = self.program.graph["marks"][call.mark]
        made = [*call.made]
        out = ", ".join(dict.fromkeys(map(self.program.wire_text, made)))
        weights = self.source.weights(name, made[0], call.values) if len(made) == 1 else None
        ports = tuple(Port() for _ in call.reads)
        values = tuple(call.values)
        return Box(name, "call", mark["name"], out, ports, "", call.path, values, opens=True, weights=weights)

    def move_behind(self, box: Box) -> None:
        """Moves a box behind all others of its cluster."""
        depth, order = len(box.path), [each for each in self.boxes.values() if each is not box]
        inside = [place for place, each in enumerate(order) if each.path[:depth] == box.path]
        order.insert(inside[-1] + 1, box)
        self.boxes = {each.id: each for each in order}

    def cut(self, most: int) -> Graph:
        """The graph with no more boxes than a page can show: the first ones, and the result."""
        for box in [box for box in self.boxes.values() if box.kind in ("sum", "result")]:
            self.move_behind(box)
        used = {box.id for box in self.boxes.values() if box.id not in self.calls or self.calls[box.id].made}
        kept = [box for box in self.boxes.values() if box.id in used]
        dropped = max(0, len(kept) - most)
        if dropped:
            kept = [*kept[: most - 1], self.boxes["result"]]
        ids = {box.id for box in kept}
        wires = [wire for wire in self.wires if wire.source in ids and wire.target in ids]
        shown = set(_around(kept, self.clusters))
        clusters = [cluster for cluster in self.clusters.values() if cluster.id in shown]
        return Graph(kept, wires, clusters, dropped)


def _around(boxes: list[Box], clusters: dict[str, Cluster]) -> Iterator[str]:
    for box in boxes:
        yield from (name for name in box.path if name in clusters)
