/* Changes: an action plans steps, one piece of code here applies, verifies, journals and undoes them all. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHANGE_H
#define PROBES_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct host;
struct journal;
struct snapshot;

/* How a text read back is compared with the text that was written. */
enum compare {
	COMPARE_EXACT, /* byte for byte */
	COMPARE_LINE, /* but for white space at the end */
	COMPARE_NUMBER, /* as integers, 0x allowed */
	COMPARE_CPUS, /* as CPU lists; padded masks with commas are masks */
	COMPARE_CHOICE, /* "always [madvise] never": the word in brackets */
	COMPARE_AT_MOST, /* a number: the kernel may grant less, never more; less than asked is told, not an error */
};

struct step {
	const char *path;
	const char *now; /* the text to write */
	const char *was; /* byte for byte what was there when the dialog opened; NULL until filled */
	const char *instead; /* what is written where `was` is "-" and cannot be written back; NULL: `was` can */
	const char *after; /* what was read back; NULL until then */
	enum compare compare;
	int err; /* negative errno of this step, 0 when fine */
	const char *why; /* in words, when err is not 0 */
};

/* All text is in the arena, which the change owns. One owner at a time: the queue hands it from thread to thread. */
struct change {
	struct arena *a;
	const char *action; /* name of the row in actions.def */
	const char *target; /* what it is done to, for people: "96 CPUs", "policy3" */
	const char *title; /* "Switch the governor of 96 CPUs" */
	const char *effect; /* what will be felt */
	const char *costs; /* the risk and the price */
	const char *lasts; /* until when */
	const char *keep_hint; /* how to make it survive a reboot */
	const char *const *notes; /* who else owns that knob, what is odd */
	size_t nnotes;
	const char *uri; /* of the libvirt that its pins are on; NULL: no pin, or not known (yet) */
	const char *by_hand; /* the shell line a person would type, safe to paste */
	size_t nsteps;
	struct step *steps;
};

struct action {
	const char *name, *title;
	/* Pure: targets are addresses. 0, or -errno with ret->title saying why (ret->a is given by the caller). */
	int (*plan)(const struct snapshot *s, const char *const *targets, size_t ntargets, const char *value,
		struct change *ret);
};

extern const struct action *const actions[]; /* the rows of actions.def */
extern const size_t nactions;
const struct action *action_find(const char *name);

struct change *change_new(void); /* empty, with an arena */
void change_free(struct change *change); /* NULL is fine */

/* Reads `was` of every step. 0, or the first error; each step has its own err and why. */
int change_fill(struct host *h, struct change *c);

/* What happened to a change as a whole. */
enum outcome {
	OUTCOME_REFUSED, /* nothing was written: why says it */
	OUTCOME_APPLIED, /* every step was written and read back */
	OUTCOME_PUT_BACK, /* some step failed or it was stopped; every step is as before */
	OUTCOME_PARTLY, /* some step failed, and not everything could be put back: it stays in the journal */
};

enum { RESULT_WHY = 400 };
struct result {
	enum outcome outcome;
	int err; /* the first error, negative errno */
	size_t done; /* steps set and read back (applied), or put back */
	size_t refused; /* steps with an error of their own */
	uint64_t id; /* of the journal record, 0 when nothing was journalled */
	char why[RESULT_WHY]; /* one sentence: "94 of 96: policy12, policy13 refused (EBUSY): everything was put back"
			       */
	const char *help; /* what helps against the first error, as "; …"; static; NULL: the errno tells it */
};

/* Called between steps on the thread that applies; a true answer stops, and what was done is put back. */
typedef bool change_progress(size_t done, size_t total, void *arg);

/*
 * Re-reads every step and refuses with -ESTALE when the host no longer holds `was`; writes the journal (fsync) and
 * refuses when it cannot; writes each step; reads every step back; on a failure puts all back.
 */
struct result change_apply(struct host *h, struct journal *j, struct change *c, change_progress *progress, void *arg);

/* Reads the text under compare's rules. */
bool compare_equal(enum compare how, const char *wanted, const char *found);
const char *compare_word(enum compare how);
int compare_from_word(const char *word, enum compare *ret);

#endif
