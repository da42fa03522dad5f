/*
 * Files in, tagged text out, by any number of threads: each reads a batch of sentences, tags it, and writes it when its turn has
 * come, so that the order and every byte are those of one thread.  A batch ends where its reader would have to wait, so that
 * text which trickles in goes out at once.
 */
#ifndef ORIEL_CLI_TAG_STREAM_H
#define ORIEL_CLI_TAG_STREAM_H

#include "cli/options.h"
#include "cli/tagged.h"

struct tag_stream {
    const oriel_model *model;
    const oriel_reader_options *reader;
    const oriel_tagger_options *tagger;
    struct tagged form; /* all but its output */
    struct operands files;
    size_t threads;
    int fd; /* where it goes */
};

/* What it took, summed over the threads; seconds of waiting for each other are not in it. */
struct tag_stats {
    uint64_t n_sentences, n_replaced;
    oriel_tagger_stats tagger;
    double reading, deciding, writing;
    int write_error; /* errno, 0: none */
};

/* What was read before a failure is still tagged and written.  Any status of reader or tagger. */
oriel_status tag_stream(const struct tag_stream *s, struct tag_stats *stats, oriel_error *err);

#endif
