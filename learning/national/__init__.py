"""A fictional country of any size, to see how the product behaves with as much as England has."""
