/* The part of a long answer of libvirt that one fact was read from: a guest's line, a device's element. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_EXPLAIN_PART_H
#define PROBES_EXPLAIN_PART_H

#include "probes/address.h"

/*
 * From text of len bytes with a NUL behind them, as that path answered. False: nothing in it says so. What no answer
 * of libvirt is stays whole.
 */
bool explain_part(struct arena *a, const struct found *at, const char *path, const char *text, size_t len,
	const char **ret_from, size_t *ret_len);

#endif
