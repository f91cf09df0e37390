/* Plans pins of one guest's threads: a step for each thread and scope, the running guest before its definition. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/address.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/daemons.h"
#include "probes/guests.h"
#include "probes/parse.h"
#include "probes/pin_hand.h"
#include "probes/placement.h"
#include "probes/threads.h"
#include "probes/topology.h"

#define DEFAULT_URI "qemu:///system"

int pin_refuse(struct change *ret, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ret->title = arena_vprintf(ret->a, format, ap);
	va_end(ap);
	return err;
}

const struct cpuset *pin_everywhere(const struct pin_plan *p)
{
	if (value_known(p->g->vcpu_cpuset) && cpuset_count(p->g->vcpu_cpuset.set))
		return p->g->vcpu_cpuset.set;
	if (p->topology && value_known(p->topology->present))
		return p->topology->present.set;
	return p->topology && value_known(p->topology->possible) ? p->topology->possible.set : NULL;
}

bool pin_old_groups(const struct pin_plan *p)
{
	const char *group = p->tg ? value_text_or(p->tg->cgroup, "") : "", *end = strrchr(group, '/');

	return end && !strcmp(end, "/emulator") && !strstr(group, "/libvirt/emulator");
}

/* What frees a thread of a running guest. */
static const struct cpuset *freed(const struct pin_plan *p)
{
	const struct cpuset *all = pin_everywhere(p);
	struct cpuset *may;

	if (!all || !pin_old_groups(p) || !value_known(p->tg->cpuset_cpus))
		return all;
	may = cpuset_new(p->a, all->nbits);
	CPUSET_EACH(cpu, all)
		if (cpuset_has(p->tg->cpuset_cpus.set, (uint32_t)cpu))
			cpuset_add(may, (uint32_t)cpu);
	return cpuset_count(may) ? may : all;
}

static bool is_running(const struct guest *g)
{
	return value_known(g->id);
}

/* "guests.guest[KEY].pin[2]": the key, and what is pinned. */
static int read_target(const char *address, char key[ADDRESS_KEY], struct pin_path *ret)
{
	struct address_part probe, guest, what, more;
	uint64_t number = 0;

	if (address_part(&address, &probe) || strcmp(probe.name, "guests") || probe.has_key)
		return -EINVAL;
	if (address_part(&address, &guest) || strcmp(guest.name, "guest") || !guest.has_key)
		return -EINVAL;
	if (address_part(&address, &what) || address_part(&address, &more) != 1)
		return -EINVAL;
	memcpy(key, guest.key, ADDRESS_KEY);
	*ret = (struct pin_path){.numbered = what.has_key};
	if (what.has_key && (parse_u64(slice_of(what.key), &number) || number > UINT16_MAX))
		return -EINVAL;
	ret->number = (uint32_t)number;
	if (what.has_key && !strcmp(what.name, "pin"))
		strcpy(ret->kind, "vcpu");
	else if (what.has_key && !strcmp(what.name, "iothread"))
		strcpy(ret->kind, "iothread");
	else if (!what.has_key && !strcmp(what.name, "emulator_cpus"))
		strcpy(ret->kind, "emulator");
	else
		return -EINVAL;
	return 0;
}

/* What was not said follows from the guest; what was said must be there. */
static int choose_scopes(struct pin_plan *p, struct change *ret)
{
	struct pin_value *v = &p->v;
	bool said = v->live || v->config, running = is_running(p->g);
	bool persistent = !value_known(p->g->persistent) || p->g->persistent.u;

	if (v->remove && said && v->live)
		return pin_refuse(ret, -EOPNOTSUPP,
			"libvirt cannot take a pin away from a running guest: pin it to all CPUs%s%s instead (--live), "
			"or take it out of the definition (--config).",
			pin_everywhere(p) ? ", " : "", pin_everywhere(p) ? cpuset_text(ret->a, pin_everywhere(p)) : "");
	if (!said) {
		v->live = running && !v->remove;
		v->config = persistent;
	}
	if (v->live && !running)
		return pin_refuse(
			ret, -EINVAL, "%s does not run: only its definition can be changed (--config).", p->name);
	if (!persistent && (v->config || !v->live))
		return pin_refuse(ret, -EINVAL,
			"%s is transient: it has no definition, and its pins end with it (--live is all there is%s).",
			p->name, v->remove ? "; to free a thread pin it to all CPUs" : "");
	return 0;
}

static bool has_thread(const struct threads_guest *tg, const char *role, uint32_t number)
{
	const struct thread *row = tg->thread.row;

	for (uint32_t i = 0; i < tg->thread.n; i++)
		if (!strcmp(value_text_or(row[i].role, ""), role) && value_u64_or(row[i].number, 0) == number)
			return true;
	return false;
}

static size_t count_role(const struct threads_guest *tg, const char *role)
{
	const struct thread *row = tg->thread.row;
	size_t n = 0;

	for (uint32_t i = 0; i < tg->thread.n; i++)
		n += !strcmp(value_text_or(row[i].role, ""), role);
	return n;
}

