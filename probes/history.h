/* History: the last values of every field that asks for it, addressed like the facts themselves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HISTORY_H
#define PROBES_HISTORY_H

#include <stddef.h>

struct history;
struct snapshot;

enum { HISTORY_LENGTH = 120 };

struct history *history_new(void);
void history_free(struct history *h); /* NULL is fine */

/* Only the sampler calls this: takes the blocks of s that are new since the last call. */
void history_append(struct history *h, const struct snapshot *s);

void history_clear(struct history *h); /* as if nothing had come yet */

/*
 * Copies the newest n values of a field, the newest last; NAN where it was not known. Returns how many there were
 * (at most n and HISTORY_LENGTH); 0 for an address without history. May be called from any thread.
 */
size_t history_copy(struct history *h, const char *address, float *out, size_t n);

/* What the rings hold of memory. */
size_t history_bytes(struct history *h);

#endif
