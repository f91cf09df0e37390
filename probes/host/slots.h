/* Numbers that stand for what a handle keeps: given out, looked up and taken back without searching. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SLOTS_H
#define PROBES_HOST_SLOTS_H

struct slots {
	int *value; /* by number, >= 0; a free one holds -2 - the next free one */
	int n, free; /* free: the first of these, -1 when there is none */
};

struct slots slots_new(void);
int slots_take(struct slots *s, int value); /* value >= 0; the number */
int slots_get(const struct slots *s, int number); /* a number that is not taken is a bug */
void slots_give(struct slots *s, int number);
void slots_free(struct slots *s);

#endif
