/* Puts blocks into a snapshot and asks one probe, as the sampler would. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/crafted.h"

#include <stdlib.h>

#include "probes/guests.h"
#include "probes/host/host.h"
#include "probes/snapshot.h"

struct crafted crafted_new(const struct probe *probe)
{
	struct crafted c = {.p = {.m = sham_new()}, .probe = probe};

	c.h = sham_host(c.p.m);
	c.p.snap = snapshot_new(nprobes);
	c.p.snap->about = *host_about(c.h);
	c.state = xcalloc(1, probe->state_size + 1);
	return c;
}

void crafted_end(struct crafted *c)
{
	if (c->probe->end)
		c->probe->end(c->h, c->state);
	free(c->state);
	host_close(c->h);
	probing_end(&c->p);
}

static void put(struct crafted *c, const struct probe *p, struct block *b)
{
	for (size_t i = 0; i < nprobes; i++) {
		if (probes[i] != p)
			continue;
		block_unref(c->p.snap->block[i]);
		c->p.snap->block[i] = b;
	}
}

static struct block *new_block(struct crafted *c, const struct probe *p, struct arena *a)
{
	struct block *b = xcalloc(1, sizeof(*b));

	*b = (struct block){.probe = p, .a = a, .t_ns = host_now(c->h), .id = ++c->blocks, .refs = 1};
	return b;
}

void *crafted_put(struct crafted *c, const struct probe *p, struct arena **ret_arena)
{
	struct arena *a = arena_new(0);
	struct block *b = new_block(c, p, a);
	void *facts = arena_alloc(a, p->size);

	b->facts = facts;
	*ret_arena = a;
	put(c, p, b);
	return facts;
}

struct guest *crafted_running(struct crafted *c, const char *uuid, const char *name)
{
	struct arena *a;
	struct guests *g = crafted_put(c, &probe_guests, &a);
	struct guest *row = arena_array(a, 1, sizeof(*row));

	g->link = value_text("connected", 0);
	g->of_this_machine = value_bool(true, 0);
	row->uuid = value_text(arena_strdup(a, uuid), 0);
	row->name = value_text(arena_strdup(a, name), 0);
	row->state = value_text("running", 0);
	row->id = value_u64(7, 0);
	g->guest = (struct rows){.row = row, .n = 1, .known = KNOWN};
	return row;
}

void crafted_error(struct crafted *c, const struct probe *p, int err)
{
	struct block *b = new_block(c, p, arena_new(0));

	b->err = err;
	put(c, p, b);
}

void crafted_none(struct crafted *c, const struct probe *p)
{
	put(c, p, NULL);
}

int crafted_tick(struct crafted *c)
{
	const struct block *old = snapshot_block(c->p.snap, c->probe);
	struct arena *a = arena_new(0);
	uint64_t now = host_now(c->h);
	struct tick t = {.h = c->h,
		.a = a,
		.so_far = c->p.snap,
		.prev = old ? old->facts : NULL,
		.prev_ns = old ? old->t_ns : 0,
		.want = &c->p.want,
		.now_ns = now,
		.dt_ns = c->asked ? now - c->last_ns : 0};
	void *facts = arena_alloc(a, c->probe->size);
	int err = c->probe->sample(&t, c->state, facts);
	struct block *b;

	c->asked = true;
	c->last_ns = now;
	c->p.snap->t_ns = now;
	if (err == SAMPLE_SAME) {
		arena_free(a);
		return err;
	}
	b = new_block(c, c->probe, a);
	b->t_ns = now;
	b->err = err;
	b->facts = err ? NULL : facts;
	put(c, c->probe, b);
	return err;
}

int crafted_pass(struct crafted *c, unsigned ms)
{
	sham_forward(c->p.m, ms * UINT64_C(1000000));
	return crafted_tick(c);
}
