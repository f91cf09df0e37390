/* What the files of the journal share: who writes it, for which host, and how a record reaches the disk. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_JOURNAL_IMPL_H
#define PROBES_JOURNAL_IMPL_H

#include "probes/journal.h"

struct js;

enum { JOURNAL_CAP = 64 << 20 }; /* bytes: some hundred changes of the largest machines */
#define JOURNAL_ID_MAX (UINT64_C(1) << 53)

struct journal {
	struct arena *a; /* of all texts here */
	const char *path;
	const char *user, *sudo_user; /* sudo_user NULL when there is none */
	const char *hostname, *kind, *boot_id; /* NULL without a host */
	const char *refusal; /* why no record is taken, or NULL */
	bool quiet; /* in tests: nothing goes to syslog */
};

/* As journal_may_undo() says it; now: the entry as the journal has it at this moment, NULL: not any more. */
int journal_forbids(struct host *h, const struct journal *j, const struct entry *now, struct result *r);

enum todo {
	DO_BACK, /* holds what was written: put it back */
	DO_NOTHING, /* is as before already */
	DO_ENDED, /* a pin that ended when its guest stopped */
	DO_LEAVE, /* somebody else changed it, or it cannot be read: the step says which */
};

struct undo {
	struct arena *a;
	struct step *steps; /* copies, with their own errors */
	enum todo *todo;
	size_t n, back, nothing, ended;
	size_t instead; /* of those to put back: what cannot be written as it was */
	size_t foreign; /* hold what somebody else set, or their guest is gone */
	size_t strange; /* of a record that names no libvirt: the one that is asked does not have them */
};

/* Reads every step of e; u's texts are in a. */
struct undo journal_look(struct host *h, struct arena *a, const struct entry *e);

/* {"v":1,"id":…,"event":…,"time":…,"wall_ns":…} */
struct js *journal_record(uint64_t id, const char *event);
/* Says what helps when reading the journal ended with err: returns err. */
int journal_too_large(const struct journal *j, int err, char why[200]);
/* One more record for that id; frees it. */
int journal_append(struct journal *j, struct js *record, char why[200]);
/* What is odd about the steps, by their index: errors, and what was read back where it is not what was written. */
struct js *journal_steps_found(const struct step *steps, size_t n);

/* Who changes things here: "ann (sudo)" or "root". */
const char *journal_who(struct arena *a, const char *user, const char *sudo_user);
/* One line to syslog: "ann (sudo) changed 96 × scaling_governor powersave → performance (journal 7)". */
void journal_tell(const struct journal *j, const char *verb, const struct step *steps, size_t n, uint64_t id);

#endif
