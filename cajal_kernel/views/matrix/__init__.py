"""The picture of a linear map: its matrix, under the names of the basis vectors.

    from cajal_kernel.views.matrix import Matrix, matrix_picture, neuron_matrix

`data` is what is shown, `facts` what is said of it. `text`, `table` and `raster` are its static forms, `live`
what is sent to a page; `picture` puts them together, and `difference` sets two maps beside each other.
`weights` are those of what is learned and linked.
"""

from __future__ import annotations

from cajal_kernel.views.matrix.data import Matrix as Matrix
from cajal_kernel.views.matrix.data import neuron_matrix as neuron_matrix
from cajal_kernel.views.matrix.data import table_matrix as table_matrix
from cajal_kernel.views.matrix.data import tensor_matrix as tensor_matrix
from cajal_kernel.views.matrix.difference import pictures as pictures
from cajal_kernel.views.matrix.picture import matrix_picture as matrix_picture
from cajal_kernel.views.matrix.table import matrix_html as matrix_html
from cajal_kernel.views.matrix.text import matrix_text as matrix_text
