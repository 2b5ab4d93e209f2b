#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "support.h"

struct cic_jpeg_reader {
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    /// Where `fail` jumps to; set again by every function that calls the library.
    jmp_buf escape;
    /// Why it jumped.
    cic_status status;
    cic_report report;
    int max_scans;
    bool tolerant;
    /// The library came to the end of the bytes and made up an end mark. Whether more than the mark is missing shows later:
    /// the entropy decoder reads ahead, and complains only when it has no bits left that it needs.
    bool has_ended;
    /// The file has, by its header, all its pixels in one scan.
    bool is_one_scan;
};

static _Noreturn void fail(cic_jpeg_reader *reader, cic_status status) {
    reader->status = status;
    longjmp(reader->escape, 1);
}

static void on_error(j_common_ptr common) {
    cic_jpeg_reader *reader = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    cic_copy_text(reader->report.message, text);
    if (common->err->msg_code == JERR_OUT_OF_MEMORY) fail(reader, CIC_OUT_OF_MEMORY);
    // What the library has read since then is not from the file.
    if (reader->has_ended) fail(reader, CIC_TRUNCATED);
    switch (common->err->msg_code) {
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
        fail(reader, CIC_TRUNCATED);
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
        fail(reader, CIC_UNSUPPORTED);
    default:
        fail(reader, CIC_MALFORMED);
    }
}

/// True for warnings after which every pixel is still what the encoder meant.
static bool is_harmless(const struct jpeg_error_mgr *errors) {
    switch (errors->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
        return true;
    case JWRN_EXTRANEOUS_DATA:
        // Some cameras pad the last scan with stray bytes before the end marker; before any other marker they mean
        // that the entropy decoder lost its place.
        return errors->msg_parm.i[1] == JPEG_EOI;
    default:
        return false;
    }
}

/// Rows from the top that have all their data.
///
/// Not those that came out: the library holds back the last ones until it knows their neighbours below, of which the
/// interpolation of colours needs one row. Of several scans every one concerns every row, and none comes out before the
/// last is read.
static uint32_t sound_rows(const cic_jpeg_reader *reader) {
    const struct jpeg_decompress_struct *decoder = &reader->decoder;
    if (!reader->is_one_scan) return decoder->output_scanline;
    uint64_t rows = (uint64_t)decoder->input_iMCU_row * (uint64_t)decoder->max_v_samp_factor * DCTSIZE;
    if (rows >= decoder->image_height) rows = decoder->image_height;
    else if (rows > 0 && decoder->max_v_samp_factor > 1) rows -= 1;
    // Before the header is read there is no scale.
    return decoder->scale_denom > 1 ? (uint32_t)(rows / decoder->scale_denom) : (uint32_t)rows;
}

/// Whether the data ends before one row of blocks is complete, so that there is nothing to be tolerant for.
static bool is_without_rows(const cic_jpeg_reader *reader) {
    const struct jpeg_decompress_struct *decoder = &reader->decoder;
    bool is_end = reader->has_ended || decoder->unread_marker == JPEG_EOI;
    return is_end && decoder->input_scan_number <= 1 && decoder->input_iMCU_row == 0;
}

/// Whether the scans so far say everything about every component.
static bool has_all_scans(const struct jpeg_decompress_struct *decoder) {
    // An arithmetic decoder takes zeros for bytes that are missing, as encoders leave out zeros at the end.
    if (decoder->arith_code) return false;
    for (int i = 0; i < decoder->num_components; i++) {
        if (decoder->comp_info[i].quant_table == NULL) return false;  // Kept with a component's first scan.
        if (!decoder->progressive_mode) continue;
        for (int k = 0; k < DCTSIZE2; k++) {
            if (decoder->coef_bits[i][k] != 0) return false;  // Bits that are still to come, -1 for all.
        }
    }
    return true;
}

static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;  // Traces.
    cic_jpeg_reader *reader = common->client_data;
    cic_report *report = &reader->report;
    char text[JMSG_LENGTH_MAX];
    common->err->num_warnings += 1;
    common->err->format_message(common, text);
    if (common->err->msg_code == JWRN_JPEG_EOF) {
        reader->has_ended = true;
        return;
    }
    if (is_harmless(common->err)) {
        cic_add_note(report, text, false);
        return;
    }
    if (!report->damaged) {
        cic_copy_text(report->message, text);
        report->sound_rows = sound_rows(reader);
    }
    report->damaged = true;
    report->truncated |= reader->has_ended;
    if (!reader->tolerant || is_without_rows(reader)) fail(reader, report->truncated ? CIC_TRUNCATED : CIC_MALFORMED);
}

static void ignore_output(j_common_ptr common) { (void)common; }

/// Called between pieces of work. Every scan of a progressive file walks over the whole picture, so a small file with
/// thousands of scans would keep the decoder busy for minutes.
static void on_progress(j_common_ptr common) {
    cic_jpeg_reader *reader = common->client_data;
    if (reader->decoder.input_scan_number > reader->max_scans) fail(reader, CIC_TOO_MANY_SCANS);
}

cic_jpeg_reader *cic_jpeg_reader_create(const uint8_t *data, size_t size, int max_scans, bool tolerant) {
    cic_jpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->max_scans = max_scans;
    reader->tolerant = tolerant;
    reader->decoder.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    reader->errors.output_message = ignore_output;
    reader->progress.progress_monitor = on_progress;
    reader->decoder.client_data = reader;
    if (setjmp(reader->escape)) {
        jpeg_destroy_decompress(&reader->decoder);
        free(reader);
        return NULL;
    }
    jpeg_create_decompress(&reader->decoder);  // Keeps err and client_data.
    reader->decoder.progress = &reader->progress;
    jpeg_mem_src(&reader->decoder, data, size);
    return reader;
}

