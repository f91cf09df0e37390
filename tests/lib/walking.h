/* The walk of the founding story on the screen, for tests of its strip. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_WALKING_H
#define TESTS_LIB_WALKING_H

#include "tests/lib/screen.h"

enum { WALKING_STEPS = 14 };

/* web3 takes 112 ms instead of 60; the strip stands at that step. 120 × 40. */
struct screen *walking(unsigned step);
void walking_at(struct screen *s, unsigned step); /* the test fails where it stands elsewhere */
/* screen_sane() up to 130×45 in such steps, and around 40×12. */
void walking_sizes(struct screen *s, int step);

#endif
