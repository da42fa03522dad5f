/*
 * What the machine says: how many processors there are for this program, and what time it is.
 */
#ifndef ORIEL_CLI_MACHINE_H
#define ORIEL_CLI_MACHINE_H

#include <stddef.h>

enum { MOST_THREADS = 256 };

size_t available_processors(void); /* 1 .. MOST_THREADS */
double now_in_seconds(void);       /* since some moment; never goes back */

#endif
