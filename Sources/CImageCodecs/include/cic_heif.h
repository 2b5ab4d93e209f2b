/// HEIC and AVIF through libheif. Only there in a build with the trait.
#pragma once

typedef struct cic_heif_reader cic_heif_reader;

/// What a file says of its colours in numbers. Source: ITU-T H.273.
typedef struct cic_heif_colors {
    bool is_known;
    int primaries;
    int transfer;
} cic_heif_colors;

/// A reader of the primary picture in `size` bytes at `data`, which must outlive it; NULL when memory is refused.
cic_heif_reader *cic_heif_reader_create(const uint8_t *data, size_t size, bool tolerant);
void cic_heif_reader_destroy(cic_heif_reader *reader);
const cic_report *cic_heif_reader_report(const cic_heif_reader *reader);

/// Reads everything but pixels; `info` is of the picture as it will be shown.
///
/// - `max_side`: libheif's own limit for width and height, in pixels.
cic_status cic_heif_read_header(cic_heif_reader *reader, int max_side, cic_picture_info *info);

/// Pictures beside each other in the file, not counting previews and maps.
int cic_heif_picture_count(const cic_heif_reader *reader);
cic_heif_colors cic_heif_read_colors(const cic_heif_reader *reader);

/// Size of the ICC profile in bytes, 0 if there is none, and the profile.
size_t cic_heif_profile_size(const cic_heif_reader *reader);
bool cic_heif_copy_profile(const cic_heif_reader *reader, uint8_t *target);

/// Size of the first block of metadata of a kind in bytes, 0 if there is none, and the block.
size_t cic_heif_metadata_size(const cic_heif_reader *reader, bool is_xmp);
bool cic_heif_copy_metadata(const cic_heif_reader *reader, bool is_xmp, uint8_t *target);

/// Decodes the picture and applies its transformations, into memory of the library's own; `info` then says what came out.
cic_status cic_heif_decode(cic_heif_reader *reader, cic_picture_info *info);

/// Copies the decoded pixels: alpha straight, 9 to 15 bits become 16.
cic_status cic_heif_copy_pixels(cic_heif_reader *reader, uint8_t *pixels, size_t capacity);
