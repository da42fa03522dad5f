/*
 * Nearly all numbers of a vectors file have few digits and small exponents.  For them w * 10^e is computed in double, with
 * at most three roundings (the digits, the product, digits left out), so it is off by less than 3 units of its last place;
 * unless that lies next to the middle between two floats, the nearest float is certain (after Clinger 1990).  What is not
 * certain goes to strtof, in a spelling without a decimal point, because the point is the locale's.
 */
#include "base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_DIGITS = 19,       /* any that many fit into 64 bits */
    COPIED = 10,           /* digits that are written at most */
    MAX_POWER = 22,        /* 10^22 is the largest power of ten that is a double */
    HARD_DIGITS = 128,     /* the middle between two floats has at most 113 significant digits */
    MAX_EXPONENT = 1 << 28 /* beyond it a number is zero or infinite; no line is that long */
};

static const double power_of_ten[MAX_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A number in its text: [sign] mantissa [exponent]. */
struct scanned {
    bool is_negative;
    uint64_t w;         /* the first MAX_DIGITS significant digits */
    long e;             /* the number is about w * 10^e; exactly, if there are no more digits */
    long exponent;      /* the one that is written, of which e is made */
    const char *digits; /* [n_digits] with the point */
    size_t n_digits;
};

/* ---- reading ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads the mantissa; returns its end, or NULL if it has no digit. */
static const char *scan_mantissa(const char *s, const char *end, struct scanned *out)
{
    int n_significant = 0;
    bool has_digit = false;
    bool has_point = false;
    const char *at = s;
    for (; at < end; at++) {
        if (*at == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!is_digit(*at))
            break;
        has_digit = true;
        if (n_significant == MAX_DIGITS) {
            out->e += !has_point;
            continue;
        }
        out->w = out->w * 10 + (uint64_t)(*at - '0');
        n_significant += out->w > 0;
        out->e -= has_point;
    }
    out->digits = s;
    out->n_digits = (size_t)(at - s);
    return has_digit ? at : NULL;
}

/* Reads an exponent if a whole one is there; returns its end. */
static const char *scan_exponent(const char *s, const char *end, struct scanned *out)
{
    const char *at = s;
    if (at == end || (*at != 'e' && *at != 'E'))
        return s;
    at++;
    bool is_negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    if (at == end || !is_digit(*at))
        return s;
    for (; at < end && is_digit(*at); at++)
        if (out->exponent < MAX_EXPONENT)
            out->exponent = out->exponent * 10 + (*at - '0');
    out->exponent = is_negative ? -out->exponent : out->exponent;
    out->e += out->exponent;
    return at;
}

/* The float nearest to w * 10^e (w perhaps cut after MAX_DIGITS digits), or false if this way cannot be sure of it. */
static bool certain_float(uint64_t w, long e, float *out)
{
    if (e < -MAX_POWER || e > MAX_POWER)
        return false;
    double x = e < 0 ? (double)w / power_of_ten[-e] : (double)w * power_of_ten[e];
    if (x < 1e-30 || x > 1e30)
        return false;
    /* a float keeps 24 of the 53 bits: 29 are rounded away, and the middle is a one and 28 zeros */
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t from_middle = (int64_t)(bits & ((UINT64_C(1) << 29) - 1)) - (INT64_C(1) << 28);
    if (from_middle > -4 && from_middle < 4)
        return false;
    *out = (float)x;
    return true;
}

/* Digits without leading zeros and point, and an exponent.  Digits after so many can only tell "exactly in the middle" from
 * "above it": a 1 stands for them. */
static float hard_float(const struct scanned *number)
{
    char text[HARD_DIGITS + 32];
    size_t n = 0;
    long e = number->exponent;
    bool has_point = false;
    bool has_rest = false;
    for (size_t i = 0; i < number->n_digits; i++) {
        char c = number->digits[i];
        if (c == '.') {
            has_point = true;
            continue;
        }
        if (n < HARD_DIGITS) {
            if (n > 0 || c != '0')
                text[n++] = c;
            e -= has_point;
            continue;
        }
        has_rest = has_rest || c != '0';
        e += !has_point;
    }
    if (has_rest) {
        text[n++] = '1';
        e--;
    }
    snprintf(text + n, sizeof text - n, "e%ld", e);
    return strtof(text, NULL);
}

size_t decimal_read(const char *s, size_t n, float *out)
{
    struct scanned number = {0};
    const char *end = s + n;
    const char *at = s;
    if (at < end && (*at == '-' || *at == '+'))
        number.is_negative = *at++ == '-';
    at = scan_mantissa(at, end, &number);
    if (!at)
        return 0;
    at = scan_exponent(at, end, &number);
    float x = 0;
    if (number.w > 0 && !certain_float(number.w, number.e, &x))
        x = hard_float(&number);
    *out = number.is_negative ? -x : x;
    return (size_t)(at - s);
}

/* ---- writing ---- */

/* w's digits, before `end`; returns where they begin. */
static char *spell_digits(char *end, uint64_t w)
{
    do
        *--end = (char)('0' + w % 10);
    while ((w /= 10) > 0);
    return end;
}

/* w * 10^e, w of at most 10 digits: with a point if it is not too far from them, else with an exponent.  Copies have one length, which
 * takes less time than the right one: what is too much is written over, or lies behind the end. */
static size_t spell(char out[DECIMAL_MAX], bool is_negative, uint64_t w, int e)
{
    char text[2 * COPIED] = {0};
    char *to = out;
    for (; w > 0 && w % 10 == 0; e++)
        w /= 10;
    const char *digits = spell_digits(text + COPIED, w);
    int n = (int)(text + COPIED - digits);
    int point = w > 0 ? n + e : 1; /* digits before the point */
    *to = '-';
    to += is_negative;
    if (point > 9 || point <= -4) {
        *to++ = digits[0];
        *to = '.';
        to += n > 1;
        memcpy(to, digits + 1, COPIED);
        to += n - 1;
        *to++ = 'e';
        *to = '-';
        to += point <= 0;
        int power = point > 0 ? point - 1 : 1 - point;
        spell_digits(to + 1 + (power > 9), (uint64_t)power);
        to += 1 + (power > 9);
    } else if (point >= n) {
        memset(to, '0', COPIED);
        memcpy(to, digits, (size_t)n);
        to += point;
    } else if (point > 0) {
        memcpy(to, digits, COPIED);
        to += point;
        *to++ = '.';
        memcpy(to, digits + point, COPIED);
        to += n - point;
    } else {
        memcpy(to, "0.000", 5);
        to += 2 - point;
        memcpy(to, digits, COPIED);
        to += n;
    }
    return (size_t)(to - out);
}

/* The power of ten of x's first digit, x > 0; next to a power of ten, and where the table ends, it may be one less. */
static int exponent_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int binary = (int)(bits >> 52) - 1023;
    int e = (binary * 78913 - (binary < 0 ? (1 << 18) - 1 : 0)) / (1 << 18); /* log10 2, of the power of two below x */
    int above = e + 1;
    if (above < -MAX_POWER || above > MAX_POWER)
        return e;
    bool is_above = above < 0 ? x * power_of_ten[-above] >= 1 : x >= power_of_ten[above];
    return e + is_above;
}

