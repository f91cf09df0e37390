/* A machine that denies what it does not have: whoever concludes something from a missing file concludes it no more. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_DENYING_H
#define TESTS_LIB_DENYING_H

struct host;

/* Reading or following what inner has not (ENOENT) is EACCES; lists stay as they are. Owns inner. Not for more than one handle. */
struct host *denying_open(struct host *inner);

#endif
