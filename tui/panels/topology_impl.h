/* The inside of the Topology panel: where each CPU is, the tree and the grid made of it, and words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_TOPOLOGY_IMPL_H
#define TUI_PANELS_TOPOLOGY_IMPL_H

#include "probes/placement.h"
#include "probes/topology.h"
#include "tui/panels/idle_impl.h"
#include "widgets/coregrid.h"

enum topo_level { LEVEL_PACKAGE, LEVEL_DIE, LEVEL_NODE, LEVEL_L3, LEVELS };
enum topo_by { BY_LOAD, BY_CLOCK, BY_IDLE, BY_KIND, BY_GUESTS, BYS };
/* What the cursor is on: a CPU of the grid, a row of the tree, or a fact about the CPU (FOCUS_FACT + enum topo_fact).
 */
enum topo_focus { FOCUS_GRID, FOCUS_TREE, FOCUS_FACT };
enum topo_fact {
	FACT_STATE,
	FACT_BUSY,
	FACT_GUESTS,
	FACT_CLOCK,
	FACT_IDLE,
	FACT_SIBLINGS,
	FACT_CORE,
	FACT_L3,
	FACT_NODE,
	FACT_DIE,
	FACT_PACKAGE,
	FACT_KIND,
	FACTS
};

struct topo_state {
	int64_t cpu; /* under the cursor, plus 1; 0: the first */
	size_t row, first; /* of the tree: under the cursor, uppermost */
	unsigned focus;
	enum topo_by by;
};

#define NO_PLACE INT64_MAX /* the place is not known: behind all others */

/* Who may run on a CPU because somebody pinned it there. */
enum topo_seat {
	SEAT_UNKNOWN,
	SEAT_NONE,
	SEAT_RUNS, /* a thread of a guest ran there last, and may run elsewhere */
	SEAT_HELPER, /* no vCPU: emulator, iothread or vhost */
	SEAT_GROUP, /* vCPUs that may run on other CPUs too */
	SEAT_ALONE, /* one vCPU has it for itself */
	SEAT_CROWDED, /* a vCPU that may run nowhere else shares it */
	SEATS
};

struct topo_cpu {
	const struct topology_cpu *row;
	const struct silicon_cpu *now; /* NULL: nothing more is known of it */
	const struct idle_cpu *idle; /* NULL: nothing is known of its sleep */
	const struct placement_cpu *guests; /* NULL: nothing is known of guests there */
	unsigned only_here; /* vCPUs that may run on no other CPU */
	int64_t key[LEVELS], core; /* core: the lowest of its siblings */
	bool offline;
};

/* The CPUs in the order of their places, offline ones last. */
struct topo {
	const struct topology *t;
	const struct sleeps *sleeps;
	const struct placement *placement; /* NULL: nothing is known of guests */
	struct topo_cpu *cpu;
	size_t n;
	enum topo_level order[LEVELS]; /* L3 before node where caches reach over nodes */
	size_t nodes, packages; /* that have online CPUs, as far as known */
	size_t threads; /* most online CPUs of a core; at least 1 */
	bool kinds, least, isolated, nohz; /* there are such CPUs; least: of the kind LP */
	bool seats; /* somebody is pinned somewhere */
};
struct topo topo_of(struct arena *a, const struct snapshot *s);
/* The CPU under the cursor as an index, SIZE_MAX when there is none. */
size_t topo_at(const struct topo *t, const struct topo_state *st);

struct topo_row {
	const char *label;
	int depth;
	size_t first, n; /* its CPUs; n 0: a node without any */
	size_t cores;
	double busy; /* mean of the CPUs whose load is known, NAN: of none */
	const char *note;
	const char *address;
};
struct topo_tree {
	struct topo_row *row;
	size_t n, room;
};
struct topo_tree topo_tree(struct arena *a, const struct topo *t);

struct topo_grid {
	struct coregrid g;
	struct coregrid_layout l;
	size_t threads; /* rows that are CPUs; what follows says what the cores are */
	size_t ncolumns;
	size_t *cpu; /* index into topo.cpu of row * ncolumns + column, SIZE_MAX: nothing there */
};
/* What the grid's cells show. */
struct topo_show {
	enum topo_by by;
	/* Instead of that, and without rows of signs; CPUs that are offline are none of its business. May be NULL. */
	struct cpugrid_cell (*cell)(const void *data, const struct topo_cpu *c);
	const void *data;
	bool apart; /* few stand apart: the digits of neighbours are no number */
	size_t chosen, nchosen; /* from the first so many CPUs are under the cursor */
};
/* False when there is nothing to draw or no room. */
bool topo_grid(struct arena *a, const struct view *v, const struct topo *t, const struct topo_show *show, int w, int h,
	struct topo_grid *ret);
/* The row of the grid, and its column among the cores; SIZE_MAX: it is not there. */
size_t topo_grid_find(const struct topo_grid *g, size_t cpu, size_t *ret_column);
/* The CPU in the grid's cell at x, y, or SIZE_MAX. */
size_t topo_grid_hit(const struct topo_grid *g, int x, int y);
/* The CPU that many lines below. */
size_t topo_grid_step(const struct topo_grid *g, size_t cpu, int lines);

const char *topo_by_name(enum topo_by by);
/* What the cells mean, in words. */
const char *topo_legend(
	struct arena *a, const struct canvas *c, const struct topo *t, const struct topo_grid *g, enum topo_by by);
/* What the panel means right now, in one sentence. */
const char *topo_sentence(struct arena *a, const struct view *v, const struct topo *t, enum topo_by by);

/* The CPU of a vCPU that may run nowhere else; -1: it may, or it is no vCPU. */
int64_t topo_seat_only(const struct placement_thread *t);
/* Fills in who is pinned to which CPU; t.cpu is sorted by id yet. */
void topo_seats(struct topo *t);
enum topo_seat topo_seat(const struct topo_cpu *c);
struct cpugrid_cell topo_seat_cell(const struct topo_cpu *c);
/* The signs of those cells in words; floating: also of who is not pinned. */
const char *topo_seat_legend(struct arena *a, const struct topo *t, bool floating);
/* "CPU 12 carries 2 dedicated vCPUs: web3/0 db1/2." */
const char *topo_seat_sentence(struct arena *a, const struct snapshot *s, const struct topo *t);
/* "pinned here: web3/0 db1/e", "ran here last: web3/1"; NULL: nobody. */
const char *topo_seat_words(struct arena *a, const struct topo_cpu *c);
/* "web3, db1, 2 more": guests with vCPUs pinned to some of these CPUs. */
const char *topo_seat_note(struct arena *a, const struct topo *t, size_t first, size_t n);
/* A name that a stranger chose: printable, and not longer than so many bytes and an ellipsis. */
const char *topo_brief(struct arena *a, const char *text, size_t most);

struct topo_said {
	const char *text; /* NULL: nothing to say */
	enum role role;
	const char *address;
};
/* The facts about a CPU, in order of what matters most. */
void topo_facts(struct arena *a, const struct topo_cpu *cpu, struct topo_said ret[FACTS]);

#endif
