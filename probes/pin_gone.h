/* Whether what a pin was set on is still there: a guest that stopped took its live pins with it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PIN_GONE_H
#define PROBES_PIN_GONE_H

struct host;

enum pin_gone {
	PIN_NOT_GONE, /* or not known */
	PIN_ENDED, /* a live pin of a guest that libvirt knows, and that does not run */
	PIN_UNKNOWN, /* libvirt answers, and does not know that guest, or no definition of it */
};

/* For a path that answered -ENOENT; asks the host for its guests. */
enum pin_gone pin_gone(struct host *h, const char *path);

#endif
