/* The pin map: the CPUs of the host, and on them where the threads of one guest are pinned or run. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/panels/guests_one.h"
#include "widgets/glyph.h"

const char pin_map_legend[] = "0-9 vCPU  e emulator  i iothread  v vhost  ░ may run  o others  ▲ two on one";

/* What is on one CPU of this guest. */
struct seat {
	uint32_t ch; /* of its thread; 0: none */
	uint8_t vcpus; /* pinned here and nowhere else */
	bool here; /* runs here and is pinned to more than this */
	bool may; /* a vCPU that is pinned may run here */
};

static uint32_t sign_of(const struct placement_thread *t)
{
	const char *role = value_text_or(t->role, "");

	return strcmp(role, "vcpu") == 0 ? (uint32_t)('0' + value_u64_or(t->number, 0) % 10) : (unsigned char)*role;
}

static void sit(struct seat *seats, uint32_t n, const struct placement_thread *t)
{
	bool vcpu = strcmp(value_text_or(t->role, ""), "vcpu") == 0, pinned = value_u64_or(t->pinned, 0);
	const struct cpuset *allowed = pinned && value_known(t->allowed) ? t->allowed.set : NULL;
	int64_t cpu = cpuset_count(allowed) == 1 ? cpuset_next(allowed, -1) : -1;

	if (cpu >= 0 && cpu < n) {
		if (vcpu || !seats[cpu].ch)
			seats[cpu].ch = sign_of(t);
		seats[cpu].vcpus += vcpu && seats[cpu].vcpus < UINT8_MAX;
		return;
	}
	if (!vcpu)
		return; /* where a thread of QEMU is that may go elsewhere does not matter */
	CPUSET_EACH(id, allowed)
	{
		if (id < n)
			seats[id].may = true;
	}
	if (value_known(t->now) && t->now.u < n && !seats[t->now.u].vcpus) {
		seats[t->now.u].ch = sign_of(t);
		seats[t->now.u].here = true;
	}
}

static struct cpugrid_cell cell_of(const struct seat *s, const struct placement_cpu *cpu, bool offline)
{
	struct cpugrid_cell c = {.height = NAN, .ch = glyph_sign(GLYPH_DOT), .role = ROLE_dim, .rank = 1};
	uint64_t pinned = cpu ? value_u64_or(cpu->vcpus, 0) : 0;

	if (offline)
		return (struct cpugrid_cell){
			.height = NAN, .ch = glyph_sign(GLYPH_OFFLINE), .role = ROLE_offline, .rank = s->ch ? 5 : 1};
	if (s->vcpus > 1 || (s->vcpus && pinned > s->vcpus))
		return (struct cpugrid_cell){.height = NAN, .ch = glyph_sign(GLYPH_CRIT), .role = ROLE_crit, .rank = 6};
	if (s->ch) {
		c.ch = s->ch;
		c.rank = s->vcpus ? 5 : 4;
		c.role = s->here ? ROLE_text : ROLE_strong;
	} else if (pinned && !s->may) {
		c.ch = 'o';
		c.role = ROLE_info;
		c.rank = 2;
	} else if (s->may) {
		c.ch = glyph_sign(GLYPH_SHADE);
		c.role = ROLE_info;
		c.rank = 3;
	}
	return c;
}

static const struct placement_cpu **cpus_by_id(struct arena *a, const struct placement *p, uint32_t n)
{
	const struct placement_cpu **by_id = arena_array(a, n, sizeof(*by_id)), *row = p ? p->cpu.row : NULL;

	for (uint32_t i = 0; p && i < p->cpu.n; i++)
		if (value_u64_or(row[i].id, n) < n)
			by_id[row[i].id.u] = &row[i];
	return by_id;
}

bool pin_map(struct arena *a, const struct view *v, const struct guest_row *r, int64_t now, int w, int h,
	struct topo_grid *ret)
{
	struct topo t = topo_of(a, v->s);
	const struct placement_thread *threads = guest_joined(r) ? r->p->thread.row : NULL;
	struct view plain = *v;
	const struct placement_cpu **cpus;
	struct seat *seats;
	const struct topo_show show = {.by = BY_KIND, .chosen = SIZE_MAX};
	uint32_t n = 0;

	plain.filter = "";
	plain.marks = NULL;
	if (!threads || !topo_grid(a, &plain, &t, &show, w, h, ret))
		return false;
	for (size_t i = 0; i < t.n; i++)
		n = t.cpu[i].row->id.u >= n ? (uint32_t)t.cpu[i].row->id.u + 1 : n;
	ret->g.nrows = ret->threads; /* what else the grid says of its cores is said elsewhere */
	coregrid_layout(&ret->g, w, h, &ret->l);
	if (h < 40) /* no empty rows between its lines */
		coregrid_layout(&ret->g, w, ret->l.columns.rows * (int)ret->g.nrows, &ret->l);
	seats = arena_array(a, n, sizeof(*seats));
	cpus = cpus_by_id(a, snapshot_facts(v->s, &probe_placement), n);
	for (uint32_t i = 0; i < r->p->thread.n; i++)
		sit(seats, n, &threads[i]);
	for (size_t k = 0; k < ret->threads; k++) {
		struct cpugrid_cell *row = arena_array(a, ret->ncolumns, sizeof(*row));

		for (size_t i = 0; i < ret->ncolumns; i++) {
			size_t at = ret->cpu[k * ret->ncolumns + i];
			uint64_t id = at == SIZE_MAX ? 0 : t.cpu[at].row->id.u;

			row[i] = at == SIZE_MAX ? (struct cpugrid_cell){.height = NAN, .ch = ' ', .role = ROLE_dim}
						: cell_of(&seats[id], cpus[id], t.cpu[at].offline);
			row[i].chosen = at != SIZE_MAX && (int64_t)id == now;
			row[i].before = ret->g.columns.cell[i].before;
		}
		ret->g.row[k].cell = row;
	}
	ret->g.columns.cell = ret->g.row[0].cell;
	return true;
}
