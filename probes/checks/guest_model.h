/* Models of CPUs that QEMU gives guests, and how old they are beside a host's processors. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_GUEST_MODEL_H
#define PROBES_CHECKS_GUEST_MODEL_H

#include <stdbool.h>

struct cpu;

/* What a model has of the features that are felt. */
enum { MODEL_AES = 1, MODEL_AVX2 = 2, MODEL_PCID = 4, MODEL_FSGSBASE = 8 };
struct guest_model {
	const char *name; /* how its name begins */
	unsigned generation; /* grows with the years, for both vendors alike; 0: emulated, older than all */
	unsigned has; /* MODEL_ bits */
};

const struct guest_model *guest_model(const char *name); /* NULL: it is not in the table */
/* Of these processors; 0: not known. */
unsigned host_generation(const struct cpu *c);

#endif
