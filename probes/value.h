/* A value that knows how well it is known, so that unknown is never shown as zero. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_VALUE_H
#define PROBES_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct cpuset;

enum known {
	KNOWN_NOT_YET, /* not asked, or the answer is not there yet: shown as "reading" */
	KNOWN,
	KNOWN_ABSENT, /* this machine does not have it */
	KNOWN_DENIED, /* it is there, we may not read it */
	KNOWN_BROKEN, /* it answered with an error or with nonsense */
	KNOWN_NOT_RECORDED, /* not in this capture */
	KNOWN_SKIPPED, /* we chose not to read; u.text says why */
};

struct value {
	uint8_t known; /* enum known */
	uint8_t src; /* which rung of field.source answered */
	uint16_t age_ds; /* tenths of a second from its reading to block.t_ns */
	int32_t err; /* negative errno when not known */
	union {
		uint64_t u;
		int64_t i;
		double f;
		const char *text;
		const struct cpuset *set;
	};
};

enum type {
	TYPE_U64,
	TYPE_I64,
	TYPE_F64,
	TYPE_BOOL,
	TYPE_TEXT,
	TYPE_CPUS, /* u.set; a list "0-3,8" in JSON */
	TYPE_WORDS, /* one text, space-separated; an array of strings in JSON */
	TYPE_NUMBERS, /* one text, space-separated; an array of numbers in JSON */
};

enum unit {
	UNIT_NONE,
	UNIT_ID,
	UNIT_COUNT,
	UNIT_KHZ,
	UNIT_MHZ,
	UNIT_KIB,
	UNIT_S,
	UNIT_NS,
	UNIT_US,
	UNIT_MS,
	UNIT_PERCENT,
	UNIT_RATIO,
	UNIT_WATT,
	UNIT_CELSIUS,
	UNIT_PER_S,
};

static inline bool value_known(struct value v)
{
	return v.known == KNOWN;
}

struct value value_u64(uint64_t u, unsigned src);
struct value value_i64(int64_t i, unsigned src);
struct value value_f64(double f, unsigned src);
struct value value_bool(bool yes, unsigned src);
struct value value_text(const char *text, unsigned src); /* text is in the block's arena or static */
struct value value_set(const struct cpuset *set, unsigned src);
struct value value_skipped(const char *why); /* why: static, e.g. "would interrupt" */
/* err is a negative errno: ENOENT, ENOTDIR, ENODEV, ENXIO and EOPNOTSUPP are ABSENT, EACCES and EPERM DENIED, ENODATA
 * NOT_RECORDED. */
struct value value_error(int err, unsigned src);

uint64_t value_u64_or(struct value v, uint64_t otherwise);
double value_f64_or(struct value v, double otherwise);
const char *value_text_or(struct value v, const char *otherwise);

bool value_equal(struct value a, struct value b, enum type type); /* known and content; not src, not age */
/* The number of a U64, I64, F64 or BOOL value; NAN when it is not known or not a number. */
double value_number(struct value v, enum type type);

/* Copies of text and sets are shared: what was one text in the old block is one in the new. */
enum { CARRY_MEMO = 8 };
struct carry {
	struct arena *a;
	uint64_t older_ds; /* tenths of a second between the old block's time and the new one's */
	const void *from[CARRY_MEMO];
	const void *to[CARRY_MEMO];
	unsigned next;
};
/* The value for a field that was not due: text and set are copied into the new arena, its age grows. */
struct value value_carry(struct carry *c, struct value v, enum type type);
static inline void value_age(struct value *v, uint64_t older_ds)
{
	v->age_ds = (uint16_t)(older_ds < (uint64_t)UINT16_MAX - v->age_ds ? v->age_ds + older_ds : UINT16_MAX);
}

const char *known_word(enum known k); /* "reading", "known", "absent", "denied", "broken", "not recorded", "not read" */
const char *unit_word(enum unit u); /* "kHz", "µs", "" … */
const char *errno_word(int err); /* "ENOENT" for ENOENT and -ENOENT; "errno 999" is never needed: "E?" */

#endif
