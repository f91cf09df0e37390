/* Values: made, compared, carried from block to block, and put into words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/value.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/util.h"

static struct value known(unsigned src)
{
	return (struct value){.known = KNOWN, .src = (uint8_t)src};
}

struct value value_u64(uint64_t u, unsigned src)
{
	struct value v = known(src);

	v.u = u;
	return v;
}

struct value value_i64(int64_t i, unsigned src)
{
	struct value v = known(src);

	v.i = i;
	return v;
}

struct value value_f64(double f, unsigned src)
{
	struct value v = known(src);

	v.f = f;
	return v;
}

struct value value_bool(bool yes, unsigned src)
{
	return value_u64(yes, src);
}

struct value value_text(const char *text, unsigned src)
{
	struct value v = known(src);

	v.text = text;
	return v;
}

struct value value_set(const struct cpuset *set, unsigned src)
{
	struct value v = known(src);

	v.set = set;
	return v;
}

struct value value_skipped(const char *why)
{
	return (struct value){.known = KNOWN_SKIPPED, .err = -ECANCELED, .text = why};
}

static enum known known_of(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENOTDIR:
	case -ENODEV:
	case -ENXIO:
	case -EOPNOTSUPP: /* this kind of host has no such thing */
		return KNOWN_ABSENT;
	case -EACCES:
	case -EPERM:
		return KNOWN_DENIED;
	case -ENODATA:
		return KNOWN_NOT_RECORDED;
	case -EINPROGRESS:
	case -EAGAIN: /* not now */
		return KNOWN_NOT_YET;
	default:
		return KNOWN_BROKEN;
	}
}

struct value value_error(int err, unsigned src)
{
	return (struct value){.known = (uint8_t)known_of(err), .src = (uint8_t)src, .err = err};
}

uint64_t value_u64_or(struct value v, uint64_t otherwise)
{
	return value_known(v) ? v.u : otherwise;
}

double value_f64_or(struct value v, double otherwise)
{
	return value_known(v) ? v.f : otherwise;
}

const char *value_text_or(struct value v, const char *otherwise)
{
	return value_known(v) ? v.text : otherwise;
}

static bool is_text(enum type type)
{
	return type == TYPE_TEXT || type == TYPE_WORDS || type == TYPE_NUMBERS;
}

bool value_equal(struct value a, struct value b, enum type type)
{
	if (a.known != b.known)
		return false;
	if (a.known != KNOWN)
		return a.err == b.err;
	if (is_text(type))
		return a.text == b.text || strcmp(a.text, b.text) == 0;
	if (type == TYPE_CPUS)
		return a.set == b.set || cpuset_equal(a.set, b.set);
	return a.u == b.u; /* of a double too: the same bits are the same content */
}

double value_number(struct value v, enum type type)
{
	if (!value_known(v) || is_text(type) || type == TYPE_CPUS)
		return NAN;
	if (type == TYPE_F64)
		return v.f;
	return type == TYPE_I64 ? (double)v.i : (double)v.u;
}

static const void *carried(struct carry *c, const void *from, enum type type)
{
	const void *to;
	unsigned i;

	for (i = 0; i < COUNT(c->from); i++)
		if (c->from[i] == from)
			return c->to[i];
	to = type == TYPE_CPUS ? (const void *)cpuset_copy(c->a, from) : arena_strdup(c->a, from);
	i = c->next++ % COUNT(c->from);
	c->from[i] = from;
	c->to[i] = to;
	return to;
}

struct value value_carry(struct carry *c, struct value v, enum type type)
{
	value_age(&v, c->older_ds);
	if (!value_known(v))
		return v; /* the why of a skipped value is static */
	if (type == TYPE_CPUS)
		v.set = carried(c, v.set, type);
	else if (is_text(type))
		v.text = carried(c, v.text, type);
	return v;
}

const char *known_word(enum known k)
{
	static const char *const words[] = {
		[KNOWN_NOT_YET] = "reading",
		[KNOWN] = "known",
		[KNOWN_ABSENT] = "absent",
		[KNOWN_DENIED] = "denied",
		[KNOWN_BROKEN] = "broken",
		[KNOWN_NOT_RECORDED] = "not recorded",
		[KNOWN_SKIPPED] = "not read",
	};

	return (size_t)k < COUNT(words) ? words[k] : "?";
}

const char *unit_word(enum unit u)
{
	static const char *const words[] = {
		[UNIT_NONE] = "",
		[UNIT_ID] = "",
		[UNIT_COUNT] = "",
		[UNIT_KHZ] = "kHz",
		[UNIT_MHZ] = "MHz",
		[UNIT_KIB] = "KiB",
		[UNIT_S] = "s",
		[UNIT_NS] = "ns",
		[UNIT_US] = "µs",
		[UNIT_MS] = "ms",
		[UNIT_PERCENT] = "%",
		[UNIT_RATIO] = "of base",
		[UNIT_WATT] = "W",
		[UNIT_CELSIUS] = "°C",
		[UNIT_PER_S] = "/s",
	};

	return (size_t)u < COUNT(words) ? words[u] : "?";
}

const char *errno_word(int err)
{
	const char *name = strerrorname_np(err < 0 ? -err : err);

	return name ? name : "E?";
}
