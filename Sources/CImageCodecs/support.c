#include "support.h"

#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void cic_map_blocks(size_t least) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, (int)least);
#else
    (void)least;
#endif
}

void cic_copy_text(char target[CIC_TEXT_SIZE], const char *text) {
    size_t length = strlen(text);
    if (length >= CIC_TEXT_SIZE) length = CIC_TEXT_SIZE - 1;
    memcpy(target, text, length);
    target[length] = 0;
}

void cic_add_note(cic_report *report, const char *text, bool lost) {
    if (report->note_count >= (lost ? CIC_MAX_NOTES : CIC_MAX_NOTES - CIC_KEPT_NOTES)) return;
    cic_copy_text(report->notes[report->note_count], text);
    report->note_count += 1;
}

bool cic_bytes_reserve(cic_bytes *bytes, size_t extra) {
    if (extra <= bytes->capacity - bytes->count) return true;
    if (extra > SIZE_MAX / 4 || bytes->capacity > SIZE_MAX / 4) return false;
    size_t capacity = bytes->capacity * 2;
    if (capacity < 65536) capacity = 65536;
    if (capacity < bytes->count + extra) capacity = bytes->count + extra;
    uint8_t *data = realloc(bytes->data, capacity);
    if (!data) return false;
    bytes->data = data;
    bytes->capacity = capacity;
    return true;
}
