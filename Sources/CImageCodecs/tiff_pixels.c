#ifdef CIC_TIFF

#include "tiff_pixels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Channels of a pixel: inks, alpha and a few of a program's own. A header can state 65,535, each of which is decoded.
enum { max_samples = 32 };

// MARK: - Layout

static cic_status unsupported(cic_report *report, const char *feature) {
    cic_copy_text(report->message, feature);
    return CIC_UNSUPPORTED;
}

static const char *refused_photometric(uint16_t photometric) {
    switch (photometric) {
    case PHOTOMETRIC_MASK: return "a mask of transparency";
    case PHOTOMETRIC_YCBCR: return "YCbCr colours that are not in JPEG";
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB: return "CIE L*a*b* colours";
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV: return "colours of high dynamic range, LogLuv";
    case PHOTOMETRIC_CFA:
    case 34892: return "a raw photograph";
    default: return "an unknown kind of colours";
    }
}

static bool is_wanted_compression(uint16_t compression) {
    switch (compression) {
    case COMPRESSION_NONE:
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTFAX4:
    case COMPRESSION_LZW:
    case COMPRESSION_JPEG:
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_PACKBITS:
    case COMPRESSION_LZMA:
    case COMPRESSION_ZSTD:
    case COMPRESSION_WEBP: return TIFFIsCODECConfigured(compression);
    default: return false;
    }
}

static cic_status read_palette(tiff_layout *layout, TIFF *tiff, cic_report *report) {
    if (layout->bits > 8) return unsupported(report, "a palette of more than 256 colours");
    uint16_t *tables[3] = {NULL, NULL, NULL};
    if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &tables[0], &tables[1], &tables[2]) || !tables[0] || !tables[1] ||
        !tables[2]) {
        cic_copy_text(report->message, "the palette is missing");
        return CIC_MALFORMED;
    }
    size_t count = (size_t)1 << layout->bits;
    layout->palette = malloc(3 * count * sizeof *layout->palette);
    if (!layout->palette) return CIC_OUT_OF_MEMORY;
    // Old programs wrote 8 bits where 16 belong.
    unsigned largest = 0;
    for (int channel = 0; channel < 3; channel++) {
        for (size_t i = 0; i < count; i++) {
            if (tables[channel][i] > largest) largest = tables[channel][i];
        }
    }
    int shift = largest > 255 ? 8 : 0;
    for (int channel = 0; channel < 3; channel++) {
        for (size_t i = 0; i < count; i++) layout->palette[channel * count + i] = tables[channel][i] >> shift;
    }
    return CIC_OK;
}

static void find_alpha(tiff_layout *layout, TIFF *tiff, cic_report *report) {
    layout->alpha = -1;
    uint16_t count = 0;
    uint16_t *kinds = NULL;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
    int extra = layout->samples - layout->colors;
    for (int i = 0; kinds && i < count && i < extra && layout->alpha < 0; i++) {
        if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA) continue;
        layout->alpha = layout->colors + i;
        layout->is_premultiplied = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
    }
    int unused = extra - (layout->alpha >= 0 ? 1 : 0);
    if (unused > 0) {
        char text[CIC_TEXT_SIZE];
        snprintf(text, sizeof text, "%d further channels, which are no transparency, were left out", unused);
        cic_add_note(report, text, true);
    }
}

static void choose_chunks(tiff_layout *layout, TIFF *tiff) {
    layout->is_tiled = TIFFIsTiled(tiff);
    if (layout->is_tiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout->chunk_width);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout->chunk_height);
    } else {
        layout->chunk_width = layout->width;
        layout->chunk_height = layout->height;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &layout->chunk_height);
        if (layout->chunk_height > layout->height) layout->chunk_height = layout->height;
    }
    layout->plane_count = 1;
    if (layout->is_planar) {
        layout->plane_count = layout->colors + (layout->alpha >= 0 ? 1 : 0);
        for (int i = 0; i < layout->colors; i++) layout->planes[i] = (uint16_t)i;
        if (layout->alpha >= 0) layout->planes[layout->colors] = (uint16_t)layout->alpha;
    }
}

