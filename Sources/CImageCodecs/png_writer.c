#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "support.h"

/// One encoding; on the heap, so that nothing in it is lost when the library jumps.
typedef struct png_job {
    png_structp png;
    png_infop info;
    jmp_buf escape;
    cic_status status;
    cic_bytes bytes;
    cic_report *report;
} png_job;

static _Noreturn void fail(png_job *job, cic_status status) {
    job->status = status;
    longjmp(job->escape, 1);
}

static void on_error(png_structp png, png_const_charp text) {
    png_job *job = png_get_error_ptr(png);
    cic_copy_text(job->report->message, text);
    bool is_memory = strstr(text, "ut of memory") || strstr(text, "nsufficient memory");
    fail(job, is_memory ? CIC_OUT_OF_MEMORY : CIC_MALFORMED);
}

static void on_warning(png_structp png, png_const_charp text) {
    png_job *job = png_get_error_ptr(png);
    cic_add_note(job->report, text);
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
    png_job *job = png_get_io_ptr(png);
    if (!cic_bytes_reserve(&job->bytes, count)) fail(job, CIC_OUT_OF_MEMORY);
    memcpy(job->bytes.data + job->bytes.count, source, count);
    job->bytes.count += count;
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

static int filters(cic_png_filter filter) {
    switch (filter) {
    case CIC_FILTER_LEFT: return PNG_FILTER_SUB;
    case CIC_FILTER_AVERAGE: return PNG_FILTER_AVG;
    case CIC_FILTER_BEST: return PNG_ALL_FILTERS;
    }
    return PNG_ALL_FILTERS;
}

static int strategy(cic_png_search search) {
    switch (search) {
    case CIC_SEARCH_REPEATS: return Z_DEFAULT_STRATEGY;
    case CIC_SEARCH_LONG_REPEATS: return Z_FILTERED;
    case CIC_SEARCH_RUNS: return Z_RLE;
    }
    return Z_DEFAULT_STRATEGY;
}

static cic_status encode(
    png_job *job, const cic_pixels *pixels, const cic_metadata *metadata, const cic_png_options *options
) {
    if (setjmp(job->escape)) return job->status;
    job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, on_error, on_warning);
    if (job->png) job->info = png_create_info_struct(job->png);
    if (!job->info) return CIC_OUT_OF_MEMORY;
    png_structp png = job->png;
    png_set_write_fn(png, job, write_bytes, flush_bytes);
    png_set_benign_errors(png, 1);  // A profile libpng does not like is left out, with a note.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_set_IHDR(
        png, job->info, pixels->width, pixels->height, pixels->bit_depth, color_type(pixels->channels),
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, options->level);
    png_set_compression_strategy(png, strategy(options->search));
    png_set_compression_buffer_size(png, 65536);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, filters(options->filter));
    if (metadata->icc_profile_size > 0) {
        png_set_iCCP(
            png, job->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata->icc_profile,
            (png_uint_32)metadata->icc_profile_size);
    }
    if (metadata->exif_size > 0) {
        // libpng copies from a pointer that is not const.
        png_set_eXIf_1(
            png, job->info, (png_uint_32)metadata->exif_size, (png_bytep)(uintptr_t)metadata->exif);
    }
    png_write_info(png, job->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (pixels->bit_depth == 16) png_set_swap(png);
#endif
    size_t row_bytes = (size_t)pixels->width * (size_t)pixels->channels * (size_t)(pixels->bit_depth / 8);
    const uint8_t *samples = pixels->samples;
    for (size_t row = 0; row < pixels->height; row++) png_write_row(png, samples + row * row_bytes);
    png_write_end(png, job->info);
    return CIC_OK;
}

cic_status cic_png_encode(
    const cic_pixels *pixels, const cic_metadata *metadata, const cic_png_options *options, cic_bytes *bytes,
    cic_report *report
) {
    memset(bytes, 0, sizeof *bytes);
    memset(report, 0, sizeof *report);
    png_job *job = calloc(1, sizeof *job);
    if (!job) return CIC_OUT_OF_MEMORY;
    job->report = report;
    cic_status status = encode(job, pixels, metadata, options);
    if (!setjmp(job->escape)) png_destroy_write_struct(&job->png, &job->info);
    if (status == CIC_OK) {
        *bytes = job->bytes;
    } else {
        free(job->bytes.data);
    }
    free(job);
    return status;
}
