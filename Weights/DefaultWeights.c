#include "DefaultWeights.h"

// Embedded by the compiler (C23), so that a program is whole: no download, no path to look up, no copy at start-up.
_Alignas(64) static const unsigned char coarse[] = {
#embed "coarse.safetensors"
};

_Alignas(64) static const unsigned char edge[] = {
#embed "edge.safetensors"
};

const unsigned char *matting_coarse_weights(void) { return coarse; }

size_t matting_coarse_weights_size(void) { return sizeof coarse; }

const unsigned char *matting_edge_weights(void) { return edge; }

size_t matting_edge_weights_size(void) { return sizeof edge; }
