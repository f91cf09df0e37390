/* The line HOST: what machine this is, what it runs, and what it lacks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/clock.h"
#include "probes/cpu.h"
#include "probes/firmware.h"
#include "probes/kernel.h"
#include "probes/kvm.h"
#include "tui/panels/lines.h"

/* A clock that is not fast costs each request that reads it, and takes the fast clock away from guests. */
static void clock_part(struct arena *a, const struct clock *c, struct overview_line *l)
{
	const char *cost = c ? value_text_or(c->cost, "fast") : "fast";

	if (strcmp(cost, "fast") != 0)
		line_part(l, ROLE_crit, arena_printf(a, "clock source %s is %s", c->current.text, cost));
}

bool line_host(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct kernel *k = snapshot_facts(s, &probe_kernel);
	const struct firmware *fw = snapshot_facts(s, &probe_firmware);
	const struct cpu *c = snapshot_facts(s, &probe_cpu);
	const struct kvm *kvm = snapshot_facts(s, &probe_kvm);

	*l = (struct overview_line){.label = "HOST", .role = ROLE_text, .address = "kernel.release"};
	if (fw && value_u64_or(fw->guest, 0))
		line_part(l, ROLE_warn, "is itself a guest");
	clock_part(a, snapshot_facts(s, &probe_clock), l);
	if (kvm && !value_u64_or(kvm->present, 1) && fw && !value_u64_or(fw->guest, 1))
		line_part(l, ROLE_warn, "KVM is not loaded");
	if (k && value_known(k->release))
		line_part(l, ROLE_dim, arena_printf(a, "Linux %s", k->release.text));
	if (fw && value_known(fw->sys_vendor))
		line_part(l, ROLE_dim,
			arena_printf(a, "%s %s", fw->sys_vendor.text, value_text_or(fw->product_name, "")));
	if (fw && value_known(fw->bios_version))
		line_part(l, ROLE_dim, arena_printf(a, "firmware %s", fw->bios_version.text));
	if (c && value_known(c->microcode))
		line_part(l, ROLE_dim, arena_printf(a, "microcode %s", c->microcode.text));
	return l->nparts > 0;
}
