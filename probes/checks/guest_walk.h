/* Walks over the guests that run, for checks that ask something of each: what cannot be read is noted on the way. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_GUEST_WALK_H
#define PROBES_CHECKS_GUEST_WALK_H

#include "probes/checks/run.h"
#include "probes/guests.h"

struct guest_walk {
	struct check_run *r;
	const struct guests *g;
	uint32_t next;
	unsigned seen; /* guests that were given */
};

/*
 * False: there is none to look at, and the check has been told why: no guest runs here (it does not apply), or libvirt
 * does not tell of those that do (it is not known).
 */
bool guests_begin(struct check_run *r, struct guest_walk *w);
/* The next one whose definition can be read; one that cannot is noted as unknown. NULL: that was the last. */
const struct guest *guests_next(struct guest_walk *w);

/* "9 running guests", "9 running guests that libvirt knows" where others run too. */
const char *guests_seen(const struct guest_walk *w, unsigned n);

/* No process of a guest was seen: that is believed where libvirt does not refuse to tell; else it is not known. */
void guests_none(struct check_run *r, const char *sentence);

/* An address below that guest: guest_at(r, g, "disk[%s].bus", check_key(r, target)). */
__attribute__((format(printf, 3, 4))) const char *guest_at(
	struct check_run *r, const struct guest *g, const char *format, ...);
const char *guest_name(struct check_run *r, const struct guest *g);
/* For a command: its name as one word, or its UUID where the name is not fit for that. */
const char *guest_shell(struct check_run *r, const struct guest *g);
/* Is it known? Else that is noted: an absence too. The address is made only then. */
bool guest_knows(struct check_run *r, const struct guest *g, struct value v, const char *field);

/* What its definition says of that item of drift, while it waits for a restart; NULL: the same as now. */
const char *guest_waits(const struct guest *g, const char *item);
/* "; bus virtio after its restart", fit for a screen; "" where nothing waits for one. */
const char *guest_after(struct check_run *r, const struct guest *g, const char *item);

/* Is it one of these words? False where it is not known. */
bool value_one_of(struct value v, const char *const *words, size_t n);
#define VALUE_IS(v, ...) \
	value_one_of(v, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
/* Is the word in that list of words? False where it is not known. */
bool value_has_word(struct value words, const char *word);

/* "s" but for one: "1 guest", "2 guests". */
static inline const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

#endif
