/*
 * Ctrl-C while something is learned: the first asks to stop and to keep what there is, the second does not wait.
 */
#ifndef ORIEL_CLI_STOPPING_H
#define ORIEL_CLI_STOPPING_H

#include <stdbool.h>

/* From here on SIGINT and SIGTERM ask; one that whoever started us chose to ignore stays ignored. */
void stopping_listen(void);

bool stopping_is_asked(void);

/* From here on nothing may come between: both signals wait. */
void stopping_hold(void);

#endif