cic_status tiff_layout_read(tiff_layout *layout, TIFF *tiff, cic_report *report) {
    uint16_t bits = 1, compression = COMPRESSION_NONE, format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG;
    char text[CIC_TEXT_SIZE];
    layout->samples = 1;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
    if (layout->width == 0 || layout->height == 0 || layout->samples == 0) {
        cic_copy_text(report->message, "it has no pixels");
        return CIC_MALFORMED;
    }
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout->photometric)) {
        layout->photometric = layout->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    }
    if (!is_wanted_compression(compression)) {
        snprintf(text, sizeof text, "compression number %d", compression);
        return unsupported(report, text);
    }
    switch (format) {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID: break;
    case SAMPLEFORMAT_IEEEFP: return unsupported(report, "floating-point samples");
    case SAMPLEFORMAT_INT: return unsupported(report, "samples with a sign");
    default: return unsupported(report, "complex samples");
    }
    if (layout->samples > max_samples) {
        snprintf(text, sizeof text, "%d channels", layout->samples);
        return unsupported(report, text);
    }
    if (bits < 1 || bits > 16) {
        snprintf(text, sizeof text, "%d bits a sample", bits);
        return unsupported(report, text);
    }
    layout->bits = bits;
    layout->is_planar = planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
    layout->output_bits = bits > 8 ? 16 : 8;
    if (layout->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG && !layout->is_planar) {
        TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        layout->photometric = PHOTOMETRIC_RGB;
    }
    switch (layout->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK: layout->colors = 1; break;
    case PHOTOMETRIC_RGB: layout->colors = 3; break;
    case PHOTOMETRIC_PALETTE: {
        layout->colors = 1;
        cic_status status = read_palette(layout, tiff, report);
        if (status != CIC_OK) return status;
        break;
    }
    case PHOTOMETRIC_SEPARATED: {
        uint16_t inks = INKSET_CMYK;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &inks);
        if (inks != INKSET_CMYK) return unsupported(report, "inks other than CMYK");
        layout->colors = 4;
        break;
    }
    default: return unsupported(report, refused_photometric(layout->photometric));
    }
    if (layout->samples < layout->colors) {
        cic_copy_text(report->message, "pixels have fewer samples than their colours need");
        return CIC_MALFORMED;
    }
    find_alpha(layout, tiff, report);
    if (layout->alpha >= 0 && layout->photometric == PHOTOMETRIC_PALETTE && layout->is_premultiplied) {
        return unsupported(report, "a palette with premultiplied alpha");
    }
    bool is_gray = layout->photometric == PHOTOMETRIC_MINISWHITE || layout->photometric == PHOTOMETRIC_MINISBLACK;
    layout->output_channels = (is_gray ? 1 : 3) + (layout->alpha >= 0 ? 1 : 0);
    choose_chunks(layout, tiff);
    return CIC_OK;
}

void tiff_layout_release(tiff_layout *layout) {
    free(layout->palette);
    layout->palette = NULL;
}

static size_t row_samples(const tiff_layout *layout) {
    return (size_t)layout->chunk_width * (layout->is_planar ? 1 : layout->samples);
}

size_t tiff_layout_chunk_row_bytes(const tiff_layout *layout) {
    return (row_samples(layout) * (size_t)layout->bits + 7) / 8;
}

// MARK: - Rows

bool tiff_row_allocate(tiff_row *row, const tiff_layout *layout) {
    size_t count = (size_t)layout->chunk_width * layout->samples;
    row->values = calloc(count, sizeof *row->values);
    row->plane = layout->is_planar ? calloc(layout->chunk_width, sizeof *row->plane) : NULL;
    if (row->values && (row->plane || !layout->is_planar)) return true;
    tiff_row_release(row);
    return false;
}

void tiff_row_release(tiff_row *row) {
    free(row->values);
    free(row->plane);
    row->values = NULL;
    row->plane = NULL;
}

