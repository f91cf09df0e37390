/* One handle on a tree of files: its buffer and the files that it keeps open. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_FILES_HANDLE_H
#define PROBES_HOST_FILES_HANDLE_H

#include "probes/host/files.h"
#include "probes/host/slots.h"

struct files_handle {
	struct host h;
	char *buf; /* of the answer; one byte more than size, for the NUL */
	size_t size; /* what can be read into buf */
	struct slots kept; /* descriptors of kept files */
};

static inline struct files_handle *files_of(struct host *h)
{
	return (struct files_handle *)h;
}

static inline struct files_machine *files_machine(struct host *h)
{
	return (struct files_machine *)h->machine;
}

/* Takes over one count of m. */
struct host *files_handle_new(struct machine *m);

/* Opens a regular file and nothing else; flags O_RDONLY or O_WRONLY. Fills why on failure. */
int files_open(struct host *h, const char *path, int flags, char why[200]);
/* Reads all of fd from its start into the answer. On failure why is the caller's. */
int files_fill(struct files_handle *f, int fd, struct answer *ret);

int files_keep(struct host *h, const char *path);
int files_read_kept(struct host *h, int kept, struct answer *ret);
void files_drop(struct host *h, int kept);
void files_drop_all(struct files_handle *f);
/* min(12000, three quarters of the descriptors that this process may have), after the soft limit is raised. */
uint32_t files_kept_limit(void);

#endif
