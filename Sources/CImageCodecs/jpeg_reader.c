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
    size_t max_metadata_bytes;
    size_t metadata_bytes;
    /// The library's own allocator of saved markers.
    void *(*allocate)(j_common_ptr common, int pool, size_t size);
    bool tolerant;
    /// Allocated by jpeg_read_icc_profile; ours to free.
    JOCTET *icc_profile;
    /// A copy, since the library drops its markers with the last row.
    uint8_t *exif;
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
    switch (common->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
        fail(reader, CIC_OUT_OF_MEMORY);
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
    case JWRN_BOGUS_ICC:
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

static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;  // Traces.
    cic_jpeg_reader *reader = common->client_data;
    cic_report *report = &reader->report;
    char text[JMSG_LENGTH_MAX];
    common->err->num_warnings += 1;
    common->err->format_message(common, text);
    if (is_harmless(common->err)) {
        cic_add_note(report, text, common->err->msg_code == JWRN_BOGUS_ICC);
        return;
    }
    bool truncated = common->err->msg_code == JWRN_JPEG_EOF;
    if (!report->damaged) {
        cic_copy_text(report->message, text);
        report->sound_rows = reader->decoder.output_scanline;
    }
    report->damaged = true;
    report->truncated |= truncated;
    if (!reader->tolerant) fail(reader, truncated ? CIC_TRUNCATED : CIC_MALFORMED);
}

static void ignore_output(j_common_ptr common) { (void)common; }

/// Called between pieces of work. Every scan of a progressive file walks over the whole picture, so a small file with
/// thousands of scans would keep the decoder busy for minutes.
static void on_progress(j_common_ptr common) {
    cic_jpeg_reader *reader = common->client_data;
    if (reader->decoder.input_scan_number > reader->max_scans) fail(reader, CIC_TOO_MANY_SCANS);
}

static void save_metadata(cic_jpeg_reader *reader, unsigned longest) {
    jpeg_save_markers(&reader->decoder, JPEG_APP0 + 1, longest);
    jpeg_save_markers(&reader->decoder, JPEG_APP0 + 2, longest);
}

/// Called, while the header is read, for each saved marker and for nothing else. The library would save any number of
/// them. Of the first one after they have become too long a byte is saved, which tells that there is one; the others are
/// skipped.
static void *allocate_marker(j_common_ptr common, int pool, size_t size) {
    cic_jpeg_reader *reader = common->client_data;
    if (reader->metadata_bytes > reader->max_metadata_bytes) {
        save_metadata(reader, 0);
        cic_add_note(&reader->report, "there is too much metadata; the end of it was left out", true);
    } else {
        reader->metadata_bytes += size;
        if (reader->metadata_bytes > reader->max_metadata_bytes) save_metadata(reader, 1);
    }
    return reader->allocate(common, pool, size);
}

cic_jpeg_reader *cic_jpeg_reader_create(
    const uint8_t *data, size_t size, int max_scans, size_t max_metadata_bytes, bool tolerant) {
    cic_jpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->max_scans = max_scans;
    reader->max_metadata_bytes = max_metadata_bytes;
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
    save_metadata(reader, 0xFFFF);
    jpeg_mem_src(&reader->decoder, data, size);
    return reader;
}

void cic_jpeg_reader_destroy(cic_jpeg_reader *reader) {
    if (!reader) return;
    if (!setjmp(reader->escape)) jpeg_destroy_decompress(&reader->decoder);
    free(reader->icc_profile);
    free(reader->exif);
    free(reader);
}

const cic_report *cic_jpeg_reader_report(const cic_jpeg_reader *reader) { return &reader->report; }

static void copy_exif(cic_jpeg_reader *reader, cic_metadata *metadata) {
    static const char name[6] = "Exif\0";
    for (jpeg_saved_marker_ptr marker = reader->decoder.marker_list; marker; marker = marker->next) {
        if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= sizeof name) continue;
        if (memcmp(marker->data, name, sizeof name) != 0) continue;
        size_t size = marker->data_length - sizeof name;
        reader->exif = malloc(size);
        if (!reader->exif) fail(reader, CIC_OUT_OF_MEMORY);
        memcpy(reader->exif, marker->data + sizeof name, size);
        metadata->exif = reader->exif;
        metadata->exif_size = size;
        return;
    }
}

cic_status cic_jpeg_read_header(cic_jpeg_reader *reader, cic_picture_info *info, cic_metadata *metadata) {
    struct jpeg_decompress_struct *decoder = &reader->decoder;
    memset(info, 0, sizeof *info);
    memset(metadata, 0, sizeof *metadata);
    if (setjmp(reader->escape)) return reader->status;

    reader->allocate = decoder->mem->alloc_large;
    decoder->mem->alloc_large = allocate_marker;
    jpeg_read_header(decoder, TRUE);
    decoder->mem->alloc_large = reader->allocate;
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

    unsigned icc_size = 0;
    if (jpeg_read_icc_profile(decoder, &reader->icc_profile, &icc_size)) {
        metadata->icc_profile = reader->icc_profile;
        metadata->icc_profile_size = icc_size;
    }
    copy_exif(reader, metadata);
    return CIC_OK;
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
        if (!report->damaged) report->sound_rows = decoder->output_scanline;
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
    jpeg_finish_decompress(decoder);
    if (!report->damaged) report->sound_rows = decoder->output_height;
    return CIC_OK;
}
