/* Names of processes: of one that was told to be called after its guest, another one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MASKED_COMM_H
#define PROBES_HOST_MASKED_COMM_H

#include "probes/host/host.h"
#include "probes/host/masked_impl.h"

enum { COMM_SIZE = 16 }; /* the kernel's own limit, with the NUL */

/* What is known of processes, by their ids. */
struct masked_comms {
	struct masked_comm *row;
	unsigned names; /* that were known then */
};

void masked_comms_free(struct masked_comms *c);
/* Where the name stands in comm, stat and status of a process or thread; false: path is none of these. */
bool masked_comm_place(const char *path, struct slice text, struct slice *ret, uint32_t *ret_pid);
/* Names that QEMU, the kernel and the daemons of every machine have: whole, or with a number behind. */
bool masked_comm_is_usual(struct slice comm);
/* All others: without the names of guests, hosts and interfaces. */
void masked_comm_words(struct masks *m, struct text *t, struct slice comm);
/* Forgets all when other names are known than before. */
void masked_comms_renew(struct masked_comms *c, unsigned names);
/* The name it had when it was looked at; false: look at its command line, and tell. */
bool masked_comm_known(const struct masked_comms *c, uint32_t pid, struct slice comm, char ret[COMM_SIZE]);
void masked_comm_tell(struct masked_comms *c, uint32_t pid, struct slice comm, struct slice masked, char ret[COMM_SIZE]);

#endif
