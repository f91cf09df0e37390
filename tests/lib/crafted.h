/* One probe over a sham machine and over blocks of other probes that a test wrote by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_CRAFTED_H
#define TESTS_LIB_CRAFTED_H

#include "tests/lib/probing.h"

struct guest;
struct host;

/* p.snap is the snapshot: the functions of probing.h that look facts up work with it, those that tick do not. */
struct crafted {
	struct probing p;
	struct host *h;
	const struct probe *probe;
	void *state;
	uint64_t last_ns, blocks;
	bool asked;
};

struct crafted crafted_new(const struct probe *probe); /* without any file */
void crafted_end(struct crafted *c);
/* Facts of another probe, zeroed and to be filled by the test; arena: for what they point to. */
void *crafted_put(struct crafted *c, const struct probe *p, struct arena **ret_arena);
void crafted_error(struct crafted *c, const struct probe *p, int err); /* a block without facts */
void crafted_none(struct crafted *c, const struct probe *p); /* no block yet */
/* libvirt says that this guest runs here, with 7 as its id, and that there is no other one; its row is the test's. */
struct guest *crafted_running(struct crafted *c, const char *uuid, const char *name);
int crafted_tick(struct crafted *c); /* what the probe's sample gave */
int crafted_pass(struct crafted *c, unsigned ms);

#endif
