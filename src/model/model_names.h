/*
 * Names in a model file that its writer and its reader must spell alike and cannot spell once and for all.
 */
#ifndef ORIEL_MODEL_MODEL_NAMES_H
#define ORIEL_MODEL_MODEL_NAMES_H

#include <stdio.h>

enum { LAYER_NAME_SIZE = 48 };

/* "channel.0.rows" */
static inline void channel_name(char out[LAYER_NAME_SIZE], size_t channel, const char *part)
{
    snprintf(out, LAYER_NAME_SIZE, "channel.%zu.%s", channel, part);
}

/* "layer.0.weight" */
static inline void layer_name(char out[LAYER_NAME_SIZE], size_t layer, const char *part)
{
    snprintf(out, LAYER_NAME_SIZE, "layer.%zu.%s", layer, part);
}

#endif
