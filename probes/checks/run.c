/* Collects what a predicate says, and makes one finding of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks/run_impl.h"
#include "probes/text.h"
#include "probes/util.h"

const char *check_address(struct check_run *r, const char *format, ...)
{
	const char *address;
	va_list ap;

	va_start(ap, format);
	address = arena_vprintf(r->a, format, ap);
	va_end(ap);
	return address;
}

const char *check_key(struct check_run *r, const char *key)
{
	char *to = arena_alloc(r->a, 2 * strlen(key) + 1), *p = to;

	for (; *key; key++) {
		if (*key == ']' || *key == '\\')
			*p++ = '\\';
		*p++ = *key;
	}
	return to;
}

const char *check_name(struct check_run *r, struct value name)
{
	return value_known(name) ? text_tame(arena_strdup(r->a, name.text)) : "?";
}

const char *check_guest_name(struct check_run *r, struct value name, struct value key)
{
	return check_name(r, value_known(name) && *name.text ? name : key);
}

/* One more address at the end of a list that grows. */
static void add_address(struct check_run *r, const char ***list, size_t *n, size_t *room, const char *address)
{
	if (*n == *room) {
		size_t more = *room ? 2 * *room : 4;
		const char **grown = arena_array(r->a, more, sizeof(*grown));

		if (*n)
			memcpy(grown, *list, *n * sizeof(*grown));
		*list = grown;
		*room = more;
	}
	(*list)[(*n)++] = address;
}

/* True for the first. */
static bool note_unread(struct check_run *r, int err, const char *address, const char *words)
{
	if (address)
		add_address(r, &r->unreads, &r->ret->nunreads, &r->unreads_room, address);
	if (r->ret->nunread++)
		return false;
	r->ret->err = err;
	r->ret->unread = address;
	r->unknown = words;
	return true;
}

/* "denied (EACCES): idle.limit_us" */
static const char *not_known(struct check_run *r, struct value v, const char *address)
{
	const char *err = v.err ? arena_printf(r->a, " (%s)", errno_word(v.err)) : "";

	if (v.known == KNOWN_SKIPPED)
		return arena_printf(r->a, "%s was not read: %s.", address, v.text ? v.text : "it was skipped");
	if (v.known == KNOWN_NOT_YET)
		return arena_printf(r->a, "%s is not known yet.", address);
	return arena_printf(r->a, "%s is %s%s.", address, known_word(v.known), err);
}

bool check_known(struct check_run *r, struct value v, const char *address)
{
	if (value_known(v))
		return true;
	note_unread(r, v.err, address, not_known(r, v, address));
	return false;
}

bool check_list(struct check_run *r, const struct rows *rows, const char *address)
{
	return check_known(r, (struct value){.known = rows->known, .err = rows->err}, address);
}

const void *check_facts(struct check_run *r, const struct probe *p)
{
	const struct block *b = snapshot_block(r->s, p);

	if (b && b->facts)
		return b->facts;
	check_known(r, b && b->err ? value_error(b->err, 0) : (struct value){.known = KNOWN_NOT_YET}, p->name);
	return NULL;
}

void check_unknown(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (note_unread(r, 0, NULL, arena_vprintf(r->a, format, ap)))
		r->ret->never = true;
	va_end(ap);
}

void check_later(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	note_unread(r, 0, NULL, arena_vprintf(r->a, format, ap));
	va_end(ap);
}

/* Whom "guests.guest[KEY].…" is about. */
static const char *guest_in(struct check_run *r, const char *address)
{
	struct address_part part;

	while (address && address_part(&address, &part) == 0)
		if (part.has_key && strcmp(part.name, "guest") == 0)
			return arena_strdup(r->a, part.key);
	return NULL;
}

void check_fire(struct check_run *r, enum severity severity, const char *evidence, const char *format, ...)
{
	va_list ap;

	if (severity < SEVERITY_INFO)
		BUG("%s fires without a severity", r->check->id);
	if (r->ret->nparts == r->room) {
		struct finding_part *more = arena_array(r->a, r->room ? 2 * r->room : 4, sizeof(*more));

		if (r->room)
			memcpy(more, r->part, r->room * sizeof(*more));
		r->part = more;
		r->room = r->room ? 2 * r->room : 4;
	}
	va_start(ap, format);
	r->part[r->ret->nparts++] = (struct finding_part){.severity = severity,
		.text = arena_vprintf(r->a, format, ap),
		.evidence = evidence,
		.guest = guest_in(r, evidence)};
	va_end(ap);
}

