#ifdef CIC_TIFF

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "support.h"
#include "tiff_pixels.h"

#if TIFFLIB_VERSION < 20221213
#error "the trait TIFF needs libtiff 4.5 or newer, whose errors can be had file by file"
#endif

struct cic_tiff_reader {
    TIFF *tiff;
    const uint8_t *data;
    size_t size;
    size_t offset;
    uint64_t max_pixels;
    cic_report report;
    bool tolerant;
    bool has_error;
    bool is_out_of_memory;
    /// The library asked for bytes beyond the last one.
    bool is_cut;
    /// Pixels are being decoded: from here on, remarks concern them.
    bool is_in_pixels;
    tiff_layout layout;
};

// MARK: - What the library calls

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)module;
    cic_tiff_reader *reader = user;
    char text[CIC_TEXT_SIZE];
    vsnprintf(text, sizeof text, format, arguments);
    if (!reader->has_error && !reader->report.damaged) cic_copy_text(reader->report.message, text);
    reader->has_error = true;
    if (strstr(text, "ut of memory") || strstr(text, "o space for")) reader->is_out_of_memory = true;
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)module;
    cic_tiff_reader *reader = user;
    char text[CIC_TEXT_SIZE];
    // Tags of programs' own are everywhere.
    if (strstr(format, "Unknown field with tag")) return 1;
    vsnprintf(text, sizeof text, format, arguments);
    if (!reader->is_in_pixels) {
        cic_add_note(&reader->report, text, false);
    } else {
        if (!reader->has_error) cic_copy_text(reader->report.message, text);
        reader->has_error = true;
    }
    return 1;
}

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t count) {
    cic_tiff_reader *reader = handle;
    if (count <= 0) return 0;
    size_t rest = reader->offset < reader->size ? reader->size - reader->offset : 0;
    size_t step = (size_t)count < rest ? (size_t)count : rest;
    if (step < (size_t)count) reader->is_cut = true;
    if (step > 0) memcpy(target, reader->data + reader->offset, step);
    reader->offset += step;
    return (tmsize_t)step;
}

static tmsize_t write_bytes(thandle_t handle, void *source, tmsize_t count) {
    (void)handle;
    (void)source;
    (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    cic_tiff_reader *reader = handle;
    uint64_t base = whence == SEEK_CUR ? reader->offset : whence == SEEK_END ? reader->size : 0;
    uint64_t target = base + offset;
    // Nothing is to be found there; the library learns it when it reads.
    if (target > reader->size) {
        target = reader->size;
        reader->is_cut = true;
        reader->offset = reader->size;
        return offset;
    }
    reader->offset = (size_t)target;
    return target;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) { return ((cic_tiff_reader *)handle)->size; }

// MARK: - Reader

cic_tiff_reader *cic_tiff_reader_create(const uint8_t *data, size_t size, uint64_t max_pixels, bool tolerant) {
    cic_tiff_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->data = data;
    reader->size = size;
    reader->max_pixels = max_pixels;
    reader->tolerant = tolerant;
    return reader;
}

void cic_tiff_reader_destroy(cic_tiff_reader *reader) {
    if (!reader) return;
    if (reader->tiff) TIFFClose(reader->tiff);
    tiff_layout_release(&reader->layout);
    free(reader);
}

const cic_report *cic_tiff_reader_report(const cic_tiff_reader *reader) { return &reader->report; }

static cic_status failure(const cic_tiff_reader *reader) {
    if (reader->is_out_of_memory) return CIC_OUT_OF_MEMORY;
    return reader->is_cut ? CIC_TRUNCATED : CIC_MALFORMED;
}

cic_status cic_tiff_read_header(cic_tiff_reader *reader, cic_picture_info *info) {
    memset(info, 0, sizeof *info);
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return CIC_OUT_OF_MEMORY;
    uint64_t max_bytes = reader->max_pixels > (1u << 26) ? reader->max_pixels : (1u << 26);
    if (max_bytes > (uint64_t)1 << 40) max_bytes = (uint64_t)1 << 40;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)(max_bytes * 8));
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, reader);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
    // Not mapped: what the library changes must be its own.
    reader->tiff = TIFFClientOpenExt(
        "", "rm", reader, read_bytes, write_bytes, seek, close_nothing, size_of, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    if (!reader->tiff) {
        if (!reader->has_error) cic_copy_text(reader->report.message, "there is no picture in it");
        return failure(reader);
    }
    cic_status status = tiff_layout_read(&reader->layout, reader->tiff, &reader->report);
    if (status != CIC_OK) return status;
    const tiff_layout *layout = &reader->layout;
    info->width = layout->width;
    info->height = layout->height;
    info->channels = layout->output_channels;
    info->bit_depth = layout->output_bits;
    info->is_cmyk = layout->photometric == PHOTOMETRIC_SEPARATED;
    reader->has_error = false;
    reader->report.message[0] = 0;
    return CIC_OK;
}

