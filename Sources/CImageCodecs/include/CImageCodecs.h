/// Pictures through the libraries of their formats, as calls that return a status.
///
/// libpng and libjpeg report errors by longjmp, which Swift cannot call across. Every function here catches its library's
/// jump itself: none leaves this module. Pixels are decoded straight into the caller's memory.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CIC_TEXT_SIZE 208
#define CIC_MAX_NOTES 6
/// Notes that only remarks about something lost may take.
#define CIC_KEPT_NOTES 2

typedef enum cic_status {
    CIC_OK = 0,
    /// The bytes break the format's rules; the text is the library's.
    CIC_MALFORMED,
    /// The bytes end before the picture does.
    CIC_TRUNCATED,
    /// A legal file of a kind that the library does not read.
    CIC_UNSUPPORTED,
    /// A progressive JPEG with more scans than allowed.
    CIC_TOO_MANY_SCANS,
    /// A PNG chunk other than the pixels is larger than allowed.
    CIC_METADATA_TOO_LARGE,
    CIC_OUT_OF_MEMORY,
    /// The caller's memory does not fit the picture: a mistake in the caller.
    CIC_WRONG_BUFFER,
} cic_status;

/// What a library said about one file.
typedef struct cic_report {
    /// The error, or in tolerant reading the first remark that concerns pixels; empty if none.
    char message[CIC_TEXT_SIZE];
    /// Remarks that leave every pixel as it is, such as an ancillary chunk that was skipped.
    char notes[CIC_MAX_NOTES][CIC_TEXT_SIZE];
    int note_count;
    /// Tolerant reading met damage and went on.
    bool damaged;
    /// The damage was, at least, an early end of the bytes.
    bool truncated;
    /// Rows from the top that were complete before the first damage, or at the error.
    uint32_t sound_rows;
    /// Some pixels were written, though perhaps no complete row.
    bool has_pixels;
    /// All pixels are there, and the file's end mark is not.
    bool end_missing;
} cic_report;

/// What the caller must provide memory for: `width * height * channels` samples of `bit_depth` bits.
typedef struct cic_picture_info {
    uint32_t width;
    uint32_t height;
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    int channels;
    /// 8 or 16 (native byte order).
    int bit_depth;
    /// The file stores CMYK inks; the pixels are converted to RGB without a profile.
    bool is_cmyk;
} cic_picture_info;

/// A colour profile; when read, owned by the reader.
typedef struct cic_profile {
    const uint8_t *data;
    size_t size;
} cic_profile;

/// Pixels to encode: 8 or 16 bits (native byte order), 1 to 4 channels, rows without padding.
typedef struct cic_pixels {
    const void *samples;
    uint32_t width;
    uint32_t height;
    int channels;
    int bit_depth;
} cic_pixels;

/// Encoded bytes; the caller releases `data` with free().
typedef struct cic_bytes {
    uint8_t *data;
    size_t count;
    size_t capacity;
} cic_bytes;

/// Blocks of at least so many bytes are mapped by themselves, where the C library is GNU's; elsewhere nothing changes.
void cic_map_blocks(size_t least);

// MARK: - JPEG

typedef struct cic_jpeg_reader cic_jpeg_reader;

/// A reader of `size` bytes at `data`, which must outlive it; NULL when memory is refused.
cic_jpeg_reader *cic_jpeg_reader_create(const uint8_t *data, size_t size, int max_scans, bool tolerant);
void cic_jpeg_reader_destroy(cic_jpeg_reader *reader);
const cic_report *cic_jpeg_reader_report(const cic_jpeg_reader *reader);

/// Reads up to the first scan; allocates nothing that grows with the picture. No segment about anything but pixels is
/// kept: the library finds the end of a list for each anew, so that their number would count twice over.
cic_status cic_jpeg_read_header(cic_jpeg_reader *reader, cic_picture_info *info);

/// Between header and pixels: decodes a half, a quarter or an eighth of the picture, the least that has `width` and `height`
/// pixels, and says what that is.
void cic_jpeg_reduce(cic_jpeg_reader *reader, uint32_t width, uint32_t height, cic_picture_info *info);

/// Decodes all rows to `pixels`: grey stays grey, everything else becomes RGB.
cic_status cic_jpeg_read_pixels(cic_jpeg_reader *reader, uint8_t *pixels, size_t capacity);

typedef struct cic_jpeg_options {
    /// 1 ... 100
    int quality;
    /// Chroma samples are shared by this many pixels across and down: 1 or 2.
    int chroma_across;
    int chroma_down;
    /// JFIF's: 0 for a ratio alone, 1 for pixels an inch, 2 for pixels a centimetre.
    int density_unit;
    int density_across;
    int density_down;
    /// Whole segments strung together, each with its marker and length, to be written behind JFIF's own.
    const uint8_t *segments;
    size_t segments_size;
} cic_jpeg_options;

/// Encodes 8-bit grey or RGB pixels.
cic_status cic_jpeg_encode(
    const cic_pixels *pixels, const cic_profile *profile, const cic_jpeg_options *options, cic_bytes *bytes,
    cic_report *report);

// MARK: - PNG

typedef struct cic_png_reader cic_png_reader;

/// A reader of `size` bytes at `data`, which must outlive it; NULL when memory is refused.
cic_png_reader *cic_png_reader_create(const uint8_t *data, size_t size, size_t max_chunk_bytes, bool tolerant);
void cic_png_reader_destroy(cic_png_reader *reader);
const cic_report *cic_png_reader_report(const cic_png_reader *reader);

/// Reads up to the first pixel data; allocates nothing that grows with the picture.
cic_status cic_png_read_header(cic_png_reader *reader, cic_picture_info *info);

/// Decodes all rows to `pixels`; palettes, transparent colours and less than 8 bits are expanded.
cic_status cic_png_read_pixels(cic_png_reader *reader, uint8_t *pixels, size_t capacity);

/// The colour profile, which comes before the pixels; empty if there is none.
void cic_png_read_profile(cic_png_reader *reader, cic_profile *profile);

typedef struct cic_png_writer cic_png_writer;

/// A writer of one file, in memory; NULL when memory is refused. Calls for one writer must not overlap, but may come from
/// different threads.
cic_png_writer *cic_png_writer_create(void);
void cic_png_writer_destroy(cic_png_writer *writer);
const cic_report *cic_png_writer_report(const cic_png_writer *writer);

/// Writes the header and the profile; `pixels->samples` is not looked at.
cic_status cic_png_write_header(
    cic_png_writer *writer, const cic_pixels *pixels, const cic_profile *profile);

/// Writes a chunk that no pixel depends on, between header and pixels; `name` has four letters.
cic_status cic_png_write_chunk(cic_png_writer *writer, const char *name, const uint8_t *data, size_t size);

/// Appends to the pixels' zlib stream: the filtered rows, compressed by the caller.
cic_status cic_png_write_data(cic_png_writer *writer, const uint8_t *data, size_t size);

/// Ends the file and hands it over; on failure it stays with the writer.
cic_status cic_png_write_end(cic_png_writer *writer, cic_bytes *bytes);

#include "cic_heif.h"
#include "cic_tiff.h"
#include "cic_webp.h"
