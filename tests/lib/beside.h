/* Two machines of tests/hosts beside each other, for tests of the second host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_BESIDE_H
#define TESTS_LIB_BESIDE_H

#include "tests/lib/screen.h"

struct besides {
	struct screen *s;
	char *tree[2]; /* this machine, the other */
};

/* What the machines are in the end, each sampled twice, the second beside the first; 120 × 40. */
struct besides besides_open(const char *here, const char *there);
void besides_close(struct besides *b);

/* How many cells of the panel are marked in this half (0: this host's, 1: the other's; of one alone: 0), or in both (-1). */
size_t besides_marks(struct besides *b, int half);

#endif
