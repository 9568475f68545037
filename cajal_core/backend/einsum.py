"""The emitted lines of an `Einsum`: torch.einsum, slices and permutations.

>>> p, q = (ir.Value(number, tys.Arrow(tys.Bool(), tys.Bool()), ()) for number in (1, 2))
>>> a, b, c = (ir.Axis(number, 2) for number in (1, 2, 3))
>>> for line in einsum("v3", ir.Einsum((p, q), ((a, b), (b, c)), (a, c)), axes=0):
...     print(line)
v3 = torch.einsum("...ab,...bc->...ac", v1.unflatten(-1, (2, 2)), v2.unflatten(-1, (2, 2)))
v3 = v3.flatten(-2)
"""

# opt_einsum does not say that it is annotated.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Iterator, Mapping

import opt_einsum

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.sizes import check_size


def einsum(name: str, operation: ir.Einsum, axes: int) -> Iterator[str]:
    """The lines that assign a sum of products to a name. Its value has so many axes before its type.

    The operands are multiplied two at a time, in the order that takes the fewest multiplications.

    Raises:
        CajalError: if even so a product of some operands, batch not counted, has too many entries.
    """
    letters: dict[ir.Axis, str] = {}
    for index in (index for indices in operation.indices for index in indices if isinstance(index, ir.Axis)):
        letters.setdefault(index, opt_einsum.get_symbol(len(letters)))
    lengths = {letter: axis.size for axis, letter in letters.items()}
    terms = list[tuple[str, str]]()
    for operand, indices in zip(operation.operands, operation.indices, strict=True):
        sizes = tys.components(operand.type)
        text = str(operand) + (f".unflatten(-1, {sizes})" if len(sizes) > 1 else "")
        if any(isinstance(index, int) for index in indices):
            places = [":" if isinstance(index, ir.Axis) else str(index) for index in indices]
            text += f"[..., {', '.join(places)}]"
        terms.append((text, "".join([letters[index] for index in indices if isinstance(index, ir.Axis)])))
    output = "".join([letters[index] for index in operation.output])
    for number, places in enumerate(_order([term for _, term in terms], output, lengths)):
        chosen = [terms[place] for place in places]
        terms = [term for place, term in enumerate(terms) if place not in places]
        here = {letter for _, term in chosen for letter in term}
        wanted = {*output, *(letter for _, term in terms for letter in term)}
        kept, part = ("".join(sorted(wanted & here)), f"{name}_{number}") if terms else (output, name)
        check_size("a part of a sum of products", tuple([lengths[letter] for letter in kept]))
        yield f"{part} = {_product(chosen, kept)}"
        terms.append((part, kept))
    if len(output) - axes > 1:
        yield f"{name} = {name}.flatten({axes - len(output)})"


def _product(terms: list[tuple[str, str]], output: str) -> str:
    """The sum of a product, of operands and their letters; a permutation, if one keeps all of its letters."""
    if len(terms) == 1 and sorted(terms[0][1]) == sorted(output):
        (text, letters), size = terms[0], len(output)
        places = [letters.index(letter) - size for letter in output]
        return text if letters == output else f"{text}.movedim({places}, {list(range(-size, 0))})"
    equation = f"{','.join([f'...{letters}' for _, letters in terms])}->...{output}"
    return f'torch.einsum("{equation}", {", ".join([text for text, _ in terms])})'


def _order(terms: list[str], output: str, lengths: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Which operands to multiply in each product, by their places among those that are left."""
    if len(terms) <= 2:
        return [tuple(range(len(terms)))]
    shapes = [tuple([lengths[letter] for letter in term]) for term in terms]
    path, _ = opt_einsum.contract_path(f"{','.join(terms)}->{output}", *shapes, shapes=True)
    return [tuple(places) for places in path]
