/// WebP through libwebp: frames alone, since the container around them is read and written without it. Only there in a
/// build with the trait.
#pragma once

/// Reads the header of a frame: a chunk VP8 or VP8L with its own header, and ALPH's before it.
cic_status cic_webp_read_header(const uint8_t *data, size_t size, cic_picture_info *info, cic_report *report);

/// Decodes a frame to rows of `row_bytes` each, of 3 or 4 channels; `capacity` is what is there from `pixels` on.
cic_status cic_webp_read_pixels(
    const uint8_t *data, size_t size, int channels, uint8_t *pixels, size_t capacity, size_t row_bytes,
    cic_report *report);

typedef struct cic_webp_options {
    bool lossless;
    /// 0 ... 9, of lossless encoding.
    int effort;
    /// 1 ... 100, of lossy encoding.
    int quality;
    /// Lossy encoding looks for colour samples that come out best where colours change.
    bool sharp;
} cic_webp_options;

/// Encodes 8-bit pixels of 1 to 4 channels as a whole file without metadata.
cic_status cic_webp_encode(
    const cic_pixels *pixels, const cic_webp_options *options, cic_bytes *bytes, cic_report *report);
