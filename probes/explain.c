/* Explain: reads the rung behind one address once more and keeps its raw text, as nobody else does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
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

static void read_raw(struct sampler *s, struct snapshot *snap, struct explained *e)
{
	struct answer answer;

	e->err = host_read(s->host, e->path, &answer);
	e->t_ns = host_now(s->host);
	if (e->err)
		e->why = arena_strdup(snap->a, answer.why);
	else /* what is longer is cut: a screen shows some lines of it */
		e->raw = arena_text(snap->a, answer.text, answer.len < 4096 ? answer.len : 4096);
}

void sampler_explain(struct sampler *s, struct snapshot *snap, const char *address)
{
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
	if (at.value->known == KNOWN_SKIPPED) { /* explaining must not do what the probe would not */
		e->path = address_source(snap->a, &at, source);
		e->why = at.value->text;
		return;
	}
	e->path = address_source(snap->a, &at, source);
	if (e->path && is_path(e->path))
		read_raw(s, snap, e);
}
