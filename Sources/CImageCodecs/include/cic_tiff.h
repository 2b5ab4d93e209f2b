/// TIFF through libtiff, pixels alone: what the file says beside them is read without it. Only there in a build with the
/// trait.
#pragma once

typedef struct cic_tiff_reader cic_tiff_reader;

/// A reader of the first picture in `size` bytes at `data`, which must outlive it; NULL when memory is refused.
///
/// - `max_pixels`: of a strip or tile, too.
cic_tiff_reader *cic_tiff_reader_create(const uint8_t *data, size_t size, uint64_t max_pixels, bool tolerant);
void cic_tiff_reader_destroy(cic_tiff_reader *reader);
const cic_report *cic_tiff_reader_report(const cic_tiff_reader *reader);

/// Reads the first directory.
cic_status cic_tiff_read_header(cic_tiff_reader *reader, cic_picture_info *info);

/// Decodes all strips or tiles to `pixels`: palettes and inks become RGB, alpha straight, 1 to 7 bits 8, 9 to 15 bits 16.
cic_status cic_tiff_read_pixels(cic_tiff_reader *reader, uint8_t *pixels, size_t capacity);
