/* Seats: which CPUs guests are pinned to, as signs of the grid and in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probes/change_words.h"
#include "probes/cpuset.h"
#include "tui/panels/topology_impl.h"
#include "widgets/glyph.h"

enum { NAME_LEN = 16, WHO_LEN = 48, NAMES = 2 };

const char *topo_brief(struct arena *a, const char *text, size_t most)
{
	char *cut = arena_strdup(a, step_text(a, text));
	size_t n = strlen(cut);

	if (n <= most)
		return cut;
	for (n = most; n && ((unsigned char)cut[n] & 0xc0) == 0x80;)
		n--;
	cut[n] = '\0';
	return arena_printf(a, "%s…", cut);
}

static int by_id(const void *key, const void *row)
{
	uint64_t id = *(const uint64_t *)key, other = ((const struct topo_cpu *)row)->row->id.u;

	return id < other ? -1 : id > other;
}

static struct topo_cpu *of_id(struct topo *t, uint64_t id)
{
	return t->n ? bsearch(&id, t->cpu, t->n, sizeof(*t->cpu), by_id) : NULL;
}

int64_t topo_seat_only(const struct placement_thread *t)
{
	int64_t first = value_known(t->allowed) ? cpuset_next(t->allowed.set, -1) : -1;

	if (strcmp(value_text_or(t->role, ""), "vcpu") != 0 || first < 0 || cpuset_next(t->allowed.set, first) >= 0)
		return -1;
	return first;
}

void topo_seats(struct topo *t)
{
	const struct placement *p = t->placement;
	const struct placement_guest *guest = p ? p->guest.row : NULL;
	const struct placement_cpu *row = p ? p->cpu.row : NULL;
	struct topo_cpu *c;

	for (uint32_t i = 0; p && i < p->cpu.n; i++)
		if ((c = of_id(t, row[i].id.u))) {
			c->guests = &row[i];
			t->seats = t->seats || value_u64_or(row[i].threads, 0);
		}
	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct placement_thread *thread = guest[i].thread.row;

		for (uint32_t k = 0; k < guest[i].thread.n; k++) {
			int64_t id = topo_seat_only(&thread[k]);

			if (id >= 0 && (c = of_id(t, (uint64_t)id)))
				c->only_here++;
		}
	}
}

enum topo_seat topo_seat(const struct topo_cpu *c)
{
	uint64_t vcpus = c->guests ? value_u64_or(c->guests->vcpus, 0) : 0;
	uint64_t threads = c->guests ? value_u64_or(c->guests->threads, 0) : 0;

	if (!c->guests || !value_known(c->guests->vcpus))
		return SEAT_UNKNOWN;
	if (!threads && !vcpus)
		return value_known(c->guests->runs) ? SEAT_RUNS : SEAT_NONE;
	if (!vcpus)
		return SEAT_HELPER;
	return !c->only_here ? SEAT_GROUP : vcpus > 1 || threads > 1 ? SEAT_CROWDED : SEAT_ALONE;
}

struct cpugrid_cell topo_seat_cell(const struct topo_cpu *c)
{
	uint64_t vcpus = c->guests ? value_u64_or(c->guests->vcpus, 0) : 0;
	uint32_t digit = vcpus > 9 ? '+' : '0' + (uint32_t)vcpus;

	switch (topo_seat(c)) {
	case SEAT_UNKNOWN:
		return (struct cpugrid_cell){
			.height = NAN, .ch = glyph_sign(GLYPH_UNREAD), .role = ROLE_unknown, .rank = 1};
	case SEAT_RUNS:
		return (struct cpugrid_cell){.height = NAN, .ch = 0x25CB, .role = ROLE_dim, .rank = 1};
	case SEAT_HELPER:
		return (struct cpugrid_cell){.height = NAN, .ch = 'e', .role = ROLE_info, .rank = 2};
	case SEAT_GROUP:
		return (struct cpugrid_cell){.height = NAN, .ch = 'g', .role = ROLE_text, .rank = 3};
	case SEAT_ALONE:
		return (struct cpugrid_cell){.height = NAN, .ch = digit, .role = ROLE_text, .rank = 3};
	case SEAT_CROWDED:
		return (struct cpugrid_cell){
			.height = NAN, .ch = vcpus > 1 ? digit : 'E', .role = ROLE_warn, .rank = 5};
	case SEAT_NONE:
	case SEATS:
		break;
	}
	return (struct cpugrid_cell){.height = NAN, .ch = glyph_sign(GLYPH_DOT), .role = ROLE_dim};
}

static bool has(const struct topo *t, enum topo_seat seat, uint64_t vcpus)
{
	for (size_t i = 0; i < t->n; i++)
		if (topo_seat(&t->cpu[i]) == seat &&
			(!vcpus || (vcpus == 1) == (value_u64_or(t->cpu[i].guests->vcpus, 0) == 1)))
			return true;
	return false;
}

const char *topo_seat_legend(struct arena *a, const struct topo *t, bool floating)
{
	const char *text = has(t, SEAT_ALONE, 0) ? "1 one vCPU" : "";
	const struct {
		bool is;
		const char *words;
	} parts[] = {
		{has(t, SEAT_CROWDED, 2), "2 or more share it"},
		{has(t, SEAT_CROWDED, 1), "E shared with an emulator"},
		{has(t, SEAT_GROUP, 0), "g a group of vCPUs"},
		{has(t, SEAT_HELPER, 0), "e emulator, iothread, vhost"},
		{floating && has(t, SEAT_RUNS, 0), "○ ran there last"},
	};

	for (size_t i = 0; i < COUNT(parts); i++)
		if (parts[i].is)
			text = arena_printf(a, "%s%s%s", text, *text ? " · " : "", parts[i].words);
	return *text                         ? text
	       : has(t, SEAT_UNKNOWN, 0) || !t->placement ? "who is pinned is not known"
							  : "nobody is pinned";
}

const char *topo_seat_words(struct arena *a, const struct topo_cpu *c)
{
	if (!c->guests)
		return NULL;
	if (value_known(c->guests->who))
		return arena_printf(a, "pinned here: %s", topo_brief(a, c->guests->who.text, WHO_LEN));
	if (value_known(c->guests->runs))
		return arena_printf(a, "ran here last: %s", topo_brief(a, c->guests->runs.text, WHO_LEN));
	return NULL;
}

static const char *counted(struct arena *a, const char *text, size_t n, const char *one, const char *many)
{
	if (!n)
		return text;
	return arena_printf(a, "%s%s%zu CPU%s %s", text, *text ? ", " : "", n, n == 1 ? "" : "s", n == 1 ? one : many);
}

/* The CPU on which most vCPUs sit that may run nowhere else. */
static const char *crowded(struct arena *a, const struct topo *t, size_t n)
{
	const struct topo_cpu *worst = NULL;
	const char *who, *text;

	for (size_t i = 0; i < t->n; i++)
		if (topo_seat(&t->cpu[i]) == SEAT_CROWDED && (!worst || t->cpu[i].only_here > worst->only_here))
			worst = &t->cpu[i];
	who = topo_brief(a, value_text_or(worst->guests->who, "?"), WHO_LEN);
	text = worst->only_here > 1 ? arena_printf(a, "CPU %u carries %u dedicated vCPUs: %s",
					      (unsigned)worst->row->id.u, worst->only_here, who)
				    : arena_printf(a, "CPU %u carries a dedicated vCPU and more: %s",
					      (unsigned)worst->row->id.u, who);
	return n > 1 ? arena_printf(a, "%s; %zu more CPU%s %s shared too.", text, n - 1, n == 2 ? "" : "s", n == 2 ? "is" : "are")
		     : arena_printf(a, "%s.", text);
}