/// Decodes a strip or tile of each plane that is needed, one behind the other.
static bool read_chunk(cic_tiff_reader *reader, uint32_t x, uint32_t y, uint8_t *chunk, size_t chunk_bytes) {
    const tiff_layout *layout = &reader->layout;
    bool is_sound = true;
    for (int plane = 0; plane < layout->plane_count; plane++) {
        uint8_t *target = chunk + (size_t)plane * chunk_bytes;
        uint16_t sample = layout->is_planar ? layout->planes[plane] : 0;
        tmsize_t count;
        if (layout->is_tiled) {
            uint32_t tile = TIFFComputeTile(reader->tiff, x, y, 0, sample);
            count = TIFFReadEncodedTile(reader->tiff, tile, target, (tmsize_t)chunk_bytes);
        } else {
            uint32_t strip = TIFFComputeStrip(reader->tiff, y, sample);
            count = TIFFReadEncodedStrip(reader->tiff, strip, target, (tmsize_t)chunk_bytes);
        }
        if (count < 0 || reader->has_error) {
            is_sound = false;
            if (!reader->tolerant) return false;
        }
    }
    return is_sound;
}

cic_status cic_tiff_read_pixels(cic_tiff_reader *reader, uint8_t *pixels, size_t capacity) {
    const tiff_layout *layout = &reader->layout;
    cic_report *report = &reader->report;
    size_t row_bytes = (size_t)layout->width * layout->output_channels * (layout->output_bits / 8);
    if (row_bytes == 0 || capacity / row_bytes < layout->height) return CIC_WRONG_BUFFER;
    uint64_t chunk_pixels = (uint64_t)layout->chunk_width * layout->chunk_height;
    uint64_t chunk_bytes = layout->is_tiled ? TIFFTileSize64(reader->tiff) : TIFFStripSize64(reader->tiff);
    uint64_t max_bytes = (reader->max_pixels > 65536 ? reader->max_pixels : 65536) * 16;
    if (chunk_pixels == 0 || chunk_bytes == 0 || chunk_bytes > max_bytes / (uint64_t)layout->plane_count) {
        snprintf(report->message, CIC_TEXT_SIZE, "its strips or tiles are too large");
        return CIC_UNSUPPORTED;
    }
    size_t chunk_row_bytes = tiff_layout_chunk_row_bytes(layout);
    if (chunk_bytes / layout->chunk_height < chunk_row_bytes) {
        snprintf(report->message, CIC_TEXT_SIZE, "its strips or tiles are smaller than their rows");
        return CIC_MALFORMED;
    }
    uint8_t *chunk = calloc((size_t)layout->plane_count, (size_t)chunk_bytes);
    tiff_row row = {0};
    if (!chunk || !tiff_row_allocate(&row, layout)) {
        free(chunk);
        return CIC_OUT_OF_MEMORY;
    }
    reader->is_in_pixels = true;
    reader->is_cut = false;
    cic_status status = CIC_OK;
    for (uint64_t top = 0; top < layout->height && status == CIC_OK; top += layout->chunk_height) {
        for (uint64_t left = 0; left < layout->width && status == CIC_OK; left += layout->chunk_width) {
            uint32_t x = (uint32_t)left;
            uint32_t y = (uint32_t)top;
            if (reader->tolerant) memset(chunk, 0, (size_t)layout->plane_count * (size_t)chunk_bytes);
            reader->has_error = false;
            bool is_sound = read_chunk(reader, x, y, chunk, (size_t)chunk_bytes);
            if (!is_sound) {
                if (!report->damaged) report->sound_rows = y;
                report->damaged = true;
                report->truncated = report->truncated || reader->is_cut;
                if (!reader->tolerant || reader->is_out_of_memory) {
                    status = failure(reader);
                    break;
                }
            } else {
                report->has_pixels = true;
            }
            uint32_t rows = layout->height - y < layout->chunk_height ? layout->height - y : layout->chunk_height;
            uint32_t columns = layout->width - x < layout->chunk_width ? layout->width - x : layout->chunk_width;
            for (uint32_t line = 0; line < rows; line++) {
                uint8_t *target = pixels + (size_t)(y + line) * row_bytes
                    + (size_t)x * layout->output_channels * (layout->output_bits / 8);
                tiff_convert_row(
                    layout, &row, chunk + (size_t)line * chunk_row_bytes, (size_t)chunk_bytes, columns, target);
            }
        }
    }
    reader->is_in_pixels = false;
    free(chunk);
    tiff_row_release(&row);
    if (status != CIC_OK) return status;
    if (report->damaged && !report->has_pixels) return failure(reader);
    if (!report->damaged) report->sound_rows = layout->height;
    return CIC_OK;
}

#else

typedef int cic_no_tiff;

#endif
