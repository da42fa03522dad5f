/*
 * One helper knows what a well-formed sequence is (Unicode 15, table 3-7); validation, decoding, repair and cutting are
 * built on it.  Case, classes and normal forms come from utf8proc.
 */
#include "text/utf8.h"

#include <string.h>

#include <utf8proc.h>

static const char REPLACEMENT[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* ---- well-formed sequences ---- */

/* How many bytes at the start of s [n] are the beginning of one well-formed character; *need: how many it has in all, 0 if
 * no character starts so.  The second byte's range depends on the first: no overlong forms, surrogates, or anything above
 * U+10FFFF. */
static size_t well_formed(const unsigned char *s, size_t n, size_t *need)
{
    unsigned char first = s[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    *need = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (*need < 2)
        return *need;
    if (n < 2 || s[1] < low || s[1] > high)
        return 1;
    size_t i = 2;
    while (i < *need && i < n && (s[i] & 0xC0) == 0x80)
        i++;
    return i;
}

/* Leading ASCII bytes of s [n], eight at a time. */
static size_t ascii_prefix(const char *s, size_t n)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        uint64_t eight;
        memcpy(&eight, s + i, 8);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < n && (unsigned char)s[i] < 0x80)
        i++;
    return i;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        if ((unsigned char)s[i] < 0x80) {
            i += ascii_prefix(s + i, n - i);
            continue;
        }
        size_t need;
        size_t got = well_formed((const unsigned char *)s + i, n - i, &need);
        if (need == 0 || got < need)
            return i;
        i += need;
    }
    return n;
}

size_t utf8_decode(const char *s, size_t n, int32_t *codepoint)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t need;
    if (well_formed(u, n, &need) < need || need == 0)
        return 0;
    if (!codepoint)
        return need;
    int32_t c = need == 1 ? u[0] : u[0] & (0xFF >> (need + 1));
    for (size_t i = 1; i < need; i++)
        c = c << 6 | (u[i] & 0x3F);
    *codepoint = c;
    return need;
}

size_t utf8_encode(int32_t codepoint, char *out)
{
    uint32_t c = (uint32_t)codepoint;
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00u >> n & 0xF0) | c);
    return n;
}

size_t utf8_open_tail(const char *s, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        const unsigned char *at = (const unsigned char *)s + n - back;
        if ((*at & 0xC0) == 0x80)
            continue;
        size_t need;
        return well_formed(at, back, &need) == back && back < need ? back : 0;
    }
    return 0;
}

/* ---- repair ---- */

/* Appends valid text, with U+FFFD for each NUL; adds how many to *n_put. */
static bool append_without_nul(struct bytes *out, const char *s, size_t n, size_t *n_put)
{
    while (n > 0) {
        const char *nul = memchr(s, 0, n);
        size_t n_before = nul ? (size_t)(nul - s) : n;
        if (!bytes_append(out, s, n_before))
            return false;
        if (!nul)
            return true;
        if (!bytes_append(out, REPLACEMENT, 3))
            return false;
        ++*n_put;
        s = nul + 1;
        n -= n_before + 1;
    }
    return true;
}

size_t utf8_repair(struct bytes *out, const char *s, size_t n)
{
    size_t n_put = 0;
    while (n > 0) {
        size_t n_valid = utf8_valid_prefix(s, n);
        if (!append_without_nul(out, s, n_valid, &n_put))
            return SIZE_MAX;
        s += n_valid;
        n -= n_valid;
        if (n == 0)
            break;
        size_t need;
        size_t n_bad = well_formed((const unsigned char *)s, n, &need);
        n_bad += n_bad == 0;
        if (!bytes_append(out, REPLACEMENT, 3))
            return SIZE_MAX;
        n_put++;
        s += n_bad;
        n -= n_bad;
    }
    return n_put;
}

/* ---- forms ---- */

/* By first bytes alone: below 0xCC stand for characters before the first combining mark, U+0300; 0xD0 and 0xD1 for the
 * larger part of Cyrillic, 0xE4 to 0xE9 for the common Han characters.  None of these is changed by composition or takes
 * part in it. */
bool utf8_surely_nfc(const char *s, size_t n)
{
    for (size_t i = ascii_prefix(s, n); i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0xCC && c != 0xD0 && c != 0xD1 && (c < 0xE4 || c > 0xE9))
            return false;
    }
    return true;
}

static bool replace_by(struct bytes *out, const char *s, size_t n)
{
    out->n = 0;
    return bytes_append(out, s, n);
}

/* Decomposes into the memory of *out itself and packs the result there: utf8proc's ready-made call would allocate behind
 * base/memory's back. */
