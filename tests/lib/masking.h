/* Machines with two guests, seen through the masking host, for tests of what it makes of texts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_MASKING_H
#define TESTS_LIB_MASKING_H

#include <stddef.h>

struct host;

/* The UUIDs of web3 and of a guest called "1", on the host kvm07; masked they are guest2 and guest1 of host1. */
#define MASKING_WEB3 "6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b"
#define MASKING_ONE "1b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f"

struct masking {
	char *tree;
	struct host *h;
};

struct masking masking_new(void); /* with files of its own, and no host yet */
void masking_open(struct masking *m); /* with what tests have added; names are known, as they are to probes */
void masking_end(struct masking *m);

/* All end the test where it is not so. */
void masking_says(struct host *h, const char *path, const char *expected);
/* A machine with this one file, asked twice; of the guest web3: "live/xml" and the like. */
void masking_file(const char *path, const char *text, const char *expected);
void masking_virt(const char *name, const char *text, const char *expected);

#endif
