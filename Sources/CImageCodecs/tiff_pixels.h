/// How a TIFF file's samples lie, and what becomes of them.
#pragma once

#include <tiffio.h>

#include "support.h"

enum { tiff_max_planes = 5 };

typedef struct tiff_layout {
    uint32_t width;
    uint32_t height;
    /// Of a sample as it is stored, 1 ... 16.
    int bits;
    /// Of a pixel as it is stored, further channels too.
    uint16_t samples;
    uint16_t photometric;
    /// 1, 3 or 4 inks.
    int colors;
    /// Which sample is alpha; −1 without any.
    int alpha;
    bool is_premultiplied;
    bool is_planar;
    bool is_tiled;
    /// A strip or tile, in pixels.
    uint32_t chunk_width;
    uint32_t chunk_height;
    /// Which planes are read, where each channel has its own; else one that has all.
    int plane_count;
    uint16_t planes[tiff_max_planes];
    int output_channels;
    int output_bits;
    /// A palette's red, green and blue, one table behind the other.
    uint16_t *palette;
} tiff_layout;

/// Reads what the first directory says of pixels.
cic_status tiff_layout_read(tiff_layout *layout, TIFF *tiff, cic_report *report);
void tiff_layout_release(tiff_layout *layout);

/// Bytes of a row of a strip or tile, of one plane where each channel has its own.
size_t tiff_layout_chunk_row_bytes(const tiff_layout *layout);

/// Memory for the samples of one row as numbers.
typedef struct tiff_row {
    uint16_t *values;
    uint16_t *plane;
} tiff_row;

bool tiff_row_allocate(tiff_row *row, const tiff_layout *layout);
void tiff_row_release(tiff_row *row);

/// Converts `columns` pixels of a row of a chunk, whose planes lie `plane_bytes` apart.
void tiff_convert_row(
    const tiff_layout *layout, tiff_row *row, const uint8_t *source, size_t plane_bytes, uint32_t columns,
    uint8_t *target);