/// Samples of any number of bits, one behind the other, the highest bit first; 16 are the machine's already.
static void unpack(const uint8_t *source, size_t count, int bits, uint16_t *values) {
    if (bits == 8) {
        for (size_t i = 0; i < count; i++) values[i] = source[i];
    } else if (bits == 16) {
        memcpy(values, source, count * 2);
    } else {
        uint32_t buffer = 0;
        int filled = 0;
        for (size_t i = 0; i < count; i++) {
            while (filled < bits) {
                buffer = buffer << 8 | *source++;
                filled += 8;
            }
            filled -= bits;
            values[i] = (uint16_t)(buffer >> filled & ((1u << bits) - 1));
        }
    }
}

/// Colours that were multiplied with alpha, divided by it: nearest, and never more than the largest.
static uint32_t divided(uint32_t value, uint32_t alpha, uint32_t largest) {
    if (alpha == 0) return 0;
    uint32_t quotient = (value * largest + alpha / 2) / alpha;
    return quotient < largest ? quotient : largest;
}

static void put(uint8_t *target, size_t index, int bits, uint32_t value) {
    if (bits == 8) {
        target[index] = (uint8_t)value;
    } else {
        uint16_t wide = (uint16_t)value;
        memcpy(target + 2 * index, &wide, 2);
    }
}

static void convert(const tiff_layout *layout, const uint16_t *values, uint32_t columns, uint8_t *target) {
    uint32_t largest = (1u << layout->bits) - 1;
    uint32_t full = (1u << layout->output_bits) - 1;
    int channels = layout->output_channels;
    size_t palette_size = (size_t)1 << layout->bits;
    for (uint32_t x = 0; x < columns; x++, values += layout->samples) {
        uint32_t alpha = layout->alpha >= 0 ? values[layout->alpha] : largest;
        uint32_t colors[4];
        for (int i = 0; i < layout->colors; i++) {
            uint32_t value = values[i];
            if (layout->photometric == PHOTOMETRIC_PALETTE) {
                for (int k = 0; k < 3; k++) colors[k] = layout->palette[(size_t)k * palette_size + value];
                continue;
            }
            if (layout->is_premultiplied) value = divided(value, alpha, largest);
            if (layout->photometric == PHOTOMETRIC_MINISWHITE) value = largest - value;
            colors[i] = largest == full ? value : (value * full + largest / 2) / largest;
        }
        if (layout->photometric == PHOTOMETRIC_SEPARATED) {
            // Sheets without ink are 0 here. Without a profile, light passes one ink after the other.
            for (int k = 0; k < 3; k++) {
                colors[k] = (uint32_t)(((uint64_t)(full - colors[k]) * (full - colors[3]) + full / 2) / full);
            }
        }
        size_t index = (size_t)x * channels;
        int shown = layout->alpha >= 0 ? channels - 1 : channels;
        for (int k = 0; k < shown; k++) put(target, index + k, layout->output_bits, colors[k]);
        if (layout->alpha >= 0) {
            uint32_t value = largest == full ? alpha : (alpha * full + largest / 2) / largest;
            put(target, index + shown, layout->output_bits, value);
        }
    }
}

/// Whether the samples are already what is wanted.
static bool is_plain(const tiff_layout *layout) {
    return !layout->is_planar && (layout->bits == 8 || layout->bits == 16) && !layout->is_premultiplied &&
        layout->samples == layout->output_channels &&
        (layout->photometric == PHOTOMETRIC_RGB || layout->photometric == PHOTOMETRIC_MINISBLACK);
}

void tiff_convert_row(
    const tiff_layout *layout, tiff_row *row, const uint8_t *source, size_t plane_bytes, uint32_t columns,
    uint8_t *target) {
    if (is_plain(layout)) {
        memcpy(target, source, (size_t)columns * layout->samples * (size_t)(layout->bits / 8));
        return;
    }
    if (!layout->is_planar) {
        unpack(source, (size_t)columns * layout->samples, layout->bits, row->values);
    } else {
        for (int plane = 0; plane < layout->plane_count; plane++) {
            unpack(source + (size_t)plane * plane_bytes, columns, layout->bits, row->plane);
            for (uint32_t x = 0; x < columns; x++) {
                row->values[(size_t)x * layout->samples + layout->planes[plane]] = row->plane[x];
            }
        }
    }
    convert(layout, row->values, columns, target);
}

#else

typedef int cic_no_tiff_pixels;

#endif
