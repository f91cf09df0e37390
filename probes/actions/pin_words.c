/* Says what a pin will be like: what is pinned where, from when until when, and what that is paid with. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/guests.h"

enum { ORDER_MOST = 16 };

const char *pin_cpus(struct arena *a, const struct cpuset *set)
{
	return arena_printf(a, "CPU%s %s", cpuset_count(set) > 1 ? "s" : "", cpuset_text(a, set));
}

static const char *add_kind(const struct pin_plan *p, const char *text, const char *kind)
{
	struct cpuset *numbers = cpuset_new(p->a, CPUSET_MAX);
	bool some = false, numbered = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct pin_path *path = &p->target[i].path;

		if (strcmp(path->kind, kind))
			continue;
		some = true;
		numbered = path->numbered;
		if (numbered)
			cpuset_add(numbers, path->number);
	}
	if (!some)
		return text;
	return arena_printf(p->a, "%s%s%s%s%s", text, *text ? ", " : "", kind, numbered ? " " : "",
		numbered ? cpuset_text(p->a, numbers) : "");
}

const char *pin_threads(const struct pin_plan *p)
{
	return add_kind(p, add_kind(p, add_kind(p, "", "vcpu"), "emulator"), "iothread");
}

/* All CPUs that any of the targets may then have. */
static const struct cpuset *together(const struct pin_plan *p)
{
	struct cpuset *all = cpuset_new(p->a, CPUSET_MAX);

	for (size_t i = 0; i < p->n; i++)
		if (p->target[i].cpus)
			cpuset_add_all(all, p->target[i].cpus);
	return all;
}

/* In the order that was typed, where that is not the order of the numbers. */
static const char *in_order(const struct pin_plan *p)
{
	const char *text = "";
	bool rises = true;

	for (size_t i = 1; i < p->n; i++)
		rises &= p->v.id[i - 1] < p->v.id[i];
	if (rises || p->n > ORDER_MOST)
		return NULL;
	for (size_t i = 0; i < p->n; i++)
		text = arena_printf(p->a, "%s%s%u", text, i ? "," : "", (unsigned)p->v.id[i]);
	return text;
}

const char *pin_list(const struct pin_plan *p)
{
	const char *order = p->v.one_to_one && p->n > 1 ? in_order(p) : NULL;

	return order ? arena_printf(p->a, "CPUs %s", order) : pin_cpus(p->a, together(p));
}

static const char *title(const struct pin_plan *p, const char *threads)
{
	const char *the = p->n == 1 && !p->target[0].path.numbered ? "the " : "";
	const char *when = p->v.live && p->v.config ? ", now and at each start"
			   : p->v.live              ? ", until it stops"
						    : ", from its next start on";

	if (p->v.remove)
		return arena_printf(p->a, "Take the pin%s of %s%s out of the definition of %s", p->n > 1 ? "s" : "",
			the, threads, p->name);
	return arena_printf(p->a, "Pin %s%s of %s %sto %s%s", the, threads, p->name,
		p->v.one_to_one && p->n > 1 ? "one to one " : "", pin_list(p), when);
}

static const char *what_moves(const struct pin_plan *p)
{
	if (p->vcpus)
		return p->n > 1 ? "the vCPUs" : "the vCPU";
	return !strcmp(p->target[0].path.kind, "emulator") ? "QEMU's main loop, its workers and vhost"
							   : "the iothread, with the disks on it,";
}

static const char *effect(const struct pin_plan *p)
{
	bool many = p->n > 1 || !strcmp(p->target[0].path.kind, "emulator");
	const char *where, *s = many ? "" : "s";

	if (p->v.remove)
		return arena_printf(p->a,
			"nothing now: from the guest's next start on %s may run on every CPU that guests may have",
			what_moves(p));
	where = arena_printf(p->a, "%s %s", p->v.one_to_one && p->n > 1 ? "one on each of" : "only on", pin_list(p));
	if (!p->v.live)
		return arena_printf(p->a, "nothing now; from its next start on %s run%s %s", what_moves(p), s, where);
	if (p->live_holds)
		return arena_printf(p->a, "%s run%s %s, as now: only the definition changes", what_moves(p), s, where);
	return arena_printf(p->a, "%s run%s %s, and move%s there at once", what_moves(p), s, where, s);
}

static const char *costs(const struct pin_plan *p)
{
	if (p->v.remove)
		return arena_printf(p->a, "the scheduler places %s again, on CPUs that others are pinned to as well",
			p->n > 1 ? "them" : "it");
	if (p->vcpus)
		return "a pinned vCPU cannot leave a busy CPU: whatever else runs there makes it wait; caches are cold "
		       "for the first milliseconds";
	return "it cannot leave a busy CPU: whatever else runs there delays the guest's I/O";
}

static bool is_transient(const struct pin_plan *p)
{
	return value_known(p->g->persistent) && !p->g->persistent.u;
}

static const char *lasts(const struct pin_plan *p)
{
	if (p->v.remove)
		return "from the guest's next start until its definition is changed again; a guest that runs keeps its "
		       "pin till then";
	if (p->v.live && p->v.config)
		return "now, and after each start: the definition is changed too";
	if (p->v.config)
		return "from the guest's next start until its definition is changed again";
	return is_transient(p) ? "until the guest stops: it has no definition"
			       : "until the guest stops; its definition keeps what it has";
}

static const char *keep_hint(const struct pin_plan *p)
{
	if (p->v.config)
		return "nothing more is needed: the definition survives restarts of the guest and of the host";
	if (is_transient(p))
		return "it is transient: write the pins into the XML that it is created from";
	return "pin the definition too: the same with --config";
}

void pin_words(const struct pin_plan *p, struct change *ret)
{
	const char *threads = pin_threads(p);

	ret->target = arena_printf(p->a, "%s %s", p->name, threads);
	ret->title = title(p, threads);
	ret->effect = effect(p);
	ret->costs = costs(p);
	ret->lasts = lasts(p);
	ret->keep_hint = keep_hint(p);
}