const char *topo_seat_sentence(struct arena *a, const struct snapshot *s, const struct topo *t)
{
	const struct block *b = s ? snapshot_block(s, &probe_placement) : NULL;
	size_t n[SEATS] = {0};
	uint64_t running = t->placement ? value_u64_or(t->placement->running, 0) : 0;
	const char *text = "", *guests;

	if (!t->placement)
		return b && b->err ? arena_printf(a, "Which guests run here is not known: %s.", errno_word(b->err))
				   : "Reading which guests run here …";
	for (size_t i = 0; i < t->n; i++)
		n[topo_seat(&t->cpu[i])]++;
	if (n[SEAT_CROWDED])
		return crowded(a, t, n[SEAT_CROWDED]);
	guests = arena_printf(a, "%u guest%s", (unsigned)running, running == 1 ? "" : "s");
	if (!value_known(t->placement->running))
		return "How many guests run here is not known.";
	if (!t->seats)
		return running ? arena_printf(a, "%s, and nobody is pinned: their vCPUs may run on all CPUs.", guests)
			       : "No guest runs here.";
	text = counted(a, text, n[SEAT_ALONE], "carries one vCPU alone", "carry one vCPU each, alone");
	text = counted(a, text, n[SEAT_GROUP], "carries vCPUs that may move", "carry vCPUs that may move");
	text = counted(a, text, n[SEAT_HELPER], "only an emulator, iothread or vhost",
		"only emulators, iothreads or vhost");
	return arena_printf(a, "%s: %s.", guests, text);
}

/* One of its vCPUs is pinned to some of these. */
static bool sits_on(const struct placement_guest *g, const struct cpuset *cpus)
{
	const struct placement_thread *t = g->thread.row;

	for (uint32_t i = 0; i < g->thread.n; i++)
		if (strcmp(value_text_or(t[i].role, ""), "vcpu") == 0 && value_u64_or(t[i].pinned, 0) &&
			value_known(t[i].allowed) && cpuset_intersects(t[i].allowed.set, cpus))
			return true;
	return false;
}

const char *topo_seat_note(struct arena *a, const struct topo *t, size_t first, size_t n)
{
	const struct placement_guest *g = t->placement ? t->placement->guest.row : NULL;
	struct cpuset *cpus;
	const char *text = "";
	size_t names = 0;

	if (!t->seats)
		return "";
	cpus = cpuset_new(a, CPUSET_MAX);
	for (size_t i = first; i < first + n; i++)
		cpuset_add(cpus, (uint32_t)t->cpu[i].row->id.u);
	for (uint32_t i = 0; i < t->placement->guest.n; i++) {
		if (sits_on(&g[i], cpus) && names++ < NAMES)
			text = arena_printf(a, "%s%s%s", text, *text ? ", " : "",
				topo_brief(a, value_text_or(g[i].name, "?"), NAME_LEN));
	}
	return names > NAMES ? arena_printf(a, "%s, %zu more", text, names - NAMES) : text;
}