void check_target(struct check_run *r, const char *address)
{
	if (r->ret->nparts)
		r->part[r->ret->nparts - 1].target = address;
}

void check_guest(struct check_run *r, const char *key)
{
	if (r->ret->nparts)
		r->part[r->ret->nparts - 1].guest = key;
}

void check_line(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->ret->line = arena_vprintf(r->a, format, ap);
	va_end(ap);
}

void check_pass(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->passed = arena_vprintf(r->a, format, ap);
	va_end(ap);
}

void check_not_applicable(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->inapplicable = arena_vprintf(r->a, format, ap);
	va_end(ap);
}

void check_evidence(struct check_run *r, const char *address)
{
	add_address(r, &r->evidence, &r->ret->nevidence, &r->evidence_room, address);
}

void check_now(struct check_run *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->ret->now = arena_vprintf(r->a, format, ap);
	va_end(ap);
}

/* The product counts: a state that is left a thousand times for 2 µs costs more than one that is left once for 100. */
void check_cost(struct check_run *r, double us, double per_s)
{
	struct finding *f = r->ret;

	if (isnan(f->cost_us) || (isnan(f->per_s) && !isnan(per_s)) || us * per_s > f->cost_us * f->per_s ||
		(isnan(f->per_s) && us > f->cost_us)) {
		f->cost_us = us;
		f->per_s = per_s;
	}
}

void check_share(struct check_run *r, double share)
{
	if (isnan(r->ret->share) || share > r->ret->share)
		r->ret->share = share < 0 ? 0 : share > 1 ? 1 : share;
}

void check_causes(struct check_run *r, const char *ids)
{
	r->ret->causes = ids;
}

void check_remember(struct check_run *r, double number)
{
	r->remembered = number;
}

bool check_was(const struct check_run *r, size_t n, double least)
{
	if (r->past->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(r->past->at[i].number >= least))
			return false;
	return true;
}

/* Few, and nearly in order: what came first stays first. */
static void sort_parts(struct finding_part *part, size_t n)
{
	struct finding_part *sorted = part;
	size_t k = 0;

	for (enum severity s = SEVERITY_CRIT; s >= SEVERITY_INFO; s--)
		for (size_t i = k; i < n; i++)
			if (part[i].severity == s) {
				struct finding_part p = part[i];

				memmove(&sorted[k + 1], &sorted[k], (i - k) * sizeof(p));
				sorted[k++] = p;
			}
}

static void fired(struct check_run *r)
{
	struct finding *f = r->ret;

	f->verdict = VERDICT_FIRE;
	sort_parts(r->part, f->nparts);
	f->part = r->part;
	f->severity = r->part[0].severity;
	if (!f->line && f->nparts == 1)
		f->line = r->part[0].text;
	else if (!f->line)
		f->line = arena_printf(r->a, "%s And %zu more.", r->part[0].text, f->nparts - 1);
}

static void not_fired(struct check_run *r)
{
	struct finding *f = r->ret;

	f->part = NULL;
	f->line = NULL;
	if (f->nunread) {
		f->verdict = VERDICT_UNKNOWN;
		f->line = r->unknown;
		f->remedy = check_remedy(r->a, r->s, f);
	} else if (r->inapplicable) {
		f->verdict = VERDICT_NOT_APPLICABLE;
		f->line = r->inapplicable;
	} else if (r->passed) {
		f->verdict = VERDICT_PASS;
		f->line = r->passed;
	} else {
		f->verdict = VERDICT_UNKNOWN;
		f->never = true;
		f->line = "What was read says neither yes nor no.";
	}
}

void check_run_begin(struct check_run *r, struct finding *ret)
{
	*ret = (struct finding){.check = r->check, .cost_us = NAN, .per_s = NAN, .share = NAN};
	r->ret = ret;
	r->remembered = NAN;
}

void check_run_end(struct check_run *r)
{
	if (r->ret->nparts)
		fired(r);
	else
		not_fired(r);
	r->ret->evidence = r->evidence;
	r->ret->unreads = r->unreads;
}