/* Of so many digits.  They need not be x's own, rounded, so the product need not be exact. */
static bool are_digits(float x, int n_digits, int exponent, uint64_t *w, int *e)
{
    *e = exponent + 1 - n_digits;
    if (*e < -MAX_POWER || *e > MAX_POWER)
        return false;
    double scaled = *e < 0 ? x * power_of_ten[-*e] : x / power_of_ten[*e];
    *w = (uint64_t)(scaled + 0.5);
    float back;
    return certain_float(*w, *e, &back) && back == x;
}

/* The fewest digits that certainly read back to x: mostly 8, so these are tried first, and then what is needed of more or fewer. */
static bool find_digits(float x, uint64_t *w, int *e)
{
    int exponent = exponent_of(x); /* where it is one less, there is a digit more */
    int n_digits = 8;
    if (exponent + 1 - 6 > MAX_POWER)
        return false;
    if (!are_digits(x, n_digits, exponent, w, e))
        return are_digits(x, 9, exponent, w, e);
    uint64_t fewer;
    int e_fewer;
    while (n_digits > 6 && are_digits(x, --n_digits, exponent, &fewer, &e_fewer)) {
        *w = fewer;
        *e = e_fewer;
    }
    return true;
}

/* The C library's digits, for what is very small, very large, or read by way of hard_float. */
static size_t write_hard(char *out, float x, bool is_negative)
{
    size_t n = 0;
    float back = 0;
    for (int n_digits = 6; n_digits <= 9 && back != x; n_digits++) {
        char text[64];
        snprintf(text, sizeof text, "%.*e", n_digits - 1, x);
        uint64_t w = 0;
        const char *at = text;
        for (; *at != 'e'; at++) /* the point, whatever it is here, is no digit */
            if (is_digit(*at))
                w = w * 10 + (uint64_t)(*at - '0');
        n = spell(out, is_negative, w, (int)strtol(at + 1, NULL, 10) + 1 - n_digits);
        decimal_read(out + is_negative, n - is_negative, &back);
    }
    return n;
}

size_t decimal_write(char out[DECIMAL_MAX], float x)
{
    bool is_negative = signbit(x);
    float size = fabsf(x);
    uint64_t w = 0;
    int e = 0;
    if (size > 0 && !find_digits(size, &w, &e))
        return write_hard(out, size, is_negative);
    return spell(out, is_negative, w, e);
}
