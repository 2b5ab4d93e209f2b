#ifdef CIC_HEIF

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

#include "support.h"

struct cic_heif_reader {
    const uint8_t *data;
    size_t size;
    bool tolerant;
    struct heif_context *context;
    struct heif_image_handle *handle;
    struct heif_image *image;
    cic_report report;
};

cic_heif_reader *cic_heif_reader_create(const uint8_t *data, size_t size, bool tolerant) {
    cic_heif_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return NULL;
    reader->data = data;
    reader->size = size;
    reader->tolerant = tolerant;
    reader->context = heif_context_alloc();
    if (!reader->context) {
        free(reader);
        return NULL;
    }
    return reader;
}

void cic_heif_reader_destroy(cic_heif_reader *reader) {
    if (!reader) return;
    if (reader->image) heif_image_release(reader->image);
    if (reader->handle) heif_image_handle_release(reader->handle);
    heif_context_free(reader->context);
    free(reader);
}

const cic_report *cic_heif_reader_report(const cic_heif_reader *reader) { return &reader->report; }

static const char *reason(struct heif_error error) {
    switch (error.subcode) {
    case heif_suberror_End_of_data: return "the data ends early";
    case heif_suberror_Security_limit_exceeded: return "it asks for more memory than libheif allows";
    case heif_suberror_No_or_invalid_primary_item: return "it has no primary picture";
    case heif_suberror_Unsupported_codec: return "a codec for which libheif has no decoder here";
    case heif_suberror_Unsupported_color_conversion: return "colours that libheif does not convert";
    default: break;
    }
    switch (error.code) {
    case heif_error_Unsupported_filetype: return "a kind of file that libheif does not read";
    case heif_error_Unsupported_feature: return "a feature that libheif does not read";
    case heif_error_Decoder_plugin_error: return "the stream of pixels is damaged";
    default: return "its structure is damaged";
    }
}

/// The library's own text is not used: in versions up to 1.15 at least it may lie in memory that is free again.
static cic_status status_of(struct heif_error error, cic_report *report) {
    if (error.code == heif_error_Ok) return CIC_OK;
    snprintf(report->message, CIC_TEXT_SIZE, "%s; libheif's error %d.%d", reason(error), error.code, error.subcode);
    switch (error.code) {
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
        return CIC_UNSUPPORTED;
    case heif_error_Memory_allocation_error:
        // Of files that ask for more than the library gives, no memory was asked for.
        return error.subcode == heif_suberror_Security_limit_exceeded ? CIC_MALFORMED : CIC_OUT_OF_MEMORY;
    default:
        break;
    }
    if (error.subcode == heif_suberror_End_of_data) {
        report->truncated = true;
        return CIC_TRUNCATED;
    }
    return CIC_MALFORMED;
}

static void describe(const cic_heif_reader *reader, cic_picture_info *info) {
    memset(info, 0, sizeof *info);
    int width = heif_image_handle_get_width(reader->handle);
    int height = heif_image_handle_get_height(reader->handle);
    info->width = width > 0 ? (uint32_t)width : 0;
    info->height = height > 0 ? (uint32_t)height : 0;
    info->channels = heif_image_handle_has_alpha_channel(reader->handle) ? 4 : 3;
    info->bit_depth = heif_image_handle_get_luma_bits_per_pixel(reader->handle) > 8 ? 16 : 8;
}

cic_status cic_heif_read_header(cic_heif_reader *reader, int max_side, cic_picture_info *info) {
    memset(info, 0, sizeof *info);
    heif_context_set_maximum_image_size_limit(reader->context, max_side);
    // The same bits from any number of threads; one is enough beside others' pictures.
    heif_context_set_max_decoding_threads(reader->context, 1);
    struct heif_error error =
        heif_context_read_from_memory_without_copy(reader->context, reader->data, reader->size, NULL);
    if (error.code == heif_error_Ok) error = heif_context_get_primary_image_handle(reader->context, &reader->handle);
    cic_status status = status_of(error, &reader->report);
    if (status != CIC_OK) return status;
    describe(reader, info);
    if (info->width == 0 || info->height == 0) {
        cic_copy_text(reader->report.message, "it has no pixels");
        return CIC_MALFORMED;
    }
    // The size before it is cut and turned counts as well.
    int stored_width = heif_image_handle_get_ispe_width(reader->handle);
    int stored_height = heif_image_handle_get_ispe_height(reader->handle);
    if (stored_width > 0 && stored_height > 0 &&
        (uint64_t)stored_width * (uint64_t)stored_height > (uint64_t)info->width * info->height) {
        info->width = (uint32_t)stored_width;
        info->height = (uint32_t)stored_height;
    }
    return CIC_OK;
}

