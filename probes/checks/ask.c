/* Questions that several checks ask of the facts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/ask.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/checks/here.h"
#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/firmware.h"
#include "probes/frequency.h"
#include "probes/interrupts.h"
#include "probes/pci.h"
#include "probes/pressure.h"
#include "probes/topology.h"
#include "probes/util.h"

bool ask_is(struct value v, const char *word)
{
	return value_known(v) && strcmp(v.text, word) == 0;
}

bool ask_latency(struct check_run *r)
{
	if (r->latency_us > 0)
		return true;
	check_not_applicable(r, "The profile is %s: nobody minds how long a wake-up takes.", profile_word(r->profile));
	return false;
}

const struct placement *ask_latency_guests(struct check_run *r)
{
	return ask_latency(r) ? here_guests(r) : NULL;
}

bool ask_latency_matters(const struct check_run *r)
{
	const struct placement *place = snapshot_facts(r->s, &probe_placement);

	return r->latency_us > 0 && place && value_u64_or(place->running, 0);
}

bool ask_absence_tells(const struct check_run *r)
{
	return r->s->about.origin != HOST_DIRECTORY;
}

bool ask_there(struct check_run *r, struct value v, const char *address, const char *without)
{
	if (!check_absent(v) || !ask_absence_tells(r))
		return check_known(r, v, address);
	check_not_applicable(r, "%s", without);
	return false;
}

const struct pressure_resource *ask_pressure(struct check_run *r, const char *name)
{
	const struct pressure *p = check_facts(r, &probe_pressure);
	const struct pressure_resource *one = pressure_of(p, name);

	if (!p || one)
		return one;
	if (p->resource.known != KNOWN_ABSENT && p->resource.known != KNOWN)
		check_list(r, &p->resource, "pressure.resource");
	else if (ask_absence_tells(r))
		check_unknown(r, "This kernel does not count pressure (PSI): boot it with psi=1.");
	else
		check_unknown(
			r, "This folder has no pressure (PSI): the kernel does not count it, or it was not collected.");
	return NULL;
}

const struct frequency *ask_policies(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);

	const struct topology *t = snapshot_facts(r->s, &probe_topology);

	if (!f)
		return NULL;
	if (!t || !t->cpu.n) {
		check_unknown(r, "No CPU of this host can be read.");
		return NULL;
	}
	if (f->policy.known == KNOWN_ABSENT || (f->policy.known == KNOWN && !f->policy.n)) {
		check_not_applicable(r, "No cpufreq driver is bound: see cpufreq-absent (F14).");
		return NULL;
	}
	return check_list(r, &f->policy, "frequency.policy") ? f : NULL;
}

const struct policy *ask_policy(const struct frequency *f, uint32_t *i)
{
	const struct policy *row = f->policy.row;

	for (; *i < f->policy.n; ++*i)
		if (!value_known(row[*i].cpus) || cpuset_next(row[*i].cpus.set, -1) >= 0)
			return &row[(*i)++];
	return NULL;
}

const char *ask_policy_address(struct check_run *r, const struct policy *p, const char *field)
{
	return check_address(r, "frequency.policy[%u].%s", (unsigned)p->id.u, field);
}

bool ask_policy_known(struct check_run *r, const struct policy *p, struct value v, const char *field)
{
	return check_known(r, v, value_known(v) ? NULL : ask_policy_address(r, p, field));
}

bool ask_intel(const struct cpu *c)
{
	return c && ask_is(c->vendor, "GenuineIntel");
}

bool ask_intel_since_sandy_bridge(const struct cpu *c)
{
	enum { SANDY_BRIDGE = 0x2a, NETBURST = 15 };
	static const uint64_t older[] = {
		0x2c, 0x2e, 0x2f, 0x35, 0x36}; /* Westmere, Nehalem-EX, Saltwell: higher numbers */
	uint64_t family = c ? value_u64_or(c->family, 0) : 0, model = c ? value_u64_or(c->model_number, 0) : 0;

	for (size_t i = 0; i < COUNT(older); i++)
		if (family == 6 && model == older[i])
			return false;
	return ask_intel(c) && (family > 6 || (family == 6 && model >= SANDY_BRIDGE)) && family != NETBURST;
}

