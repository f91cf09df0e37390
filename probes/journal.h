/* The journal: what was changed, by whom, from what to what; it is written before the host is, and undo reads it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_JOURNAL_H
#define PROBES_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/change.h"

enum entry_state {
	ENTRY_STARTED, /* no end was written: the program died in between; undo puts back what was done */
	ENTRY_APPLIED,
	ENTRY_PUT_BACK, /* failed and put back: nothing to undo */
	ENTRY_PARTLY, /* some of it is still as written */
	ENTRY_UNDONE,
	ENTRY_PARTLY_UNDONE, /* an undo put some of it back, and not the rest */
};

struct entry {
	uint64_t id; /* 1, 2, … in one journal */
	enum entry_state state;
	int64_t wall_ns; /* when it began, since 1970 UTC */
	const char *boot_id;
	const char *user, *sudo_user; /* sudo_user NULL when there is none */
	const char *version;
	const char *hostname;
	const char *kind; /* of host, as host_kind_word() */
	const char *action, *target, *title;
	const char *uri; /* of the libvirt that its pins are on; NULL: no pin, or a record of before it was kept */
	bool this_boot; /* kernel values of another boot are lost: nothing to undo */
	bool undoable; /* there is something to put back, here and now: undo without a number offers it */
	bool overwritten; /* what is left of it others have set since: undone by its number only */
	size_t nsteps;
	const struct step *steps; /* path, now, was, compare; after and err as far as known */
};

struct entries {
	struct arena *a;
	size_t n;
	const struct entry *entry; /* oldest first */
	size_t skipped; /* lines that could not be read: torn by a crash, or not ours */
};

struct journal;

/*
 * The journal of this user: $HVSCOPE_STATE/journal in tests, /var/lib/hvscope/journal for root, else
 * $XDG_STATE_HOME/hvscope/journal (~/.local/state). No file is made before the first record. Records are refused for
 * a host that may not be written, and (but for tests) for one that is not this machine. h may be NULL: such a journal
 * only reads, and knows no boot. A capture has none: -EOPNOTSUPP. h is used during this call alone. why: a sentence
 * after an error.
 */
int journal_open(struct host *h, struct journal **ret, char why[200]);
void journal_close(struct journal *j);
const char *journal_path(const struct journal *j);

/* Reads all entries; a journal that is not there yet is no error: n is 0. */
int journal_read(struct journal *j, struct entries *ret, char why[200]);
void entries_free(struct entries *e);

/* Records; each is one JSON line, appended under flock and on the disk before it returns. */
int journal_begin(struct journal *j, const struct change *c, uint64_t *ret_id, char why[200]);
int journal_end(struct journal *j, uint64_t id, enum entry_state state, const struct change *c, char why[200]);

/*
 * Puts back the steps of an entry, in reverse order: only those whose present value still equals `now`; the others are
 * listed in result.why. Refuses entries of another boot or another host name. Journals that it was undone.
 */
struct result journal_undo(
	struct host *h, struct journal *j, const struct entry *e, change_progress *progress, void *arg);

/*
 * 0, or what forbids undoing e whatever the host holds: undone before, another boot, a host that is only looked at.
 * -EXDEV: made on another host or another libvirt, where nothing of it is to be looked for.
 */
int journal_may_undo(struct host *h, struct journal *j, const struct entry *e, char why[RESULT_WHY]);

/* The change that undoing would be, for the same dialog: each step's now is the old value. NULL when nothing is left.
 */
struct change *journal_plan_undo(struct host *h, const struct entry *e);

const char *entry_state_word(enum entry_state s);
/* For people: "partly undone", "lost at reboot", "overwritten" where others hold all of it. At most 14 columns. */
const char *entry_state_text(const struct entry *e);
/* The newest that others hold what is left of, 0: none. Where nothing else is to be undone, that is told. */
uint64_t entries_held(const struct entries *e);

/* `hvscope journal` in its three forms; each to out, as whole text in the arena. */
char *journal_text(struct arena *a, const struct entries *e);
char *journal_json(struct arena *a, const struct entries *e);
char *journal_shell(struct arena *a, const struct entries *e); /* a script that restores, quoted safely */

/* "2026-11-22T09:34:00Z"; "" for a time that has no date. */
void journal_time(int64_t wall_ns, char ret[32]);

#endif
