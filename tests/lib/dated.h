/* A machine on a fixed day, a second later each tick, for tests that count; and that denies what it does not have, when it is
 * told to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_DATED_H
#define TESTS_LIB_DATED_H

#include <stdbool.h>

struct host;

/*
 * deny: reading or following what inner has not (ENOENT) is EACCES, so that who concludes something from a missing file
 * concludes it no more; lists stay as they are. Owns inner. Not for more than one handle.
 */
struct host *dated_open(struct host *inner, bool deny);

#endif
