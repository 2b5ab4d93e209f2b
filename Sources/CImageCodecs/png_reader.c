#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "support.h"

enum {
    /// Bytes of an IDAT chunk that are read at a time.
    piece = 2048,
    /// Bytes of pixel data that are read beyond the last row. Right ones are a few: the end of the stream and its checksum;
    /// others can stand for a thousand times their number in zeros, which libpng would inflate to the last.
    max_excess = 1024,
};

struct cic_png_reader {
    png_structp png;
    png_infop info;
    const uint8_t *data;
    size_t size;
    size_t offset;
    /// Where `fail` jumps to; set again by every function that calls the library.
    jmp_buf escape;
    /// Why it jumped.
    cic_status status;
    cic_report report;
    bool tolerant;
    /// The pass and row being decoded: what is sound if decoding stops.
    int pass;
    int pass_count;
    uint32_t row;
    /// Rows of all passes that the file stores, and how many of them are decoded.
    uint64_t stored_rows;
    uint64_t decoded_rows;
    /// The bytes end before the end mark does.
    bool is_cut;
    /// Bytes read since the last row, while libpng looks for the end of the pixel data.
    size_t excess;
    bool has_excess;
    bool is_in_rows;
    /// What the header promised.
    size_t row_bytes;
};

static _Noreturn void fail(cic_png_reader *reader, cic_status status) {
    reader->status = status;
    longjmp(reader->escape, 1);
}

static bool contains(const char *text, const char *part) { return strstr(text, part) != NULL; }

static void on_error(png_structp png, png_const_charp text) {
    cic_png_reader *reader = png_get_error_ptr(png);
    cic_copy_text(reader->report.message, text);
    bool is_memory = contains(text, "ut of memory") || contains(text, "nsufficient memory");
    fail(reader, is_memory ? CIC_OUT_OF_MEMORY : CIC_MALFORMED);
}

/// libpng only warns of chunks beyond its limit, and then allocates room for them. The others of that size are skipped
/// or, being pixels, read piece by piece.
static bool is_oversized_metadata(const char *text) {
    return contains(text, "chunk data is too large") && contains(text, "iCCP:");
}

/// True for warnings after which every pixel is still what the encoder meant.
///
/// libpng puts the chunk's name first. A capital initial marks chunks that pixels depend on; of the others, which
/// libpng skips when they are wrong, only tRNS does. A wrong checksum may have changed the name itself.
static bool is_harmless(const char *text) {
    static const char *const harmless[] = {
        "chunk data is too large", "Too much image data", "Extra compressed data"};
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (contains(text, harmless[i])) return true;
    }
    if (contains(text, "CRC error") || contains(text, "tRNS:")) return false;
    bool names_critical_chunk = text[0] >= 'A' && text[0] <= 'Z' && strlen(text) > 4 && text[4] == ':';
    return !names_critical_chunk;
}

/// Whether every stored row is decoded and, where decoding stops now, in the caller's memory.
static bool is_complete(const cic_png_reader *reader) {
    return reader->stored_rows > 0 && reader->decoded_rows == reader->stored_rows;
}

static uint32_t sound_rows(const cic_png_reader *reader) {
    if (is_complete(reader)) return png_get_image_height(reader->png, reader->info);
    return reader->pass_count > 0 && reader->pass == reader->pass_count - 1 ? reader->row : 0;
}

static void on_warning(png_structp png, png_const_charp text) {
    cic_png_reader *reader = png_get_error_ptr(png);
    cic_report *report = &reader->report;
    if (is_oversized_metadata(text)) fail(reader, CIC_METADATA_TOO_LARGE);
    if (is_harmless(text)) {
        cic_add_note(report, text, strncmp(text, "iCCP", 4) == 0);
        return;
    }
    if (!report->damaged) {
        cic_copy_text(report->message, text);
        report->sound_rows = sound_rows(reader);
    }
    report->damaged = true;
    if (!reader->tolerant) fail(reader, CIC_MALFORMED);
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    cic_png_reader *reader = png_get_io_ptr(png);
    if (reader->size - reader->offset < count) {
        cic_copy_text(reader->report.message, "the data ends early");
        reader->report.truncated = true;
        fail(reader, CIC_TRUNCATED);
    }
    if (reader->is_in_rows && is_complete(reader)) {
        reader->excess += count;
        reader->has_excess = reader->excess > max_excess;
        if (reader->has_excess) fail(reader, CIC_OK);
    }
    memcpy(target, reader->data + reader->offset, count);
    reader->offset += count;
}

/// Called with each row once it is decoded; nothing can fail any more before it is in the caller's memory.
static void count_row(png_structp png, png_row_infop row, png_bytep bytes) {
    (void)row;
    (void)bytes;
    cic_png_reader *reader = png_get_io_ptr(png);
    reader->decoded_rows += 1;
}

static uint64_t count_stored_rows(uint32_t width, uint32_t height, bool is_interlaced) {
    if (!is_interlaced) return height;
    uint64_t count = 0;
    for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        if (PNG_PASS_COLS(width, pass) > 0) count += PNG_PASS_ROWS(height, pass);
    }
    return count;
}

/// Whether the chunks, one behind the other, lead beyond the bytes before an IEND chunk is complete.
static bool is_cut(const uint8_t *data, size_t size) {
    enum { signature = 8, frame = 12 };  // A chunk has a length, a name and a checksum.
    size_t at = signature;
    while (at <= size && size - at >= frame) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 | (size_t)data[at + 2] << 8 | data[at + 3];
        if (length > size - at - frame) return true;
        if (memcmp(data + at + 4, "IEND", 4) == 0) return false;
        at += frame + length;
    }
    return true;
}

