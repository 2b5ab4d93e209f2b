"""Procedural subjects with exact alpha: hair, fur, feathers, foliage, cloth, glass, vapour, thin things and hard-edged products."""
