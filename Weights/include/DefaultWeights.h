#pragma once
#include <stddef.h>

/// The default weight file, byte for byte, in read-only memory of the program; aligned to 64 bytes.
const unsigned char *matting_default_weights(void);

/// Its length in bytes.
size_t matting_default_weights_size(void);
