/* Checks K01, K02, K04 and K06: whether guests run on the hardware, and how KVM was told to work. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/here.h"
#include "probes/checks/kvm_impl.h"
#include "probes/cpu.h"
#include "probes/firmware.h"
#include "probes/placement.h"
#include "probes/threads.h"

/* What libvirt defines; how many guests it says run, or 0. */
static uint64_t defined_emulated(struct check_run *r, const struct guests *g)
{
	const struct guest *row = g->guest.row;

	for (uint32_t i = 0; i < g->guest.n; i++) {
		if (!value_known(row[i].id) || !guest_knows(r, &row[i], row[i].type, "type"))
			continue;
		if (strcmp(row[i].type.text, "qemu") == 0)
			check_fire(r, SEVERITY_CRIT, guest_at(r, &row[i], "type"),
				"%s is emulated in software: its type is qemu, not kvm.", guest_name(r, &row[i]));
	}
	return value_u64_or(g->running, 0);
}

/* What runs: the names of its threads tell KVM from TCG. skip: libvirt's list was looked at. */
static void running_emulated(struct check_run *r, const struct threads *t, bool skip)
{
	const struct threads_guest *row = t->guest.row;

	for (uint32_t i = 0; i < t->guest.n; i++) {
		const char *key = check_key(r, row[i].key.text);

		if (skip && value_u64_or(row[i].managed, 0))
			continue;
		if (!check_known(r, row[i].type, check_address(r, "threads.guest[%s].type", key)))
			continue;
		if (strcmp(row[i].type.text, "tcg") == 0)
			check_fire(r, SEVERITY_CRIT, check_address(r, "threads.guest[%s].type", key),
				"%s (PID %u) is emulated in software: its CPUs are threads of TCG.",
				check_guest_name(r, row[i].name, row[i].key), (unsigned)value_u64_or(row[i].pid, 0));
	}
}

void rule_K01(struct check_run *r)
{
	const struct guests *g = check_facts(r, &probe_guests);
	const struct threads *t = check_facts(r, &probe_threads);
	const struct kvm *k = snapshot_facts(r->s, &probe_kvm);
	uint64_t listed = 0, processes;

	if (!g || !t || !check_known(r, t->processes, "threads.processes"))
		return;
	check_evidence(r, "threads.processes");
	processes = t->processes.u;
	if (value_known(g->total))
		listed = defined_emulated(r, g);
	else if (!check_absent(g->total) && !processes)
		check_known(r, g->total, "guests.total");
	running_emulated(r, t, value_known(g->total));
	if (k && value_known(k->present) && !k->present.u && r->ret->nparts) {
		check_evidence(r, "kvm.present");
		check_now(r, "`modprobe kvm_intel || modprobe kvm_amd` ; when that fails, VT-x or SVM is off in the "
			     "firmware.");
	}
	if (!listed && !processes)
		check_not_applicable(r, "There are no guests: %s.",
			check_absent(g->total) ? "no libvirt, and no QEMU process" : "none runs");
	check_pass(r, "%u guest%s: all on KVM.", (unsigned)(listed > processes ? listed : processes),
		plural(listed > processes ? listed : processes));
}

/* Does a guest run here, libvirt's or not? Else that has been said. */
static bool guests_run(struct check_run *r)
{
	const struct placement *p = check_facts(r, &probe_placement);

	if (!p || !check_known(r, p->running, "placement.running"))
		return false;
	if (!p->running.u)
		guests_none(r, "No guest runs here.");
	return p->running.u > 0;
}

bool kvm_loaded(struct check_run *r, const struct kvm *k)
{
	if (!check_absent(k->module))
		return check_known(r, k->module, "kvm.module");
	/* a folder may hold neither its modules nor its device */
	if (check_known(r, k->present, "kvm.present"))
		check_not_applicable(r, "KVM is not loaded.");
	return false;
}

void rule_K02(struct check_run *r)
{
	const struct kvm *k = check_facts(r, &probe_kvm);

	if (!k || !guests_run(r) || !kvm_loaded(r, k))
		return;
	if (check_absent(k->halt_poll_ns)) {
		check_not_applicable(r, "KVM of this kernel has no halt polling.");
		return;
	}
	if (!check_known(r, k->halt_poll_ns, "kvm.halt_poll_ns"))
		return;
	check_evidence(r, "kvm.halt_poll_ns");
	if (!k->halt_poll_ns.u && !(r->latency_us > 0))
		check_not_applicable(r, "Halt polling is off, and latency does not count (profile batch).");
	else if (!k->halt_poll_ns.u) {
		check_fire(r, SEVERITY_WARN, "kvm.halt_poll_ns",
			"Halt polling is off (halt_poll_ns 0): each short wait of a guest is a way through the "
			"scheduler.");
		check_cost(r, LIMIT_halt_us, NAN);
	} else {
		kvm_polls(r);
	}
	check_pass(r, "Halt polling waits up to %.0f µs.", (double)k->halt_poll_ns.u / 1000);
}

