/* Finds the names of processes in what /proc says, and remembers what each is called when masked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_comm.h"
#include "probes/util.h"

enum { ROWS = 1 << 14 }; /* two processes that meet in one row are looked at again */

struct masked_comm {
	uint32_t pid;
	char comm[COMM_SIZE], masked[COMM_SIZE];
};

void masked_comms_free(struct masked_comms *c)
{
	free(c->row);
}

bool masked_comm_place(const char *path, struct slice text, struct slice *ret, uint32_t *ret_pid)
{
	const char *end = strrchr(path, '/'), *open, *close;
	unsigned pid;

	if (sscanf(path, "/proc/%u/", &pid) != 1 || !end)
		return false;
	*ret_pid = pid;
	if (!strcmp(end, "/comm")) {
		*ret = (struct slice){text.p, text.len - (text.len && text.p[text.len - 1] == '\n')};
	} else if (!strcmp(end, "/stat")) {
		open = memchr(text.p, '(', text.len);
		close = memrchr(text.p, ')', text.len);
		if (!open || !close || close < open)
			return false;
		*ret = (struct slice){open + 1, (size_t)(close - open) - 1};
	} else if (!strcmp(end, "/status") && slice_starts(text, "Name:\t")) {
		close = memchr(text.p, '\n', text.len);
		*ret = (struct slice){text.p + 6, (size_t)((close ? close : text.p + text.len) - text.p) - 6};
	} else {
		return false;
	}
	return true;
}

bool masked_comm_is_usual(struct slice comm)
{
	static const char *const begins[] = {"qemu-system-", "qemu-kvm", "kvm", "CPU ", "IO ", "vhost-", "worker", "vnc_worker",
		"call_rcu", "SPICE Worker", "kworker/", "ksoftirqd/", "migration/", "cpuhp/", "idle_inject/", "irq/", "rcu",
		"libvirtd", "virtqemud", "systemd"};

	for (size_t i = 0; i < COUNT(begins); i++)
		if (slice_starts(comm, begins[i]))
			return true;
	return false;
}

bool masked_comm_known(const struct masked_comms *c, uint32_t pid, struct slice comm, char ret[COMM_SIZE])
{
	const struct masked_comm *row = c->row ? &c->row[pid % ROWS] : NULL;

	if (!row || row->pid != pid || !slice_is(comm, row->comm))
		return false;
	memcpy(ret, row->masked, COMM_SIZE);
	return true;
}

void masked_comm_tell(struct masked_comms *c, uint32_t pid, struct slice comm, struct slice masked, char ret[COMM_SIZE])
{
	struct masked_comm *row;

	if (!c->row)
		c->row = xcalloc(ROWS, sizeof(*c->row));
	row = &c->row[pid % ROWS];
	row->pid = pid;
	snprintf(row->comm, sizeof(row->comm), "%.*s", (int)comm.len, comm.p);
	snprintf(row->masked, sizeof(row->masked), "%.*s", (int)masked.len, masked.p);
	memcpy(ret, row->masked, COMM_SIZE);
}