void cic_jpeg_reader_destroy(cic_jpeg_reader *reader) {
    if (!reader) return;
    if (!setjmp(reader->escape)) jpeg_destroy_decompress(&reader->decoder);
    free(reader);
}

const cic_report *cic_jpeg_reader_report(const cic_jpeg_reader *reader) { return &reader->report; }

cic_status cic_jpeg_read_header(cic_jpeg_reader *reader, cic_picture_info *info) {
    struct jpeg_decompress_struct *decoder = &reader->decoder;
    memset(info, 0, sizeof *info);
    if (setjmp(reader->escape)) return reader->status;

    jpeg_read_header(decoder, TRUE);
    reader->is_one_scan = !jpeg_has_multiple_scans(decoder);
    info->width = decoder->image_width;
    info->height = decoder->image_height;
    info->bit_depth = 8;
    info->is_cmyk = decoder->num_components == 4;
    switch (decoder->num_components) {
    case 1:
        info->channels = 1;
        decoder->out_color_space = JCS_GRAYSCALE;
        break;
    case 3:
        info->channels = 3;
        decoder->out_color_space = JCS_RGB;
        break;
    case 4:
        info->channels = 3;
        decoder->out_color_space = JCS_CMYK;
        break;
    default:
        snprintf(reader->report.message, CIC_TEXT_SIZE, "%d colour components", decoder->num_components);
        return CIC_UNSUPPORTED;
    }
    return CIC_OK;
}

void cic_jpeg_reduce(cic_jpeg_reader *reader, uint32_t width, uint32_t height, cic_picture_info *info) {
    struct jpeg_decompress_struct *decoder = &reader->decoder;
    unsigned divisor = 8;
    // Sides are rounded up, as the library does.
    while (divisor > 1
           && ((decoder->image_width + divisor - 1) / divisor < width
               || (decoder->image_height + divisor - 1) / divisor < height)) divisor /= 2;
    decoder->scale_num = 1;
    decoder->scale_denom = divisor;
    if (setjmp(reader->escape)) return;
    jpeg_calc_output_dimensions(decoder);
    info->width = decoder->output_width;
    info->height = decoder->output_height;
}

/// `ink` is as Adobe stores it, 255 for a bare sheet, so that R = C * K / 255. Files without Adobe's marker are read
/// the same way, as browsers and Pillow do.
static void convert_cmyk_row(const uint8_t *ink, uint8_t *rgb, size_t width) {
    for (size_t x = 0; x < width; x++, ink += 4, rgb += 3) {
        unsigned black = ink[3];
        for (int channel = 0; channel < 3; channel++) {
            unsigned product = ink[channel] * black + 128;
            rgb[channel] = (uint8_t)((product + (product >> 8)) >> 8);  // product / 255, rounded.
        }
    }
}

cic_status cic_jpeg_read_pixels(cic_jpeg_reader *reader, uint8_t *pixels, size_t capacity) {
    enum { rows_at_once = 8 };
    struct jpeg_decompress_struct *decoder = &reader->decoder;
    cic_report *report = &reader->report;
    if (setjmp(reader->escape)) {
        if (!report->damaged) report->sound_rows = sound_rows(reader);
        return reader->status;
    }
    jpeg_start_decompress(decoder);

    bool is_cmyk = decoder->out_color_space == JCS_CMYK;
    size_t channels = is_cmyk ? 3 : (size_t)decoder->output_components;
    size_t row_bytes = decoder->output_width * channels;
    if (row_bytes == 0 || capacity / row_bytes < decoder->output_height) return CIC_WRONG_BUFFER;
    JSAMPARRAY ink = NULL;
    if (is_cmyk) {
        JDIMENSION ink_bytes = decoder->output_width * 4;
        ink = decoder->mem->alloc_sarray((j_common_ptr)decoder, JPOOL_IMAGE, ink_bytes, 1);
    }

    while (decoder->output_scanline < decoder->output_height) {
        uint8_t *row = pixels + decoder->output_scanline * row_bytes;
        if (is_cmyk) {
            jpeg_read_scanlines(decoder, ink, 1);
            convert_cmyk_row(ink[0], row, decoder->output_width);
        } else {
            JSAMPROW rows[rows_at_once];
            JDIMENSION count = decoder->output_height - decoder->output_scanline;
            if (count > rows_at_once) count = rows_at_once;
            for (JDIMENSION i = 0; i < count; i++) rows[i] = row + i * row_bytes;
            jpeg_read_scanlines(decoder, rows, count);
        }
        report->has_pixels = true;
    }
    uint32_t height = decoder->output_height;
    bool is_complete = has_all_scans(decoder);
    jpeg_finish_decompress(decoder);
    if (!report->damaged) report->sound_rows = height;
    if (reader->has_ended && !report->damaged) {
        if (is_complete) {
            report->end_missing = true;
        } else {
            cic_copy_text(report->message, "the last scans are missing");
            report->damaged = true;
            report->truncated = true;
            report->sound_rows = 0;
            if (!reader->tolerant) return CIC_TRUNCATED;
        }
    }
    return CIC_OK;
}