static int check_vcpu(const struct pin_plan *p, uint32_t number, struct change *ret)
{
	uint64_t now = value_u64_or(p->g->vcpus, 0), most = value_u64_or(p->g->vcpus_max, now);

	most = most < now ? now : most;
	if (p->v.live && p->tg && count_role(p->tg, "emulator") && !count_role(p->tg, "vcpu"))
		return pin_refuse(ret, -EOPNOTSUPP,
			"QEMU runs all vCPUs of %s in one thread: libvirt cannot pin them; pin its emulator.", p->name);
	if (most && number >= most)
		return pin_refuse(ret, -EINVAL, "%s has no vcpu %" PRIu32 ": they go from 0 to %" PRIu64 ".", p->name,
			number, most - 1);
	/* Where all threads are found it is one of them; they need not be the first. */
	if (p->v.live && now && !(p->tg && has_thread(p->tg, "vcpu", number)) &&
		(number >= now || (p->tg && count_role(p->tg, "vcpu") == now)))
		return pin_refuse(ret, -EINVAL,
			"vcpu %" PRIu32 " of %s is not plugged in now (%" PRIu64
			" are): only its definition can be changed (--config).",
			number, p->name, now);
	return 0;
}

static int check_iothread(const struct pin_plan *p, uint32_t number, struct change *ret)
{
	const struct guest_iothread *row = p->g->iothread.row;
	const char *ids = "";

	if (p->g->iothread.known != KNOWN && p->g->iothread.known != KNOWN_ABSENT)
		return 0;
	for (uint32_t i = 0; i < p->g->iothread.n; i++) {
		if (value_u64_or(row[i].id, 0) == number)
			return 0;
		ids = arena_printf(ret->a, "%s%s%" PRIu64, ids, i ? ", " : "", value_u64_or(row[i].id, 0));
	}
	if (!*ids)
		return pin_refuse(ret, -EINVAL, "%s has no iothreads.", p->name);
	return pin_refuse(ret, -EINVAL, "%s has no iothread %" PRIu32 ": it has %s.", p->name, number, ids);
}

/* What no host could do; what it could do and nobody wants becomes a note. */
static int check_list(const struct pin_plan *p, struct change *ret)
{
	const struct topology *t = p->topology;
	const struct cpuset *there = NULL;
	struct cpuset *missing;

	if (p->v.remove || !t)
		return 0;
	if (value_known(t->present))
		there = t->present.set;
	else if (value_known(t->possible))
		there = t->possible.set;
	if (!there)
		return 0;
	missing = cpuset_copy(ret->a, p->v.set);
	CPUSET_EACH(cpu, there) cpuset_remove(missing, (uint32_t)cpu);
	if (cpuset_count(missing))
		return pin_refuse(ret, -EINVAL, "%s %s not exist here: there are %s.", pin_cpus(ret->a, missing),
			cpuset_count(missing) > 1 ? "do" : "does", cpuset_text(ret->a, there));
	return 0;
}

/* Each thread by itself: one to one none of them has the CPUs of the others to go to. */
static int check_online(const struct pin_plan *p, struct change *ret)
{
	const struct topology *t = p->topology;

	for (size_t i = 0; i < p->n && p->v.live && t && value_known(t->online); i++) {
		const struct cpuset *cpus = p->target[i].cpus;

		if (cpus && !cpuset_intersects(cpus, t->online.set))
			return pin_refuse(ret, -EINVAL, "%s %s offline: a thread that runs needs a CPU that is online.",
				pin_cpus(ret->a, cpus), cpuset_count(cpus) > 1 ? "are" : "is");
	}
	return 0;
}

/* Emulator and iothreads get out of the way first, then each vCPU by its number. */
static unsigned rank(const struct pin_target *t)
{
	return !strcmp(t->path.kind, "emulator") ? 0 : !strcmp(t->path.kind, "iothread") ? 1 : 2;
}

static bool comes_before(const struct pin_target *x, const struct pin_target *y)
{
	return rank(x) != rank(y) ? rank(x) < rank(y) : x->path.number < y->path.number;
}

/* In order, each once. */
static void insert(struct pin_plan *p, const struct pin_target *t)
{
	size_t at = p->n;

	while (at && comes_before(t, &p->target[at - 1]))
		at--;
	if (at && !comes_before(&p->target[at - 1], t))
		return;
	memmove(&p->target[at + 1], &p->target[at], (p->n++ - at) * sizeof(*t));
	p->target[at] = *t;
}

