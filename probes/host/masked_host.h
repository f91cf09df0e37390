/* The masking host's own parts, for those of its operations that fill a file each. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MASKED_HOST_H
#define PROBES_HOST_MASKED_HOST_H

#include "probes/host/machine.h"
#include "probes/host/masked_comm.h"
#include "probes/host/masked_impl.h"

struct masked_machine {
	struct machine m; /* its lock guards what follows */
	bool knows_interfaces; /* of this tick */
	struct masks *masks;
	struct masked_comms comms;
};

/* A file that is kept: how it is asked for, and what it is for the host inside. */
struct kept_path {
	char *masked, *real;
	mask_form *form;
};

struct masked {
	struct host h;
	struct host *inner;
	struct text path, out; /* the path that the host inside understands; the answer */
	struct kept_path *kept;
	size_t nkept;
};

struct masked *masked_self(struct host *h);
struct masked_machine *masked_machine_of(const struct host *h);
struct masks *masked_lock(const struct host *h);
void masked_unlock(const struct host *h);
/* As the host inside calls it. */
const char *masked_real_path(struct host *h, const char *path);

int masked_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg);
void masked_know(struct host *h); /* names that other ones are made of, once a tick */

#endif
