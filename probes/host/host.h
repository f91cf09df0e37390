/* One host: every thing on a machine is a path with a text, reached by these verbs and by no other way. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_HOST_H
#define PROBES_HOST_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "probes/about.h"

struct host;
struct machine;

/* One answer of the machine. text[len] is NUL; text belongs to the handle and lives until the next call on it. */
struct answer {
	const char *text;
	size_t len; /* bytes, without the NUL */
	uint64_t t_ns; /* when the machine gave it, on the clock of now() */
	char why[200]; /* the other side's own sentence after an error, "" after success */
};

/*
 * All return 0 (or a number >= 0) or a negative errno. A handle belongs to one thread; what handles share lives in
 * the reference-counted struct machine, which has its own lock.
 */
struct host_ops {
	int (*again)(struct host *h, struct host **ret); /* another handle on the same machine, for another thread */
	int (*tick)(struct host *h, int by); /* once before each tick */
	int (*keep)(struct host *h, const char *path); /* resolve once: a number, or -EMFILE: read() it instead */
	int (*read_kept)(struct host *h, int kept, struct answer *ret); /* the whole text, from its start */
	void (*drop)(struct host *h, int kept);
	int (*read)(struct host *h, const char *path, struct answer *ret);
	int (*link)(struct host *h, const char *path, struct answer *ret); /* where a symbolic link points */
	/* each() makes no call on h; it returns 0 to go on, anything else ends the listing and is returned. No order.
	 */
	int (*list)(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg);
	int (*write)(struct host *h, const char *path, const char *text, struct answer *ret); /* one write(2) */
	int (*start)(struct host *h, const char *job, struct answer *ret); /* a job id */
	int (*poll)(struct host *h, int id, struct answer *ret); /* state=, progress=, results as key=value lines */
	int (*stop)(struct host *h, int id);
	uint64_t (*now)(struct host *h); /* ns, monotonic */
	int64_t (*wall)(struct host *h); /* ns since 1970 UTC */
	void (*close)(struct host *h);
};

/* What this handle has cost so far, for "observer cost" and for tests. */
struct host_cost {
	uint64_t calls; /* verbs that asked the machine */
	uint64_t bytes; /* of their answers */
	uint32_t kept; /* descriptors held by this handle */
	uint32_t kept_limit;
};

/* Each kind of host embeds this as its first member. */
struct host {
	const struct host_ops *ops;
	struct machine *machine;
	struct host_cost cost; /* counted by the verbs below, for every kind alike */
	unsigned wait_ms; /* how long the next read may wait for a daemon, see host_wait() */
	unsigned patience_ms; /* what wait_ms begins with */
};

struct host_options {
	const char *root; /* NULL: this machine; else the folder that holds its /sys and /proc */
	const char *open; /* a capture, see probes/host/capture.h; "-": standard input. NULL: none; not with root */
	bool read_only; /* --read-only */
	const char *
		connect; /* --connect URI: which libvirt; NULL: qemu:///system on the live host, none for a directory */
	bool test_writable; /* tests only: a directory host that may be written; no option of the program sets it */
};

/* Opens the live host, a directory host or a capture. On failure why says what and why in one sentence. */
int host_open(const struct host_options *o, struct host **ret, char why[200]);
/* Whether this path of the person's own machine is a folder: then it is a root, else a capture. */
bool host_is_folder(const char *path);
bool host_is_file(const char *path); /* a file is there, such as a capture */
/*
 * 0, or -ENODEV and which: a folder with nothing in /sys nor /proc is no machine. For who would take nothing for an
 * answer (a capture, a comparison); a report of such a folder says itself that nothing is there. All other hosts are one.
 */
int host_holds_machine(struct host *h, char why[200]);

/*
 * Wraps inner and owns it: its nth call (1 is the first, 0 never) and `times - 1` more answer -error instead. tick,
 * keep, read_kept, read, link, list, write, start, poll and stop count; again, drop, now, wall and close do not.
 */
int failing_open(struct host *inner, uint64_t nth, uint64_t times, int error, struct host **ret);
uint64_t failing_calls(const struct host *failing); /* how many calls were counted, over all its handles */

/* Who this host is; filled when it was opened. The pointer lives as long as the machine. */
const struct about *host_about(const struct host *h);

/* The one place that says whether this host may be written: 0, or -EROFS, and why in words. */
int host_may_write(const struct host *h, char why[200]);

struct host_cost host_cost(const struct host *h);

/*
 * How long reads of what a daemon answers (@virt/…) wait for an answer that is newer than the call: all of them
 * together, so that a daemon that hangs costs this time once. A read that comes when it is used up waits a moment, no
 * more. At first 0: reads never wait, and copy the newest that is there. Of this handle alone.
 */
void host_wait(struct host *h, unsigned ms);
/* The whole time again: what was asked for has come. */
void host_wait_again(struct host *h);
/* Is there still some of it? */
bool host_waits(const struct host *h);

/*
 * The verbs. host_write() asks host_may_write() first. host_close(NULL) and dropping a negative number are fine. A path
 * is never an answer of the same handle: the answer moves while the path is still needed.
 */
int host_again(struct host *h, struct host **ret);
int host_tick(struct host *h, int by);
int host_keep(struct host *h, const char *path);
int host_read_kept(struct host *h, int kept, struct answer *ret);
void host_drop(struct host *h, int kept);
int host_read(struct host *h, const char *path, struct answer *ret);
int host_link(struct host *h, const char *path, struct answer *ret);
int host_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg);
int host_write(struct host *h, const char *path, const char *text, struct answer *ret);
int host_start(struct host *h, const char *job, struct answer *ret);
int host_poll(struct host *h, int id, struct answer *ret);
int host_stop(struct host *h, int id);
uint64_t host_now(struct host *h);
int64_t host_wall(struct host *h);
void host_close(struct host *h);

#endif
