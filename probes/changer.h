/* The change thread: the only one that writes to the host; it takes one job at a time and hands back what became of it.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHANGER_H
#define PROBES_CHANGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/change.h"
#include "probes/journal.h"

enum changer_job {
	CHANGER_LIST, /* read the journal */
	CHANGER_FILL, /* read `was` of a change */
	CHANGER_APPLY, /* apply a change */
	CHANGER_PLAN_UNDO, /* the change that undoing an entry would be */
	CHANGER_UNDO, /* undo an entry */
};

/* What became of a job. Everything in it belongs to whoever took it: changer_done_free(). */
struct changer_done {
	enum changer_job job;
	struct change *change; /* FILL, APPLY, PLAN_UNDO (NULL: nothing is left to undo) */
	struct entries *entries; /* LIST; NULL after an error */
	struct result result; /* APPLY, UNDO; PLAN_UNDO without a change: why there is none */
	uint64_t id; /* PLAN_UNDO, UNDO: of the entry; else as it was given */
	int err;
	char why[RESULT_WHY]; /* after an error */
};
void changer_done_free(struct changer_done *d);

struct changer;

/* Owns the handle h. Each job that ends adds 1 to the eventfd notify. */
struct changer *changer_new(struct host *h, int notify);

/*
 * Hands a job over; the change goes with it and comes back in changer_take(). id: of the entry for PLAN_UNDO and UNDO;
 * for others what the caller wants to know it by. Jobs queue up; the harmless ones never wait for a person.
 */
void changer_give(struct changer *c, enum changer_job job, struct change *change, uint64_t id);
/* Takes the oldest finished job: false when there is none. */
bool changer_take(struct changer *c, struct changer_done *ret);
/* Waits until every job that was given is finished; for scripts. */
void changer_wait(struct changer *c);

bool changer_busy(struct changer *c, enum changer_job *ret_job); /* a job is in hand or waiting */
void changer_progress(struct changer *c, size_t *ret_done, size_t *ret_total); /* of the job in hand */
/* Stops the APPLY and UNDO jobs that were given so far between two steps: what was done is put back. */
void changer_cancel(struct changer *c);

/* Cancels and waits at most wait_ns for the job in hand; false when it still runs: c is then left as it is. */
bool changer_free(struct changer *c, uint64_t wait_ns);

#endif
