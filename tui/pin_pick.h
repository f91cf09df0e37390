/* The choice of CPUs for a pin: of which guest, which thread of it, in which scope, and what is chosen so far. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PIN_PICK_H
#define TUI_PIN_PICK_H

#include "probes/guests.h"
#include "tui/app_impl.h"
#include "tui/panels/topology_impl.h"

enum { PIN_NAME = 24 }; /* bytes of a name that are shown */
enum pin_kind { PIN_VCPU, PIN_ONE_TO_ONE, PIN_ALL, PIN_EMULATOR, PIN_IOTHREAD };
enum pin_mends { MEND_NOTHING, MEND_CPU, MEND_CORE }; /* a CPU of its own, or a core that no other guest is on */
enum pin_scope { PIN_BOTH, PIN_LIVE, PIN_CONFIG, PIN_SCOPES };

struct pin_target {
	enum pin_kind kind;
	uint64_t number; /* of the vCPU or iothread */
};

/* The guest is kept by UUID, the thread by kind and number: rows may move meanwhile. */
struct pin_pick {
	char uuid[64];
	char *name; /* these two as the guest was when it was chosen */
	int64_t id; /* -1: it did not run */
	struct pin_target target;
	enum pin_scope scope;
	struct cpuset *cpus; /* chosen */
	bool touched; /* by hand: another target keeps them */
	enum pin_mends mends; /* a finding: the choice begins with CPUs that mend it */
	const char *none; /* why there are none; NULL: there are, or none were looked for */
	struct arena *arena; /* of name and cpus */
	int64_t cpu; /* under the cursor */
	bool typing; /* a list of CPUs, into input */
	char input[INPUT_SIZE];
	int help; /* the keys are shown instead, from that line on (from 1); 0: they are not */
	struct rect grid; /* where it stands on the screen */
	int first; /* its uppermost row that is seen */
};

/* The guest in the newest snapshot, or NULL. */
const struct guest *pin_guest(const struct app *a);
const struct placement *pin_placement(const struct app *a);
/* Opens the choice for that guest; what is that of struct panel_pin. */
void pin_start(struct app *a, const char *uuid, const char *what);

/* The answer to the question whose pin: "UUID what". */
void pin_chosen(struct app *a, const char *command);

/* In the order of Tab: vCPUs, one to one, all, emulator, iothreads. */
size_t pin_targets(struct arena *arena, const struct guest *g, struct pin_target **ret);
const char *pin_target_text(struct arena *arena, struct pin_target t); /* "vcpu 2", "all 1:1" */
void pin_target_step(struct app *a, int by);
/* What nobody touched yet follows target and scope. */
void pin_begin(struct app *a, const struct guest *g);
/* Into the choice, which is empty: CPUs that mend the finding. */
void pin_mend_choose(struct app *a, const struct guest *g);
/* Where it is pinned in that scope; NULL: it is not. */
const struct cpuset *pin_now(struct arena *arena, const struct guest *g, struct pin_target t, bool config);
bool pin_can(const struct guest *g, enum pin_scope scope);
void pin_scope_step(struct app *a);
/* Why no plan can be made any more: the guest is gone, another one, or was stopped meanwhile; NULL: it can. */
const char *pin_trouble(struct arena *arena, const struct app *a);
/* "pin UUID vcpu 2 0-3 --live"; cpus "-": takes the persistent pin away. */
const char *pin_command(struct arena *arena, const struct pin_pick *p, const struct guest *g, const char *cpus);

/* CPUs that have a vCPU which may run nowhere else, but for the target itself. */
struct cpuset *pin_taken(struct arena *arena, const struct app *a);
const char *pin_has_words(struct arena *arena, const struct app *a, const struct guest *g);
const char *pin_scope_brief(const struct app *a); /* " (live)" */
const char *pin_scope_words(struct arena *arena, const struct app *a, const struct guest *g);
const char *pin_cpu_words(struct arena *arena, const struct topo_cpu *c);
/* What the chosen CPUs are; *ret_role: warn where something speaks against them. */
const char *pin_choice_words(struct arena *arena, const struct app *a, const struct topo *t, enum role *ret_role);

extern const struct hint pin_hints[];
extern const size_t npin_hints;

#endif
