/// Small helpers shared by the codecs.
#pragma once

#include "CImageCodecs.h"

/// Copies a library's text, cut to fit.
void cic_copy_text(char target[CIC_TEXT_SIZE], const char *text);

/// Adds a remark; further ones than fit are dropped, those that say what was `lost` last.
void cic_add_note(cic_report *report, const char *text, bool lost);

/// Makes room for `extra` more bytes; false, with the bytes as they were, when memory is refused.
bool cic_bytes_reserve(cic_bytes *bytes, size_t extra);
