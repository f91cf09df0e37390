/* Files of a simulated tree that are held whole and changed in place: they keep their inode and their length. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_HELD_H
#define PROBES_HOST_SIMULATE_HELD_H

#include <stddef.h>
#include <stdint.h>

/* A file of the tree that is held whole, changed in place, and written back with the same length. */
struct held {
	int fd;
	char *text;
	size_t len;
};

/* On failure why is filled. */
int held_open(int root, const char *path, struct held *ret, char why[200]);
int held_write(const struct held *h, size_t at, size_t len, const char *name, char why[200]);
void held_close(struct held *h);

/* Adds to the number at p, which keeps its width. A point in it is passed over. -ERANGE when it does not fit. */
int number_add(char *p, uint64_t n);

#endif
