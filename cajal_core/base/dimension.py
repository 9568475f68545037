"""Dimensions too large to be written out: they are said as powers, and bounded.

A type that is doubled 24 times has 2^(2^24) basis vectors, a number of five million digits. No tensor has so
many entries, so that beyond a bound it only matters that a dimension is larger.
"""

from __future__ import annotations

import math
from itertools import count

#: From here on a dimension is said as a power. Up to here it is an ordinary number.
SAID_AS_POWER = 10**15
#: A dimension of more bits than this counts as one of just so many.
MOST_BITS = 2**14


class Huge(int):
    """A dimension of at least `SAID_AS_POWER`. What it is multiplied with is one again.

    Example:
        >>> print(times(10**17, 10**17), times(2**90, 3), times(2**10000, 2**10000))
        10^34 about 10^27 more than 2^16383
    """

    def __mul__(self, other: int) -> int:
        return times(self, other)

    __rmul__ = __mul__

    def __str__(self) -> str:
        number = int(self)
        if number.bit_length() >= MOST_BITS:
            return f"more than 2^{MOST_BITS - 1}"
        base, exponent = _power(number)
        return f"about 10^{int(math.log10(number))}" if exponent == 1 else f"{base}^{exponent}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)


def times(first: int, second: int) -> int:
    """The product of two dimensions."""
    product = int(first) * int(second)
    if product < SAID_AS_POWER:
        return product
    return Huge(product if product.bit_length() < MOST_BITS else 1 << (MOST_BITS - 1))


def plus(first: int, second: int) -> int:
    """The sum of two dimensions."""
    total = int(first) + int(second)
    if total < SAID_AS_POWER:
        return total
    return Huge(total if total.bit_length() < MOST_BITS else 1 << (MOST_BITS - 1))


def geometric(ratio: int, most: int) -> int:
    """1 + ratio + … + ratio^most: so many lists there are of at most so many elements.

    Example:
        >>> geometric(2, 3), geometric(1, 3), geometric(2, 10**9)
        (15, 4, more than 2^16383)
    """
    if ratio < 2:
        return plus(most if ratio else 0, 1)
    if (most + 1) * (int(ratio).bit_length() - 1) >= MOST_BITS:
        return Huge(1 << (MOST_BITS - 1))
    return plus((int(ratio) ** (most + 1) - 1) // (ratio - 1), 0)


def _power(number: int) -> tuple[int, int]:
    """The base and the largest exponent, if all prime factors are small; else the exponent is 1."""
    rest, exponents = number, dict[int, int]()
    for factor in count(2):
        while rest % factor == 0:
            rest //= factor
            exponents[factor] = exponents.get(factor, 0) + 1
        if factor > 100 or rest == 1:
            break
    exponent = math.gcd(*exponents.values()) if rest == 1 else 1
    return math.prod(factor ** (power // exponent) for factor, power in exponents.items()), exponent
