/* What the files of the guests probe share: what it keeps of each guest between ticks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUESTS_IMPL_H
#define PROBES_GUESTS_IMPL_H

#include "probes/guests.h"
#include "probes/parse.h"

#define GUESTS_SECONDS UINT64_C(1000000000)
#define GUESTS_LIGHT "state,interface"
#define GUESTS_HEAVY "block,balloon"

enum { GUESTS_UUID = 36, GUESTS_NAME_MOST = 64 << 10, NGUEST_SETS = 9 };

extern const struct field *const guest_fields;
extern const size_t nguest_fields;
extern const struct row_set guest_sets[NGUEST_SETS];
extern const struct row_set guests_set[1]; /* the rows of all */

/* One of the two documents of a guest. */
struct guest_doc {
	struct arena *a; /* of g; NULL: there is none, and err says why */
	struct guest g;
	uint64_t t_ns; /* when libvirt gave it */
	uint64_t sum; /* of its text: the same text is not read twice */
	uint64_t want_ns; /* an answer older than this is not good enough; 0: none is wanted */
	uint64_t due_ns; /* when the next one is wanted */
	int err; /* -EINPROGRESS: not there yet */
};

/* A disk's or interface's counters. */
enum { STAT_VALUES = 6 };
struct stat_row {
	unsigned index; /* N of net.N */
	unsigned has; /* bits: which of v there are */
	char name[64];
	uint64_t v[STAT_VALUES];
};
struct stat_rows {
	struct stat_row *row;
	size_t n, room;
	uint64_t ns; /* 0: none */
};
enum stat_kind { STAT_DISK, STAT_INTERFACE, STAT_KINDS };
struct stat_pair {
	struct stat_rows old, new;
};

struct guest_entry {
	char uuid[GUESTS_UUID + 1];
	char *name;
	const char *state; /* static */
	uint64_t id, generation;
	uint64_t line; /* sum of its line in the list */
	bool runs, persistent, listed;
	bool moved; /* its line has changed: what the documents say together is to be made anew */
	struct guest_doc live, config;
	struct arena *a; /* of g: what the documents say together; NULL: err says why there is nothing */
	struct guest g;
	int err;
	struct stat_pair stat[STAT_KINDS];
	uint64_t balloon_kib, balloon_ns; /* ns 0: not told */
	uint64_t stats_due_ns; /* of the one on screen */
};

struct guests_state {
	struct guest_entry **by_name, **by_uuid;
	size_t n;
	uint64_t list_sum, list_ns; /* ns 0: there was no list yet */
	int list_err;
	uint64_t connection; /* sum of its text */
	struct arena *a; /* of cpus */
	const struct cpuset *cpus; /* of the guests' host; NULL: not told */
	bool here, told; /* its guests run on this machine; it said so, or that they do not */
	int light_err, heavy_err; /* of the newest statistics */
	uint64_t light_ns, heavy_ns, heavy_due_ns;
	int gone; /* there is no libvirt to be asked: the error that said so */
};

uint64_t guests_sum(struct slice s); /* over a text; never 0 */
/* `\\` and `\xNN` back to the bytes they stand for. */
char *guests_unescape(struct slice s);

/* The list of guests; new and changed ones want their documents. Reads nothing twice. */
void guests_list(const struct tick *t, struct guests_state *st);
struct guest_entry *guests_entry(const struct guests_state *st, struct slice uuid);
void guests_entry_free(struct guest_entry *e);

/* Reads the documents that are due, and makes one guest of both. */
void guests_documents(const struct tick *t, struct guests_state *st);
void guests_forget_document(struct guest_doc *d, int err);
/* All guests are put together anew: what all of them hang on has changed. */
void guests_merge_all(const struct tick *t, struct guests_state *st);

/* Where live and config differ; config is of the definition. In the arena; cpus: of the host, may be NULL. */
void guests_drift(struct arena *a, const struct guest *live, const struct guest *config, const struct cpuset *cpus,
	struct guest *ret);

void guests_stats(const struct tick *t, struct guests_state *st);
void guests_stats_forget(struct guest_entry *e); /* it runs anew: its counters begin at zero */
void guests_rates(const struct tick *t, const struct guests_state *st, const struct guest_entry *e, struct guest *row);

/* By the tables: texts and sets are copied, src is noted in each value. */
void guest_copy(struct carry *c, unsigned src, const struct guest *from, struct guest *to);
void guest_all_error(int err, struct guest *ret);

bool guests_wanted(const struct tick *t, const char *uuid); /* it is on the screen */

#endif