bool utf8_nfc(struct bytes *out, const char *s, size_t n)
{
    if (utf8_surely_nfc(s, n))
        return replace_by(out, s, n);
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const size_t unit = sizeof(utf8proc_int32_t);
    out->n = 0;
    if (n > PTRDIFF_MAX / (4 * unit) || !bytes_reserve(out, (n + 1) * unit))
        return false;
    utf8proc_ssize_t n_characters = 0;
    for (;;) {
        utf8proc_ssize_t room =
            (utf8proc_ssize_t)(out->cap / unit) - 1; /* one is left for the NUL of the packed form */
        n_characters = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n,
                                          (utf8proc_int32_t *)(void *)out->at, room, options);
        if (n_characters <= room)
            break;
        if (!bytes_reserve(out, ((size_t)n_characters + 1) * unit))
            return false;
    }
    if (n_characters < 0)
        return false;
    utf8proc_ssize_t n_bytes = utf8proc_reencode((utf8proc_int32_t *)(void *)out->at, n_characters, options);
    if (n_bytes < 0)
        return false;
    out->n = (size_t)n_bytes;
    return true;
}

bool utf8_normalise(struct bytes *room, const char **s, size_t *n)
{
    if (utf8_surely_nfc(*s, *n))
        return true;
    if (!utf8_nfc(room, *s, *n))
        return false;
    *s = room->at;
    *n = room->n;
    return true;
}

typedef int32_t map_fn(int32_t codepoint);

/* Each character of s [n] replaced by what f says of it; ASCII, which comes in runs, by what `ascii` says. */
static bool map_characters(struct bytes *out, const char *s, size_t n, map_fn *f, map_fn *ascii)
{
    out->n = 0;
    for (size_t i = 0; i < n;) {
        size_t n_ascii = ascii_prefix(s + i, n - i);
        if (!bytes_reserve(out, out->n + n_ascii + 4))
            return false;
        for (size_t k = 0; k < n_ascii; k++)
            out->at[out->n++] = (char)ascii(s[i++]);
        if (i == n)
            break;
        int32_t codepoint = 0;
        size_t n_read = utf8_decode(s + i, n - i, &codepoint);
        out->n += utf8_encode(n_read > 0 ? f(codepoint) : 0xFFFD, out->at + out->n);
        i += n_read > 0 ? n_read : 1;
    }
    return true;
}

static int32_t lower_ascii(int32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static int32_t lower_any(int32_t c)
{
    return utf8proc_tolower(c);
}

static int32_t upper_ascii(int32_t c)
{
    return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

static int32_t upper_any(int32_t c)
{
    return utf8proc_toupper(c);
}

static int32_t fold_ascii(int32_t c)
{
    return c >= '0' && c <= '9' ? '0' : c;
}

static int32_t fold_any(int32_t c)
{
    return utf8_is_digit(c) ? '0' : c;
}

bool utf8_lower(struct bytes *out, const char *s, size_t n)
{
    return map_characters(out, s, n, lower_any, lower_ascii);
}

bool utf8_upper(struct bytes *out, const char *s, size_t n)
{
    return map_characters(out, s, n, upper_any, upper_ascii);
}

bool utf8_capital(struct bytes *out, const char *s, size_t n)
{
    int32_t first;
    char capital[4];
    size_t n_first = utf8_decode(s, n, &first);
    if (n_first == 0 || !utf8_lower(out, s + n_first, n - n_first))
        return n_first == 0 && utf8_lower(out, s, n);
    size_t n_capital = utf8_encode(upper_any(first), capital);
    if (!bytes_append(out, capital, n_capital))
        return false;
    memmove(out->at + n_capital, out->at, out->n - n_capital);
    memcpy(out->at, capital, n_capital);
    return true;
}

bool utf8_fold_digits(struct bytes *out, const char *s, size_t n)
{
    return map_characters(out, s, n, fold_any, fold_ascii);
}

/* ---- classes ---- */

/* Of ASCII they are known without the tables. */

bool utf8_is_upper(int32_t codepoint)
{
    if (codepoint < 0x80)
        return codepoint >= 'A' && codepoint <= 'Z';
    utf8proc_category_t category = utf8proc_category(codepoint);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

bool utf8_is_lower(int32_t codepoint)
{
    if (codepoint < 0x80)
        return codepoint >= 'a' && codepoint <= 'z';
    return utf8proc_category(codepoint) == UTF8PROC_CATEGORY_LL;
}

bool utf8_is_letter(int32_t codepoint)
{
    if (codepoint < 0x80)
        return (codepoint | 0x20) >= 'a' && (codepoint | 0x20) <= 'z';
    utf8proc_category_t category = utf8proc_category(codepoint);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool utf8_is_digit(int32_t codepoint)
{
    if (codepoint < 0x80)
        return codepoint >= '0' && codepoint <= '9';
    return utf8proc_category(codepoint) == UTF8PROC_CATEGORY_ND;
}

bool utf8_is_mark(int32_t codepoint)
{
    utf8proc_category_t category = utf8proc_category(codepoint);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool utf8_is_space(int32_t codepoint)
{
    if (codepoint <= 0x20)
        return codepoint == 0x20 || (codepoint >= '\t' && codepoint <= '\r');
    return codepoint == 0x85 || codepoint == 0xA0 || codepoint == 0x1680 ||
           (codepoint >= 0x2000 && codepoint <= 0x200A) || codepoint == 0x2028 || codepoint == 0x2029 ||
           codepoint == 0x202F || codepoint == 0x205F || codepoint == 0x3000;
}