/* Processors whose AVIC the kernel trusts; from the family and model of CPUID. */
static bool is_zen4_or_later(const struct cpu *c)
{
	uint64_t family = c ? value_u64_or(c->family, 0) : 0, model = c ? value_u64_or(c->model_number, 0) : 0;

	return family > 0x19 || (family == 0x19 && ((model >= 0x10 && model < 0x20) || model >= 0x60));
}

/* Servers have APICv since Ivy Bridge-EP, most desktops have not: only the kernel's own list tells. */
static bool has_apicv(struct check_run *r, const struct cpu *c)
{
	if (check_absent(c->vmx_flags))
		check_unknown(r, "APICv is off; whether the processors have it is said by kernels since 5.6 only.");
	else if (check_known(r, c->vmx_flags, "cpu.vmx_flags"))
		return value_has_word(c->vmx_flags, "apicv");
	return false;
}

static void judge_apicv(struct check_run *r, const struct kvm *k, const struct cpu *c)
{
	bool amd = strcmp(value_text_or(k->module, ""), "kvm_amd") == 0;

	if (check_absent(k->apicv) || !check_known(r, k->apicv, "kvm.apicv") || k->apicv.u)
		return;
	if (!c || !check_known(r, c->family, "cpu.family"))
		return;
	check_evidence(r, "kvm.apicv");
	if (amd && is_zen4_or_later(c))
		check_fire(
			r, SEVERITY_WARN, "kvm.apicv", "AVIC is off on a processor whose interrupts it could deliver.");
	else if (amd)
		check_fire(r, SEVERITY_INFO, "kvm.apicv", "AVIC is off, as the kernel has it by default before Zen 4.");
	else if (has_apicv(r, c))
		check_fire(r, SEVERITY_WARN, "kvm.apicv", "APICv is off: each interrupt of a guest costs exits.");
	else
		return;
	check_cost(r, LIMIT_interrupt_us, NAN);
}

void rule_K04(struct check_run *r)
{
	const struct kvm *k = check_facts(r, &probe_kvm);
	const struct cpu *c = snapshot_facts(r->s, &probe_cpu);

	if (!k || !kvm_loaded(r, k))
		return;
	if (check_absent(k->paging) && check_absent(k->apicv)) {
		check_not_applicable(r, "Module %s has no such parameters.", value_text_or(k->module, "kvm"));
		return;
	}
	check_evidence(r, "kvm.paging");
	if (check_known(r, k->paging, "kvm.paging") && !k->paging.u) {
		check_fire(r, SEVERITY_CRIT, "kvm.paging",
			"Two-stage paging is off: KVM keeps shadow page tables, many times slower.");
		check_share(r, LIMIT_no_paging_share);
	}
	judge_apicv(r, k, c);
	check_pass(r, "Two-stage paging is on%s.",
		value_u64_or(k->apicv, 0) ? ", interrupts are delivered by hardware" : "");
}

void rule_K06(struct check_run *r)
{
	const struct firmware *fw = check_facts(r, &probe_firmware);
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	const struct kvm *k = snapshot_facts(r->s, &probe_kvm);
	bool nested = k && value_u64_or(k->nested, 0);

	if (!fw || !check_known(r, fw->guest, "firmware.guest"))
		return;
	check_evidence(r, "firmware.guest");
	if (fw->guest.u) {
		check_fire(r, SEVERITY_INFO, "firmware.guest",
			"This host is itself a VM (%s): clock, sleep and throttling are not judged; steal is decided "
			"one level up.",
			check_name(r, fw->guest_why));
		if (p && value_u64_or(p->running, 0)) {
			check_fire(r, SEVERITY_WARN, "placement.running",
				"%u guest%s run%s in this VM%s: each exit costs a chain of exits.",
				(unsigned)p->running.u, plural(p->running.u), p->running.u == 1 ? "s" : "",
				here_paused(r, p));
			check_cost(r, LIMIT_nested_exit_us, NAN);
			check_line(r,
				"This host is itself a VM, and %u guest%s run%s in it%s: each exit costs a chain of "
				"exits.",
				(unsigned)p->running.u, plural(p->running.u), p->running.u == 1 ? "s" : "",
				here_paused(r, p));
		}
	} else if (nested && VALUE_IS(k->module, "kvm_amd") && value_u64_or(k->apicv, 0)) {
		check_fire(r, SEVERITY_INFO, "kvm.nested",
			"Guests may be hypervisors (nested): one that is loses AVIC for its interrupts.");
	}
	check_pass(r, "A real machine%s.",
		nested ? "; guests may be hypervisors themselves (nested), the kernel's default" : "");
}
