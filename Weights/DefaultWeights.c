#include "DefaultWeights.h"

// Embedded by the compiler (C23), so that a program is whole: no download, no path to look up, no copy at start-up.
_Alignas(64) static const unsigned char weights[] = {
#embed "default.safetensors"
};

const unsigned char *matting_default_weights(void) { return weights; }

size_t matting_default_weights_size(void) { return sizeof weights; }
