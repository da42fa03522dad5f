#include "model/stored_words.h"

#include "base/memory.h"

void stored_words_clear(struct stored_words *s)
{
    bytes_clear(&s->strings);
    mem_free(s->ends);
    mem_free(s->counts);
}

bool stored_words_fill(struct stored_words *s, const struct vocab *words)
{
    s->n = vocab_size(words) - VOCAB_SPECIAL;
    s->ends = mem_alloc(s->n, sizeof *s->ends);
    s->counts = mem_alloc(s->n, sizeof *s->counts);
    if (!s->ends || !s->counts)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        size_t length;
        const char *word = vocab_word(words, (int32_t)(VOCAB_SPECIAL + i), &length);
        if (!bytes_append(&s->strings, word, length))
            return false;
        s->ends[i] = s->strings.n;
        s->counts[i] = vocab_word_count(words, (int32_t)(VOCAB_SPECIAL + i));
    }
    return true;
}