bool ask_server(const struct check_run *r)
{
	enum { ENTERPRISE_SERVER = 4, PERFORMANCE_SERVER = 7 };
	const struct firmware *fw = snapshot_facts(r->s, &probe_firmware);
	uint64_t profile = fw ? value_u64_or(fw->pm_profile, 0) : 0;

	return profile == ENTERPRISE_SERVER || profile == PERFORMANCE_SERVER;
}

/* What a device is stands in its class; where that cannot be read, it may be a card or a disk, which is noted. */
static int class_of(struct check_run *r, const char *address)
{
	const struct pci *pci = check_facts(r, &probe_pci);
	const struct pci_device *d = pci ? pci_device(pci, address) : NULL;

	if (!pci)
		return -1;
	if (d && check_known(r, d->class_code,
			 value_known(d->class_code)
				 ? NULL
				 : check_address(r, "pci.device[%s].class_code", check_key(r, address))))
		return pci_class_of(d) >> 8;
	if (!d && (pci->device.known != KNOWN_ABSENT || !ask_absence_tells(r)))
		check_list(r, &pci->device, "pci.device");
	return -1;
}

/* Network cards and storage controllers, by their class; NVMe also by the name of its interrupt. */
static bool does_io(struct check_run *r, const struct interrupt *irq)
{
	enum { CLASS_STORAGE = 0x01, CLASS_NETWORK = 0x02 };
	int class;

	if (strncmp(value_text_or(irq->action, ""), "nvme", 4) == 0)
		return true;
	class = value_known(irq->device) ? class_of(r, irq->device.text) : -1;
	return class == CLASS_NETWORK || class == CLASS_STORAGE;
}

void ask_add_fitting(struct cpuset *to, const struct cpuset *from)
{
	CPUSET_EACH(id, from)
	if ((uint32_t)id < to->nbits)
		cpuset_add(to, (uint32_t)id);
}

const struct cpuset *ask_io_cpus(struct check_run *r)
{
	const struct interrupts *all = check_facts(r, &probe_interrupts);
	const struct topology *t = snapshot_facts(r->s, &probe_topology);
	const struct interrupt *irq = all ? all->irq.row : NULL;
	const struct topology_cpu *cpu = t ? t->cpu.row : NULL;
	struct cpuset *cpus;

	if (!all || !t || !t->cpu.n || !check_list(r, &all->irq, "interrupts.irq") ||
		!check_known(r, all->device_per_s, "interrupts.device_per_s"))
		return NULL;
	cpus = cpuset_new(r->a, (uint32_t)cpu[t->cpu.n - 1].id.u + 1);
	for (uint32_t i = 0; i < all->irq.n; i++)
		if (value_f64_or(irq[i].per_s, 0) > 0 && does_io(r, &irq[i]) && !check_absent(irq[i].cpus) &&
			check_known(r, irq[i].cpus,
				value_known(irq[i].cpus) ? NULL
							 : check_address(r, "interrupts.irq[%s].cpus",
								   check_key(r, value_text_or(irq[i].name, "")))))
			ask_add_fitting(cpus, irq[i].cpus.set);
	return cpus;
}

const char *ask_count(struct check_run *r, uint64_t n, const char *what)
{
	return arena_printf(r->a, "%u %s%s", (unsigned)n, what, n == 1 ? "" : "s");
}

const char *ask_cpus_text(struct check_run *r, const struct cpuset *cpus)
{
	return arena_printf(r->a, "CPU%s %s", cpuset_count(cpus) == 1 ? "" : "s", cpuset_text(r->a, cpus));
}
