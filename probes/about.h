/* Who a host is: the part that titles, reports and plans show, without any way to reach the host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ABOUT_H
#define PROBES_ABOUT_H

#include <stdbool.h>

enum host_kind { HOST_LIVE, HOST_DIRECTORY, HOST_CAPTURE, HOST_TRAINING };

struct about {
	enum host_kind kind;
	enum host_kind origin; /* what the facts come from: of a capture the kind that was recorded, else kind itself */
	bool is_this_machine; /* false for every kind but HOST_LIVE */
	bool writable;
	bool anonymous; /* names of people, guests and hosts stand for others, in this capture alone */
	char hostname[65]; /* its /proc/sys/kernel/hostname or /etc/hostname, else the folder's name */
	char label[32]; /* THIS MACHINE, DIRECTORY, CAPTURE, TRAINING */
	char where[256]; /* the folder or file it was opened from, "" when live */
	char why_read_only[160]; /* "" when writable, else a sentence */
};

/* "live", "directory", "capture", "training": the word of host.kind in JSON. */
const char *host_kind_word(enum host_kind kind);

#endif
