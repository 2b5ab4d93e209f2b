#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "support.h"

/// On the heap, so that nothing in it is lost when the library jumps.
struct cic_png_writer {
    png_structp png;
    png_infop info;
    /// Where `fail` jumps to; set again by every function that calls the library.
    jmp_buf escape;
    /// Why it jumped.
    cic_status status;
    cic_bytes bytes;
    cic_report report;
};

static _Noreturn void fail(cic_png_writer *writer, cic_status status) {
    writer->status = status;
    longjmp(writer->escape, 1);
}

static void on_error(png_structp png, png_const_charp text) {
    cic_png_writer *writer = png_get_error_ptr(png);
    cic_copy_text(writer->report.message, text);
    bool is_memory = strstr(text, "ut of memory") || strstr(text, "nsufficient memory");
    fail(writer, is_memory ? CIC_OUT_OF_MEMORY : CIC_MALFORMED);
}

static void on_warning(png_structp png, png_const_charp text) {
    cic_png_writer *writer = png_get_error_ptr(png);
    // What the library finds odd about a profile that it writes all the same was so in the picture, and stays so.
    if (strncmp(text, "profile '", 9) == 0) return;
    cic_add_note(&writer->report, text, strncmp(text, "iCCP", 4) == 0);
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
    cic_png_writer *writer = png_get_io_ptr(png);
    if (!cic_bytes_reserve(&writer->bytes, count)) fail(writer, CIC_OUT_OF_MEMORY);
    memcpy(writer->bytes.data + writer->bytes.count, source, count);
    writer->bytes.count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

static int color_type(int channels) {
    switch (channels) {
    case 1: return PNG_COLOR_TYPE_GRAY;
    case 2: return PNG_COLOR_TYPE_GRAY_ALPHA;
    case 3: return PNG_COLOR_TYPE_RGB;
    default: return PNG_COLOR_TYPE_RGB_ALPHA;
    }
}

cic_png_writer *cic_png_writer_create(void) {
    cic_png_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return NULL;
    if (setjmp(writer->escape)) {
        cic_png_writer_destroy(writer);
        return NULL;
    }
    writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
    if (writer->png) writer->info = png_create_info_struct(writer->png);
    if (!writer->info) {
        cic_png_writer_destroy(writer);
        return NULL;
    }
    png_set_write_fn(writer->png, writer, write_bytes, flush_bytes);
    png_set_benign_errors(writer->png, 1);  // A profile libpng does not like is left out, with a note.
    png_set_user_limits(writer->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_option(writer->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    return writer;
}

void cic_png_writer_destroy(cic_png_writer *writer) {
    if (!writer) return;
    if (!setjmp(writer->escape)) png_destroy_write_struct(&writer->png, &writer->info);
    free(writer->bytes.data);
    free(writer);
}

const cic_report *cic_png_writer_report(const cic_png_writer *writer) { return &writer->report; }

cic_status cic_png_write_header(
    cic_png_writer *writer, const cic_pixels *pixels, const cic_profile *profile
) {
    png_structp png = writer->png;
    if (setjmp(writer->escape)) return writer->status;
    png_set_IHDR(
        png, writer->info, pixels->width, pixels->height, pixels->bit_depth, color_type(pixels->channels),
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (profile->size > 0) {
        png_set_iCCP(
            png, writer->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, profile->data, (png_uint_32)profile->size);
    }
    png_write_info(png, writer->info);
    return CIC_OK;
}

cic_status cic_png_write_chunk(cic_png_writer *writer, const char *name, const uint8_t *data, size_t size) {
    if (size > PNG_UINT_31_MAX) return CIC_WRONG_BUFFER;
    if (setjmp(writer->escape)) return writer->status;
    png_write_chunk(writer->png, (png_const_bytep)name, data, size);
    return CIC_OK;
}

cic_status cic_png_write_data(cic_png_writer *writer, const uint8_t *data, size_t size) {
    static const png_byte name[] = "IDAT";
    if (setjmp(writer->escape)) return writer->status;
    for (size_t offset = 0; offset < size;) {
        size_t count = size - offset < PNG_UINT_31_MAX ? size - offset : PNG_UINT_31_MAX;
        png_write_chunk(writer->png, name, data + offset, count);
        offset += count;
    }
    return CIC_OK;
}

cic_status cic_png_write_end(cic_png_writer *writer, cic_bytes *bytes) {
    static const png_byte name[] = "IEND";
    if (setjmp(writer->escape)) return writer->status;
    // Not png_write_end, which misses the pixels that it did not compress itself.
    png_write_chunk(writer->png, name, NULL, 0);
    *bytes = writer->bytes;
    memset(&writer->bytes, 0, sizeof writer->bytes);
    return CIC_OK;
}