static int read_targets(struct pin_plan *p, const char *const *targets, size_t n, struct change *ret)
{
	char key[ADDRESS_KEY];
	int err = 0;

	p->target = arena_array(ret->a, n, sizeof(*p->target));
	for (size_t i = 0; i < n && !err; i++) {
		struct pin_target t = {.cpus = NULL};

		if (read_target(targets[i], key, &t.path))
			return pin_refuse(
				ret, -EINVAL, "%s is nothing that can be pinned.", step_text(ret->a, targets[i]));
		if (!i)
			err = pin_find_guest(p, key, ret);
		else if (strcmp(key, value_text_or(p->g->uuid, "")))
			err = pin_refuse(ret, -EINVAL, "One guest is pinned at a time.");
		memcpy(t.path.uuid, key, UUID_LEN);
		if (!err)
			insert(p, &t);
	}
	return err;
}

static int check_targets(struct pin_plan *p, struct change *ret)
{
	int err = 0;

	for (size_t i = 0; i < p->n && !err; i++) {
		const struct pin_path *path = &p->target[i].path;
		bool vcpu = !strcmp(path->kind, "vcpu");

		p->vcpus |= vcpu;
		if (vcpu)
			err = check_vcpu(p, path->number, ret);
		else if (!strcmp(path->kind, "iothread"))
			err = check_iothread(p, path->number, ret);
		if (!err && p->v.one_to_one && !vcpu)
			err = pin_refuse(ret, -EINVAL, "One to one is for vCPUs alone.");
	}
	return err;
}

/* One to one takes as many CPUs of the list as there are vCPUs: what is left over is no part of the pin. */
static int deal_out(struct pin_plan *p, struct change *ret)
{
	struct cpuset *dealt;

	if (p->v.one_to_one && p->v.n < p->n)
		return pin_refuse(ret, -EINVAL,
			"%s has %zu vCPUs, and the list %s only %zu CPU%s: one to one needs %zu.", p->name, p->n,
			p->v.list, p->v.n, p->v.n > 1 ? "s" : "", p->n);
	for (size_t i = 0; i < p->n && !p->v.remove; i++) {
		struct cpuset *one;

		p->target[i].cpus = p->v.set;
		if (!p->v.one_to_one)
			continue;
		one = cpuset_new(ret->a, p->v.set->nbits);
		cpuset_add(one, p->v.id[i]);
		p->target[i].cpus = one;
	}
	if (!p->v.one_to_one)
		return 0;
	dealt = cpuset_new(ret->a, p->v.set->nbits);
	for (size_t i = 0; i < p->n; i++)
		cpuset_add_all(dealt, p->target[i].cpus);
	p->v.set = dealt;
	p->v.n = p->n;
	return 0;
}

static void add_steps(const struct pin_plan *p, bool live, struct change *ret)
{
	const struct cpuset *all = live ? freed(p) : NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct pin_target *t = &p->target[i];
		struct pin_path path = t->path;

		path.live = live;
		ret->steps[ret->nsteps++] = (struct step){
			.path = pin_path_text(ret->a, &path),
			.now = t->cpus ? arena_printf(ret->a, "%s\n", cpuset_text(ret->a, t->cpus)) : "-\n",
			.instead = all ? arena_printf(ret->a, "%s\n", cpuset_text(ret->a, all)) : NULL,
			.compare = COMPARE_CPUS,
		};
	}
}

static int plan(
	const struct snapshot *s, const char *const *targets, size_t ntargets, const char *value, struct change *ret)
{
	struct pin_plan p = {
		.a = ret->a,
		.s = s,
		.guests = snapshot_facts(s, &probe_guests),
		.threads = snapshot_facts(s, &probe_threads),
		.placement = snapshot_facts(s, &probe_placement),
		.topology = snapshot_facts(s, &probe_topology),
		.daemons = snapshot_facts(s, &probe_daemons),
	};
	const char *uri;
	int err;

	if (!ntargets)
		return pin_refuse(ret, -EINVAL, "Nothing to pin was named.");
	if ((err = read_targets(&p, targets, ntargets, ret)) || (err = pin_value_parse(ret->a, value, &p.v, ret)) ||
		(err = choose_scopes(&p, ret)) || (err = check_targets(&p, ret)) || (err = check_list(&p, ret)) ||
		(err = deal_out(&p, ret)) || (err = check_online(&p, ret)))
		return err;
	p.live_holds = p.v.live && pin_holds(&p, true);
	if ((err = pin_refuse_same(&p, ret)))
		return err;
	ret->action = "pin";
	ret->steps = arena_array(ret->a, 2 * p.n, sizeof(*ret->steps));
	if (p.v.live)
		add_steps(&p, true, ret);
	if (p.v.config)
		add_steps(&p, false, ret);
	pin_words(&p, ret);
	pin_notes(&p, ret);
	uri = value_text_or(p.guests->uri, DEFAULT_URI);
	ret->by_hand = pin_hand(ret->a, ret->steps, ret->nsteps, strcmp(uri, DEFAULT_URI) ? uri : NULL);
	return 0;
}

extern const struct action action_pin;
const struct action action_pin = {.name = "pin", .title = "Pin threads of a guest", .plan = plan};
