"""Live pictures: how numbers and JavaScript get into a page, from a kernel or into a file of their own."""
