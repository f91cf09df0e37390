/* What the files of the sham machine share with each other. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_IMPL_H
#define TESTS_LIB_SHAM_IMPL_H

#include <pthread.h>

#include "probes/host/machine.h"
#include "tests/lib/sham.h"

struct sham_file {
	char *path, *text;
	size_t path_len, len; /* len: of the text */
	int err; /* negative errno of each read */
	bool gone, link; /* link: text is where it points to */
	uint64_t age; /* grows with each time that it is removed */
	uint64_t reads, takes_ns;
	uint64_t given_ns; /* when its answers were given; 0: when they are read */
};

struct sham {
	struct machine m;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	struct sham_file **files, **order; /* by hash; in the order in which they came */
	uint64_t *above; /* in that order too: bits of the folders that it lies in, to tell nearly all apart by */
	size_t n, size;
	uint64_t clock_ns;
	uint32_t nkept;
	struct sham_file *hang;
	bool hanging;
	unsigned cpus;
	struct sham_cpu {
		bool online;
		unsigned percent;
		uint64_t user, idle; /* jiffies of a millisecond */
	} * cpu;
};

struct sham_file *sham_file(struct sham *s, const char *path);

#endif
