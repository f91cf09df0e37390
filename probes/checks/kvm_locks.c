/* Check K09: guests that the kernel makes sleep for their split locks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/cpu.h"
#include "probes/kernel_log.h"
#include "probes/sysctl.h"

/* The kernel tells each thread once, however often it does it. */
static void judge_trap(struct check_run *r, const struct kernel_log_trap *t, bool punished)
{
	const char *at = check_address(r, "kernel_log.trap[%u].count", (unsigned)t->pid.u);
	const char *ago = value_known(t->age_s) ? arena_printf(r->a, " %.0f min ago", t->age_s.f / 60) : "";

	if (value_u64_or(t->guest, 0) && value_u64_or(t->hour, 0) && punished) {
		check_fire(r, SEVERITY_CRIT, at,
			"Thread %u, %s of a guest, was caught at a split lock%s: it sleeps 10 ms each time.",
			(unsigned)t->pid.u, check_name(r, t->comm), ago);
		check_cost(r, LIMIT_split_lock_us, NAN);
		return;
	}
	check_fire(r, SEVERITY_INFO, at, "Thread %u, %s%s, was caught at a split lock%s%s.", (unsigned)t->pid.u,
		check_name(r, t->comm), value_u64_or(t->guest, 0) ? " of a guest" : "", ago,
		punished ? "; it is told of once, and may sleep 10 ms each time" : "; nobody is punished for it");
}

void rule_K09(struct check_run *r)
{
	const struct kernel_log *log = check_facts(r, &probe_kernel_log);
	const struct kernel_log_kind *kind = log ? kernel_log_kind(log, "split_lock") : NULL;
	const struct kernel_log_trap *trap = log ? log->trap.row : NULL;
	const struct sysctl *s = snapshot_facts(r->s, &probe_sysctl);
	const struct cpu *c = snapshot_facts(r->s, &probe_cpu);
	bool punished = !s || value_u64_or(s->split_lock_mitigate, 1);

	if (!log)
		return;
	for (uint32_t i = 0; i < log->trap.n; i++)
		judge_trap(r, &trap[i], punished);
	if (s && value_known(s->split_lock_mitigate))
		check_evidence(r, "sysctl.split_lock_mitigate");
	if (log->trap.n)
		return;
	/* only the kernel's own list has this flag: CPUID does not */
	if (c && value_known(c->flags) && c->flags.src == 0 && !cpu_has_flag(c, "split_lock_detect")) {
		check_evidence(r, "cpu.flags");
		check_not_applicable(r, "These processors do not tell of split locks.");
		return;
	}
	if (!kind)
		check_known(r, value_known(log->reach_s) ? value_error(log->kind.err, 0) : log->reach_s,
			"kernel_log.reach_s");
	else if (check_known(r, kind->hour, "kernel_log.kind[split_lock].hour"))
		check_evidence(r, "kernel_log.kind[split_lock].hour");
	check_pass(r, "The kernel's log names nobody who was caught at a split lock%s.",
		punished ? "" : "; nobody would be punished for it");
}
