/* The report: all facts once, as text for people and as JSON for programs, both from the tables of the probes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_REPORT_H
#define PROBES_REPORT_H

#include <stddef.h>

#include "probes/probe.h"

struct found;

/* One object: schema "hvscope-report/1", host {kind, hostname, kernel, label}, facts.<probe>. For free(). */
char *report_json(const struct snapshot *s);
/* The same facts as aligned text, the answer first. For free(). */
char *report_text(const struct snapshot *s);

/* What both say of the host: its label; of a capture the tick and when it was too. In the arena. */
const char *report_label(struct arena *a, const struct snapshot *s);

/* A value as text without its unit; what is not known in words: "reading", "denied", "not read: would interrupt". */
char *value_words(struct arena *a, struct value v, enum type type);
/* What an address with a field has led to, with its unit: "2.40 GHz", "reading", "absent (ENOENT)". */
const char *found_words(struct arena *a, const struct found *at);
/* A value as JSON: null when it is not known. */
struct js;
struct js *value_json(struct arena *a, struct value v, enum type type);
struct js *report_host_json(struct arena *a, const struct snapshot *s); /* the host in it */
/* Why a value is not known, naming the errno and the path of its source: "denied: EACCES /sys/…". */
char *value_why(struct arena *a, const struct value *v, const char *path);

/* The sentence at the top of everything: "12 busy CPUs run at 1.20 of 2.40 GHz: governor powersave …". */
struct headline {
	enum headline_mood { MOOD_UNKNOWN, MOOD_GOOD, MOOD_WARN, MOOD_CRIT } mood;
	const char *text; /* one sentence */
	const char *worth; /* what mending it would bring, or what would help to know more; may be NULL */
};
struct headline headline(struct arena *a, const struct snapshot *s);

#endif