/// Of a file that is cut, what libpng reads at a time is lost altogether when the data ends in the middle of it: near the
/// end it reads byte by byte, so that no row is missed.
static void choose_piece(cic_png_reader *reader) {
    if (!reader->is_cut) return;
    bool is_near = (reader->size - reader->offset) / 2 < reader->row_bytes + 65536;
    png_set_compression_buffer_size(reader->png, is_near ? 1 : piece);
}

cic_png_reader *cic_png_reader_create(const uint8_t *data, size_t size, size_t max_chunk_bytes, bool tolerant) {
    // Of the chunks that pixels do not depend on, only this one is looked at: no gamma or chromaticity is ever applied,
    // and the others are found without the library.
    static const png_byte wanted[] = "iCCP";
    cic_png_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->data = data;
    reader->size = size;
    reader->tolerant = tolerant;
    if (setjmp(reader->escape)) {
        cic_png_reader_destroy(reader);
        return NULL;
    }
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (!reader->info) {
        cic_png_reader_destroy(reader);
        return NULL;
    }
    png_set_read_fn(reader->png, reader, read_bytes);
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // The caller checks the size, with its own error.
    png_set_chunk_malloc_max(reader->png, max_chunk_bytes);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_AS_DEFAULT, wanted, 1);
    png_set_option(reader->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_set_read_user_transform_fn(reader->png, count_row);
    png_set_compression_buffer_size(reader->png, piece);
    reader->is_cut = is_cut(data, size);
    return reader;
}

void cic_png_reader_destroy(cic_png_reader *reader) {
    if (!reader) return;
    if (!setjmp(reader->escape)) png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}

const cic_report *cic_png_reader_report(const cic_png_reader *reader) { return &reader->report; }

cic_status cic_png_read_header(cic_png_reader *reader, cic_picture_info *info) {
    memset(info, 0, sizeof *info);
    if (setjmp(reader->escape)) return reader->status;

    png_read_info(reader->png, reader->info);
    int color_type = png_get_color_type(reader->png, reader->info);
    bool has_transparency = png_get_valid(reader->png, reader->info, PNG_INFO_tRNS) != 0;
    bool has_alpha = has_transparency || (color_type & PNG_COLOR_MASK_ALPHA);
    info->width = png_get_image_width(reader->png, reader->info);
    info->height = png_get_image_height(reader->png, reader->info);
    info->channels = ((color_type & PNG_COLOR_MASK_COLOR) ? 3 : 1) + (has_alpha ? 1 : 0);
    info->bit_depth = png_get_bit_depth(reader->png, reader->info) == 16 ? 16 : 8;
    reader->row_bytes = (size_t)info->width * info->channels * (info->bit_depth / 8);
    bool is_interlaced = png_get_interlace_type(reader->png, reader->info) != PNG_INTERLACE_NONE;
    reader->stored_rows = count_stored_rows(info->width, info->height, is_interlaced);

    png_set_expand(reader->png);  // Palette to RGB, tRNS to alpha, 1, 2 and 4 bits to 8.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (info->bit_depth == 16) png_set_swap(reader->png);
#endif
    return CIC_OK;
}

cic_status cic_png_read_pixels(cic_png_reader *reader, uint8_t *pixels, size_t capacity) {
    cic_report *report = &reader->report;
    if (setjmp(reader->escape)) {
        reader->is_in_rows = false;
        if (!report->damaged) report->sound_rows = sound_rows(reader);
        if (!is_complete(reader)) return reader->status;
        report->has_pixels = true;
        if (reader->has_excess) {
            cic_add_note(report, "there is more pixel data than pixels; what follows them was left unread", true);
            return CIC_OK;
        }
        report->end_missing = reader->status == CIC_TRUNCATED;
        report->truncated = false;
        return report->end_missing ? CIC_OK : reader->status;
    }
    int pass_count = png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
    size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
    uint32_t height = png_get_image_height(reader->png, reader->info);
    if (row_bytes == 0 || capacity / row_bytes < height) return CIC_WRONG_BUFFER;
    if (row_bytes != reader->row_bytes) {
        // A damaged transparency chunk counts as there and yet has no colours: rows are not what the header promised.
        cic_copy_text(report->message, "the transparency chunk is damaged");
        fail(reader, CIC_MALFORMED);
    }

    reader->pass_count = pass_count;
    reader->is_in_rows = true;
    for (reader->pass = 0; reader->pass < pass_count; reader->pass++) {
        for (reader->row = 0; reader->row < height; reader->row++) {
            choose_piece(reader);
            png_read_row(reader->png, pixels + reader->row * row_bytes, NULL);
            report->has_pixels = true;
        }
    }
    reader->is_in_rows = false;
    reader->pass = pass_count - 1;
    png_read_end(reader->png, reader->info);
    if (!report->damaged) report->sound_rows = height;
    return CIC_OK;
}

void cic_png_read_profile(cic_png_reader *reader, cic_profile *profile) {
    memset(profile, 0, sizeof *profile);
    if (setjmp(reader->escape)) return;
    png_charp name = NULL;
    int compression = 0;
    png_bytep data = NULL;
    png_uint_32 size = 0;
    if (png_get_iCCP(reader->png, reader->info, &name, &compression, &data, &size)) {
        profile->data = data;
        profile->size = size;
    }
}
