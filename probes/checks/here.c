/* Walks the guests that run on this host for checks, and names their facts and what action pin takes for them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/here.h"

#include <ctype.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/block.h"
#include "probes/checks/ask.h"
#include "probes/kernel.h"
#include "probes/topology.h"

const struct placement *here_guests(struct check_run *r)
{
	const struct placement *p = check_facts(r, &probe_placement);

	if (!p || !check_known(r, p->running, "placement.running"))
		return NULL;
	if (p->running.u)
		return p;
	check_not_applicable(r, "No guest runs here.");
	return NULL;
}

const char *here_paused(struct check_run *r, const struct placement *p)
{
	const struct placement_guest *row = p->guest.row;
	unsigned n = 0;

	for (uint32_t i = 0; i < p->guest.n; i++)
		n += strcmp(value_text_or(row[i].state, ""), "paused") == 0;
	return n ? check_address(r, " (%u of them paused)", n) : "";
}

const char *here_at(struct check_run *r, const struct placement_guest *g, const char *field)
{
	return check_address(r, "placement.guest[%s].%s", check_key(r, g->key.text), field);
}

const char *here_thread_at(
	struct check_run *r, const struct placement_guest *g, const struct placement_thread *th, const char *field)
{
	return check_address(
		r, "placement.guest[%s].thread[%u].%s", check_key(r, g->key.text), (unsigned)th->tid.u, field);
}

/* On another host it is none of ours; one that does not run has no threads. */
bool here_joined(struct check_run *r, const struct placement_guest *g)
{
	const char *state = value_text_or(g->state, "");

	if (value_u64_or(g->joined, 0))
		return true;
	if (strcmp(state, "running") == 0 && g->cpus.known != KNOWN_SKIPPED)
		check_known(r, g->pid, here_at(r, g, "pid"));
	return false;
}

struct cpuset *here_cpus(struct check_run *r, const struct placement *p, const char *role)
{
	const struct placement_cpu *row = p->cpu.row;
	struct cpuset *set = cpuset_new(r->a, p->cpu.n ? (uint32_t)row[p->cpu.n - 1].id.u + 1 : 0);

	for (uint32_t i = 0; i < p->cpu.n; i++)
		if (strcmp(value_text_or(row[i].role, ""), role) == 0)
			cpuset_add(set, (uint32_t)row[i].id.u);
	return set;
}

/* Those that one vCPU has alone. Where it is not known of all guests, that is noted. */
const struct cpuset *here_dedicated(struct check_run *r, const struct placement *p)
{
	const struct placement_guest *row = p->guest.row;

	for (uint32_t i = 0; i < p->guest.n; i++)
		here_placed(r, &row[i]);
	return here_cpus(r, p, "vcpu-dedicated");
}

bool here_placed(struct check_run *r, const struct placement_guest *g)
{
	if (!here_joined(r, g) || check_absent(g->cpus))
		return false;
	return check_known(r, g->cpus, here_at(r, g, "cpus"));
}

const char *here_target(struct check_run *r, const struct placement_guest *g, const struct placement_thread *th)
{
	const char *role = th ? value_text_or(th->role, "") : "", *key;

	if (!th || !value_u64_or(g->managed, 0))
		return NULL;
	key = check_key(r, g->key.text);
	if (strcmp(role, "vcpu") == 0 && value_known(th->number))
		return check_address(r, "guests.guest[%s].pin[%u]", key, (unsigned)th->number.u);
	if (strcmp(role, "iothread") == 0)
		return value_known(th->number)
			       ? check_address(r, "guests.guest[%s].iothread[%u]", key, (unsigned)th->number.u)
			       : NULL;
	return check_address(r, "guests.guest[%s].emulator_cpus", key); /* vhost is in its group */
}

const struct placement_thread *here_thread(const struct placement_guest *g, struct value tid)
{
	const struct placement_thread *row = g->thread.row;

	for (uint32_t i = 0; value_known(tid) && i < g->thread.n; i++)
		if (row[i].tid.u == tid.u)
			return &row[i];
	return NULL;
}

void here_owned(struct check_run *r, const struct placement *p, uint32_t cpu)
{
	const struct placement_guest *row = p->guest.row;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_thread *th = row[i].thread.row;

		if (!value_known(row[i].cpus) || !cpuset_has(row[i].cpus.set, cpu))
			continue;
		for (uint32_t k = 0; k < row[i].thread.n; k++)
			if (strcmp(value_text_or(th[k].role, ""), "vcpu") == 0 && value_known(th[k].allowed) &&
				cpuset_count(th[k].allowed.set) == 1 && cpuset_has(th[k].allowed.set, cpu)) {
				check_guest(r, arena_strdup(r->a, row[i].key.text));
				return;
			}
	}
}

const struct guest *here_listed(const struct guests *g, const struct placement_guest *row, uint32_t i)
{
	const struct guest *rows = g ? g->guest.row : NULL;

	if (!g || !value_u64_or(row->managed, 0))
		return NULL;
	if (i < g->guest.n && value_known(rows[i].uuid) && strcmp(rows[i].uuid.text, row->key.text) == 0)
		return &rows[i];
	return guests_find(g, row->key.text);
}

bool here_runs(const struct guest *g)
{
	return value_known(g->id);
}

/* Kernels before 4.2 do not list them: then the command line says whether there can be any. */
const struct cpuset *here_isolated(struct check_run *r)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);
	bool none = ask_absence_tells(r) && k && check_absent(k->cmdline_isolcpus);

	if (!t || (!(check_absent(t->isolated) && none) && !check_known(r, t->isolated, "topology.isolated")))
		return NULL;
	if (value_known(t->isolated) && cpuset_count(t->isolated.set)) {
		check_evidence(r, "topology.isolated");
		return t->isolated.set;
	}
	check_not_applicable(r, "No CPU is isolated.");
	return NULL;
}

const struct block_disk *here_disk(struct check_run *r, const char *path)
{
	const struct block_facts *b = snapshot_facts(r->s, &probe_block);
	const char *name = strncmp(path, "/dev/", 5) == 0 ? path + 5 : "", *p = strrchr(name, 'p');
	bool part =
		p && p > name && isdigit((unsigned char)p[-1]) && p[1] && strspn(p + 1, "0123456789") == strlen(p + 1);

	return *name && b ? block_disk(b, part ? arena_text(r->a, name, (size_t)(p - name)) : name) : NULL;
}
