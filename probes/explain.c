/* Explain: reads the rung behind one address once more and keeps its raw text, as nobody else does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
#include "probes/disturb.h"
#include "probes/explain_part.h"
#include "probes/host/host.h"
#include "probes/sampler_impl.h"

/* A source is a path of the host, or words such as "computed from …". */
static bool is_path(const char *source)
{
	return source[0] == '/' || source[0] == '@';
}

static const char *rung(const struct field *f, unsigned src)
{
	for (unsigned i = 0; f->source && f->source[i]; i++)
		if (i == src)
			return f->source[i];
	return NULL;
}

static void read_raw(struct sampler *s, struct snapshot *snap, struct explained *e, const struct found *at)
{
	struct answer answer;
	const char *from;
	size_t len;

	e->err = host_read(s->host, e->path, &answer);
	e->t_ns = host_now(s->host);
	if (e->err)
		e->why = arena_strdup(snap->a, answer.why);
	else if (explain_part(snap->a, at, e->path, answer.text, answer.len, &from, &len))
		/* what is longer is cut: a screen shows some lines of it */
		e->raw = arena_text(snap->a, from, len < 4096 ? len : 4096);
	else
		e->why = "no line of it says this alone";
}

static bool ends(const char *text, const char *with)
{
	size_t n = strlen(text), k = strlen(with);

	return n >= k && strcmp(text + n - k, with) == 0;
}

/* Explaining must not do what the probe would not: such a read is left alone but in the tick that did it. */
static bool left_alone(const struct snapshot *snap, const struct want *want, const char *path, const struct found *at)
{
	bool read_now = !at->value->age_ds && at->block && at->block->t_ns == snap->t_ns;

	if (want->deep || snap->about.kind == HOST_CAPTURE) /* what is written down interrupts nobody */
		return false;
	if (read_interrupts_package(snap, path))
		return !read_now;
	if (!clock_reads_interrupt(snap))
		return false;
	return strcmp(path, "/proc/cpuinfo") == 0 || (at->value->age_ds && ends(path, "/scaling_cur_freq"));
}

void sampler_explain(struct sampler *s, struct snapshot *snap, const struct want *want)
{
	const char *address = want->explain;
	struct explained *e;
	struct found at;
	const char *source;

	snap->a = arena_new(0);
	e = arena_alloc(snap->a, sizeof(*e));
	e->address = arena_strdup(snap->a, address);
	snap->explained = e;
	e->err = address_find(snap, address, &at);
	if (e->err) {
		e->why = "nothing has this address now";
		return;
	}
	source = at.field && at.value ? rung(at.field, at.value->src) : NULL;
	if (!source)
		return;
	e->path = address_source(snap->a, &at, source);
	if (at.value->known == KNOWN_SKIPPED)
		e->why = at.value->text;
	else if (e->path && is_path(e->path) && left_alone(snap, want, e->path, &at))
		e->why = WOULD_INTERRUPT;
	else if (e->path && is_path(e->path))
		read_raw(s, snap, e, &at);
}
