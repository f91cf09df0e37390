/* Check V01: which processor guests see. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_model.h"
#include "probes/checks/guest_walk.h"
#include "probes/cpu.h"
#include "probes/util.h"

static const struct {
	const char *flag;
	unsigned bit;
} felt[] = {{"aes", MODEL_AES}, {"avx2", MODEL_AVX2}, {"pcid", MODEL_PCID}, {"fsgsbase", MODEL_FSGSBASE}};

/* "aes, pcid": what the processors have and the guest does not see; "": nothing. m NULL: the host's own model. */
static const char *hidden(struct check_run *r, const struct cpu *c, const struct guest *g, const struct guest_model *m)
{
	const char *words = "";

	for (size_t i = 0; i < COUNT(felt); i++) {
		bool sees = !m || m->has & felt[i].bit || value_has_word(g->cpu_features, felt[i].flag);

		if (value_has_word(g->cpu_features, arena_printf(r->a, "-%s", felt[i].flag)))
			sees = false;
		if (!sees && cpu_has_flag(c, felt[i].flag))
			words = arena_printf(r->a, "%s%s%s", words, *words ? ", " : "", felt[i].flag);
	}
	return words;
}

static void judge_custom(struct check_run *r, const struct cpu *c, const struct guest *g)
{
	const struct guest_model *m;
	unsigned here = host_generation(c);
	const char *lacks;

	if (!guest_knows(r, g, g->cpu_model, "cpu_model"))
		return;
	m = guest_model(g->cpu_model.text);
	if (!m) {
		check_unknown(r, "%s: what CPU model %s has is not known here.", guest_name(r, g),
			check_name(r, g->cpu_model));
		return;
	}
	lacks = hidden(r, c, g, m);
	if (!m->generation)
		check_fire(r, SEVERITY_CRIT, guest_at(r, g, "cpu_model"), "%s: CPU model %s is made up by QEMU%s%s%s.",
			guest_name(r, g), check_name(r, g->cpu_model), *lacks ? "; hides " : "", lacks,
			guest_after(r, g, "cpu mode"));
	else if (here >= m->generation + (unsigned)LIMIT_model_generations || *lacks)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "cpu_model"), "%s: CPU model %s%s%s%s%s.", guest_name(r, g),
			check_name(r, g->cpu_model),
			here > m->generation ? arena_printf(r->a, " is %u generation%s older than these processors",
						       here - m->generation, plural(here - m->generation))
					     : "",
			*lacks ? (here > m->generation ? " and hides " : " hides ") : "", lacks,
			guest_after(r, g, "cpu model"));
	else if (VALUE_IS(g->cpu_check, "none"))
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "cpu_check"),
			"%s: CPU model %s is not checked: QEMU starts it with whatever features there are.",
			guest_name(r, g), check_name(r, g->cpu_model));
}

static void judge_model(struct check_run *r, const struct cpu *c, const struct guest *g)
{
	const char *lacks;

	if (check_absent(g->cpu_mode)) {
		check_fire(r, SEVERITY_CRIT, guest_at(r, g, "cpu_mode"),
			"%s: no CPU is defined: QEMU gives it qemu64, without AES-NI, AVX or PCID%s.", guest_name(r, g),
			guest_after(r, g, "cpu mode"));
		return;
	}
	if (!guest_knows(r, g, g->cpu_mode, "cpu_mode"))
		return;
	if (strcmp(g->cpu_mode.text, "custom") == 0 && !VALUE_IS(g->config_cpu_mode, "host-model")) {
		judge_custom(r, c, g);
		return;
	}
	lacks = hidden(r, c, g, NULL);
	if (*lacks)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "cpu_features"), "%s: its definition hides %s.",
			guest_name(r, g), lacks);
	if (strcmp(g->cpu_mode.text, "host-passthrough") == 0 && value_known(g->cpu_migratable) && !g->cpu_migratable.u)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "cpu_migratable"),
			"%s: its CPU is bound to this host (migratable off): it cannot be migrated live.",
			guest_name(r, g));
}

void rule_V01(struct check_run *r)
{
	const struct cpu *c = check_facts(r, &probe_cpu);
	const struct guest *g;
	struct guest_walk w;
	unsigned judged = 0;

	if (!c || !guests_begin(r, &w))
		return;
	if (check_absent(c->x86)) {
		check_not_applicable(r, "The processors are not x86: models of their guests are not known here.");
		return;
	}
	if (!check_known(r, c->flags, "cpu.flags"))
		return;
	check_evidence(r, "cpu.flags");
	while ((g = guests_next(&w)))
		if (strcmp(g->type.text, "kvm") == 0) { /* emulated: another check's */
			judge_model(r, c, g);
			judged++;
		}
	if (!judged)
		check_not_applicable(r, "No guest runs on KVM here: what is emulated sees what QEMU makes up.");
	else
		check_pass(r, "%s see%s the features of these processors.", guests_seen(&w, judged),
			judged == 1 ? "s" : "");
}
