/* The words for the kinds of host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/about.h"

#include "probes/util.h"

const char *host_kind_word(enum host_kind kind)
{
	static const char *const word[] = {
		[HOST_LIVE] = "live",
		[HOST_DIRECTORY] = "directory",
		[HOST_CAPTURE] = "capture",
		[HOST_TRAINING] = "training",
	};

	if ((size_t)kind >= COUNT(word))
		BUG("no kind of host is %d", (int)kind);
	return word[kind];
}
