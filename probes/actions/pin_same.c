/* Tells what a pin would leave as it is, as far as the guest was read not long ago. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/guests.h"

/* Somebody else can have changed the definition since: libvirt tells nobody of that. */
enum { FRESH_DS = 110 };

static const struct value unknown = {.known = KNOWN_NOT_YET, .err = -EINPROGRESS};

/* A definition's own emulator pin is no fact: but where it differs from that of the running guest, that is one. */
static struct value emulator(const struct pin_plan *p, bool live)
{
	const struct guest *g = p->g;
	const struct guest_drift *drift = g->drift.row;
	const struct cpuset *all = pin_everywhere(p);

	if (live || !value_known(g->id))
		return g->emulator_cpus;
	if (g->drift.known != KNOWN && g->drift.known != KNOWN_ABSENT)
		return unknown;
	for (uint32_t i = 0; i < g->drift.n; i++)
		if (!strcmp(value_text_or(drift[i].item, ""), "emulator cpus"))
			return unknown;
	/* a pin to every CPU counts as none, which the definition then may have */
	if (value_known(g->emulator_cpus) && (!all || cpuset_subset(all, g->emulator_cpus.set)))
		return unknown;
	return g->emulator_cpus;
}

static struct value pinned_to(const struct pin_plan *p, const struct pin_path *path, bool live)
{
	const struct guest *g = p->g;
	const struct guest_pin *pin = g->pin.row;
	const struct guest_iothread *io = g->iothread.row;
	bool first = live || !value_known(g->id); /* of a guest that is off that is its definition */

	if (!strcmp(path->kind, "emulator"))
		return emulator(p, live);
	for (uint32_t i = 0; !strcmp(path->kind, "vcpu") && i < g->pin.n; i++)
		if (value_u64_or(pin[i].vcpu, UINT64_MAX) == path->number)
			return first ? pin[i].cpus : pin[i].config_cpus;
	for (uint32_t i = 0; !strcmp(path->kind, "iothread") && i < g->iothread.n; i++)
		if (value_u64_or(io[i].id, UINT64_MAX) == path->number)
			return first ? io[i].cpus : io[i].config_cpus;
	return unknown;
}

bool pin_holds(const struct pin_plan *p, bool live)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pin_target *t = &p->target[i];
		struct value v = pinned_to(p, &t->path, live);

		if (v.age_ds > FRESH_DS)
			return false;
		if (t->cpus ? !value_known(v) || !cpuset_equal(v.set, t->cpus) : v.known != KNOWN_ABSENT)
			return false;
	}
	return p->n;
}

int pin_refuse_same(const struct pin_plan *p, struct change *ret)
{
	const char *threads = pin_threads(p), *the = p->n == 1 && !p->target[0].path.numbered ? "The " : "";
	bool many = p->n > 1;

	if ((p->v.live && !p->live_holds) || (p->v.config && !pin_holds(p, false)))
		return 0;
	if (p->v.remove)
		return pin_refuse(ret, -EALREADY, "%s%s of %s %s no pin in the definition.", the, threads, p->name,
			many ? "have" : "has");
	return pin_refuse(ret, -EALREADY, "%s%s of %s %s pinned %sto %s already%s.", the, threads, p->name,
		many ? "are" : "is", p->v.one_to_one && many ? "one to one " : "", pin_list(p),
		p->v.live && p->v.config ? ", now and in the definition"
		: p->v.live              ? ""
					 : ", in the definition");
}
