/*
 * Text to tokens and sentence ends, by rules (regular expressions) that a user can read and replace.  Tokens are byte
 * ranges of the untouched text.  The only file that knows PCRE2.
 *
 * A rule is a line "name = pattern"; a line that begins with a blank goes on with the pattern before, "#" begins a
 * comment line, empty lines are skipped.  Rules "token.NAME" are tried in order at each place that is not white space,
 * the first match wins; what no rule matches is a token up to the next white space.  "sentence.end" is matched at the
 * token's beginning: a sentence ends after the token if this match ends where the token does.  Patterns are PCRE2's
 * with UTF, UCP and EXTENDED (blanks in them mean nothing); their groups do not capture.
 *
 * A rule sees the text before the token and at most TOKENIZER_VIEW bytes from its beginning on; what is beyond changes
 * nothing.  A match is cut at white space in it, an empty match counts for none.  Text cannot hang it: match limits
 * that the rules cannot raise, an own JIT stack per scratch; on a match error the token is the run up to the next white
 * space.
 */
#ifndef ORIEL_TEXT_TOKENIZER_H
#define ORIEL_TEXT_TOKENIZER_H

#include <stdbool.h>

#include "oriel.h"

#define TOKENIZER_VIEW ((size_t)8192) /* more than a token may have */

struct tokenizer;         /* compiled rules; read-only, may be shared by threads */
struct tokenizer_scratch; /* match data and JIT stack of one thread */

/* The built-in rules, as text. */
const char *tokenizer_default_rules(void);

/* Compiles rules (none: tokens are what stands between white space).  ORIEL_EFORMAT names `file`, line, and what PCRE2
 * says of the pattern; ORIEL_EENCODING, ORIEL_ELIMIT (64 KiB, 200 rules), ORIEL_ENOMEM. */
oriel_status tokenizer_new(struct tokenizer **out, const char *rules, const char *file, oriel_error *err);
void tokenizer_free(struct tokenizer *t);
const char *tokenizer_rules(const struct tokenizer *t); /* the text it was made from, on loan */

struct tokenizer_scratch *tokenizer_scratch_new(void); /* NULL: no memory */
void tokenizer_scratch_free(struct tokenizer_scratch *s);

/* The next token of text [n] (valid UTF-8) at or after byte `from`; false: only white space is left.  A token is at
 * most ORIEL_MAX_TOKEN_BYTES long: a longer one is cut there, at a character boundary, and goes on as the next token.
 * *ends_sentence: a sentence ends after this token. */
bool tokenizer_next(const struct tokenizer *t, struct tokenizer_scratch *s, const char *text, size_t n, size_t from,
                    oriel_range *token, bool *ends_sentence);

/* What separates tokens: length in bytes of the white space character at s, n > 0; 0: another one is there. */
size_t tokenizer_space_at(const char *s, size_t n);

#endif
