#ifdef CIC_WEBP

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/encode.h>

#include "support.h"

cic_status cic_webp_read_header(const uint8_t *data, size_t size, cic_picture_info *info, cic_report *report) {
    memset(info, 0, sizeof *info);
    memset(report, 0, sizeof *report);
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(data, size, &features);
    if (status == VP8_STATUS_NOT_ENOUGH_DATA) {
        cic_copy_text(report->message, "the data ends early");
        return CIC_TRUNCATED;
    }
    if (status != VP8_STATUS_OK || features.width <= 0 || features.height <= 0 || features.has_animation) {
        cic_copy_text(report->message, "the frame's header is broken");
        return CIC_MALFORMED;
    }
    info->width = (uint32_t)features.width;
    info->height = (uint32_t)features.height;
    info->channels = features.has_alpha ? 4 : 3;
    info->bit_depth = 8;
    return CIC_OK;
}

cic_status cic_webp_read_pixels(
    const uint8_t *data, size_t size, int channels, uint8_t *pixels, size_t capacity, size_t row_bytes,
    cic_report *report) {
    memset(report, 0, sizeof *report);
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return CIC_UNSUPPORTED;
    config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = (int)row_bytes;
    config.output.u.RGBA.size = capacity;
    // Piece by piece, although all is there: what of a file that is cut can be decoded is, and its rows are counted.
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    if (!decoder) return CIC_OUT_OF_MEMORY;
    VP8StatusCode status = WebPIUpdate(decoder, data, size);
    int rows = 0;
    int width, height, stride;
    if (!WebPIDecGetRGB(decoder, &rows, &width, &height, &stride)) rows = 0;
    WebPIDelete(decoder);
    WebPFreeDecBuffer(&config.output);
    report->sound_rows = rows > 0 ? (uint32_t)rows : 0;
    report->has_pixels = rows > 0;
    switch (status) {
    case VP8_STATUS_OK:
        return CIC_OK;
    case VP8_STATUS_OUT_OF_MEMORY:
        return CIC_OUT_OF_MEMORY;
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        cic_copy_text(report->message, "the data ends early");
        report->truncated = true;
        return CIC_TRUNCATED;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        cic_copy_text(report->message, "an unknown kind of frame");
        return CIC_UNSUPPORTED;
    default:
        cic_copy_text(report->message, "the frame's data is broken");
        return CIC_MALFORMED;
    }
}

static int append(const uint8_t *data, size_t size, const WebPPicture *picture) {
    cic_bytes *bytes = picture->custom_ptr;
    if (!cic_bytes_reserve(bytes, size)) return 0;
    memcpy(bytes->data + bytes->count, data, size);
    bytes->count += size;
    return 1;
}

static void import(const cic_pixels *pixels, bool keeps_hidden, WebPPicture *picture) {
    const uint8_t *source = pixels->samples;
    int channels = pixels->channels;
    int green = channels >= 3 ? 1 : 0;
    int blue = channels >= 3 ? 2 : 0;
    for (int y = 0; y < picture->height; y++) {
        uint32_t *row = picture->argb + (size_t)y * (size_t)picture->argb_stride;
        for (int x = 0; x < picture->width; x++, source += channels) {
            uint32_t alpha = channels % 2 == 0 ? source[channels - 1] : 255;
            if (alpha == 0 && !keeps_hidden) {
                row[x] = 0;
                continue;
            }
            row[x] = alpha << 24 | (uint32_t)source[0] << 16 | (uint32_t)source[green] << 8 | source[blue];
        }
    }
}

static cic_status status_of(WebPEncodingError error, cic_report *report) {
    switch (error) {
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BAD_WRITE:
        return CIC_OUT_OF_MEMORY;
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
    case VP8_ENC_ERROR_PARTITION_OVERFLOW:
    case VP8_ENC_ERROR_FILE_TOO_BIG:
        cic_copy_text(report->message, "a part of the file grew beyond the format's limit; lower the quality");
        return CIC_UNSUPPORTED;
    default:
        cic_copy_text(report->message, "libwebp refused the picture");
        return CIC_UNSUPPORTED;
    }
}

cic_status cic_webp_encode(
    const cic_pixels *pixels, const cic_webp_options *options, cic_bytes *bytes, cic_report *report) {
    memset(report, 0, sizeof *report);
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) {
        cic_copy_text(report->message, "another version of libwebp than this was built with");
        return CIC_UNSUPPORTED;
    }
    if (options->lossless) {
        WebPConfigLosslessPreset(&config, options->effort);
        config.exact = 1;
    } else {
        config.quality = (float)options->quality;
        config.alpha_quality = 100;
        // Nothing of what alpha 0 hides is kept: it is black, and where a block is visible in part it is smoothed into that
        // part. The library alone would lay one of the hidden colours over all of a block.
        config.exact = 0;
        config.use_sharp_yuv = options->sharp;
    }
    if (!WebPValidateConfig(&config)) return CIC_WRONG_BUFFER;
    picture.use_argb = 1;
    picture.width = (int)pixels->width;
    picture.height = (int)pixels->height;
    if (!WebPPictureAlloc(&picture)) return CIC_OUT_OF_MEMORY;
    import(pixels, options->lossless, &picture);
    picture.writer = append;
    picture.custom_ptr = bytes;
    bool is_encoded = WebPEncode(&config, &picture);
    WebPEncodingError error = picture.error_code;
    WebPPictureFree(&picture);
    if (is_encoded) return CIC_OK;
    free(bytes->data);
    memset(bytes, 0, sizeof *bytes);
    return status_of(error, report);
}

#else

typedef int cic_no_webp;

#endif
