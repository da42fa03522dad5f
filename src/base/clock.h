/*
 * How much time has passed.
 */
#ifndef ORIEL_BASE_CLOCK_H
#define ORIEL_BASE_CLOCK_H

/* Seconds since some moment; never goes back.  Thread safe. */
double clock_seconds(void);

#endif