int cic_heif_picture_count(const cic_heif_reader *reader) {
    return heif_context_get_number_of_top_level_images(reader->context);
}

cic_heif_colors cic_heif_read_colors(const cic_heif_reader *reader) {
    cic_heif_colors colors = {0};
    struct heif_color_profile_nclx *profile = NULL;
    struct heif_error error = heif_image_handle_get_nclx_color_profile(reader->handle, &profile);
    if (error.code == heif_error_Ok && profile) {
        colors.is_known = true;
        colors.primaries = (int)profile->color_primaries;
        colors.transfer = (int)profile->transfer_characteristics;
    }
    if (profile) heif_nclx_color_profile_free(profile);
    return colors;
}

size_t cic_heif_profile_size(const cic_heif_reader *reader) {
    return heif_image_handle_get_raw_color_profile_size(reader->handle);
}

bool cic_heif_copy_profile(const cic_heif_reader *reader, uint8_t *target) {
    return heif_image_handle_get_raw_color_profile(reader->handle, target).code == heif_error_Ok;
}

/// The first block of a kind; false where there is none.
static bool find_metadata(const cic_heif_reader *reader, bool is_xmp, heif_item_id *found) {
    enum { max_blocks = 16 };
    heif_item_id blocks[max_blocks];
    int count = heif_image_handle_get_list_of_metadata_block_IDs(reader->handle, NULL, blocks, max_blocks);
    for (int i = 0; i < count && i < max_blocks; i++) {
        const char *type = heif_image_handle_get_metadata_type(reader->handle, blocks[i]);
        const char *content = heif_image_handle_get_metadata_content_type(reader->handle, blocks[i]);
        bool is_exif = type && strcmp(type, "Exif") == 0;
        bool is_rdf = type && content && strcmp(type, "mime") == 0 && strcmp(content, "application/rdf+xml") == 0;
        if (is_xmp ? !is_rdf : !is_exif) continue;
        *found = blocks[i];
        return true;
    }
    return false;
}

size_t cic_heif_metadata_size(const cic_heif_reader *reader, bool is_xmp) {
    heif_item_id block;
    return find_metadata(reader, is_xmp, &block) ? heif_image_handle_get_metadata_size(reader->handle, block) : 0;
}

bool cic_heif_copy_metadata(const cic_heif_reader *reader, bool is_xmp, uint8_t *target) {
    heif_item_id block;
    if (!find_metadata(reader, is_xmp, &block)) return false;
    return heif_image_handle_get_metadata(reader->handle, block, target).code == heif_error_Ok;
}

/// Whether what the stream of pixels holds has the size that the file states: decoded once as it is stored, since libheif
/// converts planes of any sizes without a look at them (1.15 reads and writes outside of its memory where they differ).
static cic_status check_stream(cic_heif_reader *reader, const struct heif_decoding_options *options) {
    struct heif_image *image = NULL;
    struct heif_error error =
        heif_decode_image(reader->handle, &image, heif_colorspace_undefined, heif_chroma_undefined, options);
    cic_status status = status_of(error, &reader->report);
    if (status != CIC_OK || !image) {
        if (image) heif_image_release(image);
        return status != CIC_OK ? status : CIC_MALFORMED;
    }
    int width = heif_image_handle_get_width(reader->handle);
    int height = heif_image_handle_get_height(reader->handle);
    enum heif_chroma chroma = heif_image_get_chroma_format(image);
    int across = chroma == heif_chroma_420 || chroma == heif_chroma_422 ? 2 : 1;
    int down = chroma == heif_chroma_420 ? 2 : 1;
    static const enum heif_channel channels[] = {
        heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_R, heif_channel_G, heif_channel_B,
        heif_channel_Alpha};
    bool is_sound = heif_image_has_channel(image, heif_channel_Y) || heif_image_has_channel(image, heif_channel_R);
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++) {
        enum heif_channel channel = channels[i];
        if (!heif_image_has_channel(image, channel)) continue;
        bool is_shared = channel == heif_channel_Cb || channel == heif_channel_Cr;
        int wanted_width = is_shared ? (width + across - 1) / across : width;
        int wanted_height = is_shared ? (height + down - 1) / down : height;
        is_sound = is_sound && heif_image_get_width(image, channel) == wanted_width &&
            heif_image_get_height(image, channel) == wanted_height;
    }
    heif_image_release(image);
    if (is_sound) return CIC_OK;
    cic_copy_text(reader->report.message, "the stream of pixels has another size than the file says");
    return CIC_MALFORMED;
}

