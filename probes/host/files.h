/* A host that is a tree of files: what the live one and a directory have in common, and where they differ. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_FILES_H
#define PROBES_HOST_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/host/host.h"
#include "probes/host/machine.h"

struct files_machine;
struct kmsg;
struct pci_names;
struct perf;
struct ethtool;
struct virt;

/* Where they differ. All return a negative errno after a failure. */
struct files_kind {
	int (*open)(const struct files_machine *m, const char *path, int flags); /* a descriptor, O_CLOEXEC */
	/* As readlink(2), of at most size bytes: the link itself, never what it points to. */
	int (*link)(const struct files_machine *m, const char *path, char *buf, size_t size);
	/* Why this path may not be written, as words that follow it, or NULL when it may. */
	const char *(*write_refusal)(const char *path);
	/* The text of an @ path: its length, as snprintf() gives it. On failure why is filled. */
	int (*ask)(struct files_machine *m, const char *path, char *buf, size_t size, char why[200]);
};

struct files_machine {
	struct machine m;
	const struct files_kind *kind;
	int root; /* O_PATH; -1 when live */
	bool without_openat2; /* links are followed by our own walk */
	bool virt_files; /* a folder with libvirt's answers as files: @virt/guests is its /@virt/guests */
	bool ethtool_files; /* likewise with what drivers answer: /@ethtool */
	bool qos_files; /* and with the limits that processes hold: /@qos */
	struct perf *perf; /* these three are NULL but on the live host */
	struct kmsg *kmsg;
	struct ethtool *ethtool;
	struct pci_names *pci;
	struct virt *virt; /* NULL where no libvirt is asked */
};

/* A machine without a name yet. May raise this process's limit of open files. */
struct files_machine *files_machine_new(const struct files_kind *kind);
/* The first handle on m, which it takes over; finds out the host's name. */
struct host *files_first(struct files_machine *m, const char *otherwise);
/* For kinds that know no such path. */
int files_no_answer(const char *path, char why[200]);

/* True for /top and all below it, however it is spelt; links are not followed. */
bool path_is_below(const char *path, const char *top);

int live_open(const struct host_options *o, struct host **ret, char why[200]);
int directory_open(const struct host_options *o, struct host **ret, char why[200]);

#endif
