#pragma once
#include <stddef.h>

/// The weight file of the default coarse network, byte for byte, in read-only memory of the program; aligned to 64 bytes.
const unsigned char *matting_coarse_weights(void);

/// Its length in bytes.
size_t matting_coarse_weights_size(void);

/// The weight file of the edge network, as above.
const unsigned char *matting_edge_weights(void);

/// Its length in bytes.
size_t matting_edge_weights_size(void);
