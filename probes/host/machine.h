/* What all handles of one host share: who it is, how many files it may keep, and when the last handle is gone. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MACHINE_H
#define PROBES_HOST_MACHINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/about.h"

/* Each kind of host embeds this as the first member of its own. */
struct machine {
	pthread_mutex_t lock; /* of handles and kept, and of what the kind adds */
	uint32_t handles;
	uint32_t kept; /* descriptors that all handles hold together */
	uint32_t kept_limit;
	struct about about; /* constant once the host is open */
	void (*end)(struct machine *m); /* frees what the kind added, and the machine */
};

/* Begins with one handle. */
void machine_init(struct machine *m, void (*end)(struct machine *m));
struct machine *machine_ref(struct machine *m);
void machine_unref(struct machine *m);

/* One more kept file: false when the limit is reached. */
bool machine_take_kept(struct machine *m);
void machine_give_kept(struct machine *m, uint32_t n);

#endif
