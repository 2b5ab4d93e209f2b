#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "support.h"

/// One encoding; on the heap, so that nothing in it is lost when the library jumps.
typedef struct jpeg_job {
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    jmp_buf escape;
    cic_status status;
    cic_bytes bytes;
    cic_report *report;
} jpeg_job;

static _Noreturn void fail(jpeg_job *job, cic_status status) {
    job->status = status;
    longjmp(job->escape, 1);
}

static void on_error(j_common_ptr common) {
    jpeg_job *job = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    cic_copy_text(job->report->message, text);
    fail(job, common->err->msg_code == JERR_OUT_OF_MEMORY ? CIC_OUT_OF_MEMORY : CIC_MALFORMED);
}

static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;
    jpeg_job *job = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    cic_add_note(job->report, text, true);
}

static void ignore_output(j_common_ptr common) { (void)common; }

/// Gives the library all the free room there is, at least one byte.
static void offer_room(jpeg_job *job) {
    if (!cic_bytes_reserve(&job->bytes, job->bytes.count / 2 + 65536)) fail(job, CIC_OUT_OF_MEMORY);
    job->destination.next_output_byte = job->bytes.data + job->bytes.count;
    job->destination.free_in_buffer = job->bytes.capacity - job->bytes.count;
}

static void start_output(j_compress_ptr encoder) { offer_room(encoder->client_data); }

static boolean on_full(j_compress_ptr encoder) {
    jpeg_job *job = encoder->client_data;
    job->bytes.count = job->bytes.capacity;  // Called when all the room was used, whatever free_in_buffer says.
    offer_room(job);
    return TRUE;
}

static void finish_output(j_compress_ptr encoder) {
    jpeg_job *job = encoder->client_data;
    job->bytes.count = job->bytes.capacity - job->destination.free_in_buffer;
}

static void configure(jpeg_job *job, const cic_pixels *pixels, const cic_jpeg_options *options) {
    struct jpeg_compress_struct *encoder = &job->encoder;
    encoder->image_width = pixels->width;
    encoder->image_height = pixels->height;
    encoder->input_components = pixels->channels;
    encoder->in_color_space = pixels->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(encoder);
    jpeg_set_quality(encoder, options->quality, TRUE);
    encoder->density_unit = (UINT8)options->density_unit;
    encoder->X_density = (UINT16)options->density_across;
    encoder->Y_density = (UINT16)options->density_down;
    if (pixels->channels == 3) {
        encoder->comp_info[0].h_samp_factor = options->chroma_across;
        encoder->comp_info[0].v_samp_factor = options->chroma_down;
        for (int chroma = 1; chroma <= 2; chroma++) {
            encoder->comp_info[chroma].h_samp_factor = 1;
            encoder->comp_info[chroma].v_samp_factor = 1;
        }
    }
}

static void write_segments(struct jpeg_compress_struct *encoder, const uint8_t *segments, size_t size) {
    enum { head = 4 };  // 0xFF, the marker, and a length that counts its own two bytes.
    for (size_t at = 0; size - at >= head;) {
        size_t length = ((size_t)segments[at + 2] << 8 | segments[at + 3]) - 2;
        if (length > size - at - head) return;
        jpeg_write_marker(encoder, segments[at + 1], segments + at + head, (unsigned)length);
        at += head + length;
    }
}

static cic_status encode(
    jpeg_job *job, const cic_pixels *pixels, const cic_profile *profile, const cic_jpeg_options *options
) {
    struct jpeg_compress_struct *encoder = &job->encoder;
    if (setjmp(job->escape)) return job->status;
    jpeg_create_compress(encoder);  // Keeps err and client_data.
    encoder->dest = &job->destination;
    configure(job, pixels, options);
    jpeg_start_compress(encoder, TRUE);
    write_segments(encoder, options->segments, options->segments_size);
    if (profile->size > 0) jpeg_write_icc_profile(encoder, profile->data, (unsigned)profile->size);
    size_t row_bytes = (size_t)pixels->width * (size_t)pixels->channels;
    while (encoder->next_scanline < encoder->image_height) {
        // The library reads rows through a pointer that is not const, but does not write there.
        JSAMPROW row = (JSAMPROW)(uintptr_t)((const uint8_t *)pixels->samples + encoder->next_scanline * row_bytes);
        jpeg_write_scanlines(encoder, &row, 1);
    }
    jpeg_finish_compress(encoder);
    return CIC_OK;
}

cic_status cic_jpeg_encode(
    const cic_pixels *pixels, const cic_profile *profile, const cic_jpeg_options *options, cic_bytes *bytes,
    cic_report *report
) {
    memset(bytes, 0, sizeof *bytes);
    memset(report, 0, sizeof *report);
    if (pixels->bit_depth != 8 || (pixels->channels != 1 && pixels->channels != 3)) return CIC_WRONG_BUFFER;
    jpeg_job *job = calloc(1, sizeof *job);
    if (!job) return CIC_OUT_OF_MEMORY;
    job->report = report;
    job->encoder.err = jpeg_std_error(&job->errors);
    job->errors.error_exit = on_error;
    job->errors.emit_message = on_message;
    job->errors.output_message = ignore_output;
    job->encoder.client_data = job;
    job->destination.init_destination = start_output;
    job->destination.empty_output_buffer = on_full;
    job->destination.term_destination = finish_output;

    cic_status status = encode(job, pixels, profile, options);
    if (!setjmp(job->escape)) jpeg_destroy_compress(&job->encoder);
    if (status == CIC_OK) {
        *bytes = job->bytes;
    } else {
        free(job->bytes.data);
    }
    free(job);
    return status;
}