cic_status cic_heif_decode(cic_heif_reader *reader, cic_picture_info *info) {
    describe(reader, info);
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (!options) return CIC_OUT_OF_MEMORY;
    options->strict_decoding = !reader->tolerant;
    // Up to 1.15 at least, libheif loses dav1d's memory where a damaged stream ends its decoding; libaom is slower and does
    // not. Streams of other kinds have their own decoders whatever is asked for here.
    if (heif_get_version_number() < 0x01110000) options->decoder_id = "aom";
    bool is_wide = info->bit_depth == 16;
    bool has_alpha = info->channels == 4;
    enum heif_chroma chroma = has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (is_wide) chroma = has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
#else
    if (is_wide) chroma = has_alpha ? heif_chroma_interleaved_RRGGBBAA_BE : heif_chroma_interleaved_RRGGBB_BE;
#endif
    cic_status status = check_stream(reader, options);
    if (status != CIC_OK) {
        heif_decoding_options_free(options);
        return status;
    }
    struct heif_error error = heif_decode_image(reader->handle, &reader->image, heif_colorspace_RGB, chroma, options);
    heif_decoding_options_free(options);
    status = status_of(error, &reader->report);
    if (status != CIC_OK) return status;
    int width = heif_image_get_width(reader->image, heif_channel_interleaved);
    int height = heif_image_get_height(reader->image, heif_channel_interleaved);
    if (width <= 0 || height <= 0 || heif_image_get_chroma_format(reader->image) != chroma) {
        cic_copy_text(reader->report.message, "no pixels came out");
        return CIC_MALFORMED;
    }
    info->width = (uint32_t)width;
    info->height = (uint32_t)height;
    struct heif_error warning;
    if (heif_image_get_decoding_warnings(reader->image, 0, &warning, 1) > 0) {
        status = status_of(warning, &reader->report);
        if (status == CIC_OK) status = CIC_MALFORMED;
        if (!reader->tolerant) return status;
        reader->report.damaged = true;
    }
    return CIC_OK;
}

/// Colours that were multiplied with alpha, divided by it.
static uint32_t divided(uint32_t value, uint32_t alpha, uint32_t largest) {
    if (alpha == 0) return 0;
    uint32_t quotient = (value * largest + alpha / 2) / alpha;
    return quotient < largest ? quotient : largest;
}

cic_status cic_heif_copy_pixels(cic_heif_reader *reader, uint8_t *pixels, size_t capacity) {
    int stride = 0;
    const uint8_t *plane = heif_image_get_plane_readonly(reader->image, heif_channel_interleaved, &stride);
    size_t width = (size_t)heif_image_get_width(reader->image, heif_channel_interleaved);
    size_t height = (size_t)heif_image_get_height(reader->image, heif_channel_interleaved);
    int bits = heif_image_get_bits_per_pixel_range(reader->image, heif_channel_interleaved);
    cic_picture_info info;
    describe(reader, &info);
    bool is_wide = info.bit_depth == 16;
    size_t channels = (size_t)info.channels;
    size_t row_bytes = width * channels * (is_wide ? 2 : 1);
    if (!plane || stride < 0 || (size_t)stride < row_bytes || row_bytes == 0 || capacity / row_bytes < height) {
        cic_copy_text(reader->report.message, "other pixels came out than were announced");
        return CIC_MALFORMED;
    }
    if (bits < 1 || bits > 16 || (!is_wide && bits != 8)) {
        snprintf(reader->report.message, CIC_TEXT_SIZE, "%d bits a sample", bits);
        return CIC_UNSUPPORTED;
    }
    bool is_premultiplied = channels == 4 && heif_image_handle_is_premultiplied_alpha(reader->handle);
    uint32_t largest = (1u << bits) - 1;
    for (size_t y = 0; y < height; y++) {
        const uint8_t *source = plane + y * (size_t)stride;
        uint8_t *target = pixels + y * row_bytes;
        if (!is_wide) {
            memcpy(target, source, row_bytes);
            for (size_t x = 0; is_premultiplied && x < width; x++) {
                for (size_t k = 0; k < 3; k++) {
                    target[4 * x + k] = (uint8_t)divided(source[4 * x + k], source[4 * x + 3], 255);
                }
            }
            continue;
        }
        for (size_t x = 0; x < width; x++) {
            uint16_t values[4];
            memcpy(values, source + 2 * x * channels, 2 * channels);
            for (size_t k = 0; k < channels; k++) {
                uint32_t value = values[k] < largest ? values[k] : largest;
                if (is_premultiplied && k < 3) value = divided(value, values[3], largest);
                values[k] = (uint16_t)((value * 65535u + largest / 2) / largest);
            }
            memcpy(target + 2 * x * channels, values, 2 * channels);
        }
    }
    reader->report.has_pixels = true;
    if (!reader->report.damaged) reader->report.sound_rows = (uint32_t)height;
    return CIC_OK;
}

#else

typedef int cic_no_heif;

#endif
