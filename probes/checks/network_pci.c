/* Checks N07 to N09: PCIe links that sleep or were trained down, and how the IOMMU serves cards. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/cards.h"
#include "probes/kernel.h"

enum { CLASS_STORAGE = 0x01, CLASS_NETWORK = 0x02, CLASS_DISPLAY = 0x03, CLASS_ACCELERATOR = 0x12 };

static int class_of(const struct pci_device *d)
{
	return pci_class_of(d) < 0 ? -1 : pci_class_of(d) >> 8;
}

static const char *device_at(struct check_run *r, const struct pci_device *d, const char *field)
{
	return check_address(r, "pci.device[%s].%s", check_key(r, d->address.text), field);
}

/* "0000:18:00.0 (ens1f0)" */
static const char *device_name(struct check_run *r, const struct pci_device *d)
{
	const char *address = check_name(r, d->address);

	return value_known(d->used_by) && *d->used_by.text ? check_address(r, "%s (%s)", address, check_name(r, d->used_by))
							   : address;
}

/* Cards, disks and what guests have themselves. */
static bool serves_guests(const struct pci_device *d)
{
	int class = class_of(d);

	return class == CLASS_NETWORK || class == CLASS_STORAGE || ask_is(d->driver, "vfio-pci");
}

static void judge_sleep(struct check_run *r, const struct pci_device *d)
{
	if (check_absent(d->aspm) || !check_known(r, d->aspm, value_known(d->aspm) ? NULL : device_at(r, d, "aspm")) ||
		!strstr(d->aspm.text, "L1"))
		return;
	check_fire(r, SEVERITY_WARN, device_at(r, d, "aspm"), "The link of %s may sleep (%s).", device_name(r, d),
		check_name(r, d->aspm));
	check_cost(r, LIMIT_aspm_us, NAN);
}

static void judge_policy(struct check_run *r, const struct pci *pci)
{
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);
	size_t sleepers = r->ret->nparts;

	if (ask_is(pci->aspm_policy, "powersave") || ask_is(pci->aspm_policy, "powersupersave")) {
		check_fire(r, SEVERITY_WARN, "pci.aspm_policy", "Links are told to sleep: policy %s.",
			check_name(r, pci->aspm_policy));
		check_cost(r, LIMIT_aspm_us, NAN);
	}
	if (sleepers && k && ask_is(k->cmdline_aspm, "off"))
		check_fire(r, SEVERITY_INFO, "kernel.cmdline_aspm",
			"pcie_aspm=off tells the kernel to leave links as the firmware set them, and it let them sleep.");
}

void rule_N07(struct check_run *r)
{
	const struct pci *pci = check_facts(r, &probe_pci);
	const struct pci_device *row = pci ? pci->device.row : NULL;
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);
	const struct pci_device *silent = NULL;
	unsigned asked = 0;

	if (!pci || !ask_latency(r) || !check_list(r, &pci->device, "pci.device"))
		return;
	for (uint32_t i = 0; i < pci->device.n; i++)
		if (serves_guests(&row[i])) {
			judge_sleep(r, &row[i]);
			asked += value_known(row[i].aspm);
			silent = value_known(row[i].aspm) ? silent : &row[i];
		}
	judge_policy(r, pci);
	if (k && ask_is(k->cmdline_aspm, "off") && r->ret->nparts)
		check_now(r, "`echo 0 > /sys/bus/pci/devices/ADDRESS/link/l1_aspm` for each of them, where the kernel has that file; "
			     "else in the firmware.");
	if (!asked && !ask_there(r, pci->aspm_policy, "pci.aspm_policy", "This kernel has no ASPM."))
		return;
	if (!asked && silent && !ask_absence_tells(r))
		check_known(r, silent->aspm, device_at(r, silent, "aspm"));
	check_evidence(r, "pci.aspm_policy");
	check_pass(r, "No link of a card or a disk sleeps deeper than L0s (%u can; policy %s).", asked,
		value_known(pci->aspm_policy) ? check_name(r, pci->aspm_policy) : "not known");
}

static bool is_narrow(const struct pci_device *d)
{
	return value_known(d->width) && value_known(d->best_width) && d->width.u < d->best_width.u;
}

static bool is_slow(const struct pci_device *d)
{
	return value_known(d->speed_gt_s) && value_known(d->best_speed_gt_s) && d->speed_gt_s.f < d->best_speed_gt_s.f;
}

static void judge_training(struct check_run *r, const struct pci_device *d, bool display)
{
	if (!is_narrow(d) && (display || !is_slow(d)))
		return;
	check_fire(r, display ? SEVERITY_INFO : SEVERITY_WARN, device_at(r, d, "degraded"),
		"The link of %s runs at x%u, %g GT/s; both ends could x%u, %g GT/s.", device_name(r, d),
		(unsigned)value_u64_or(d->width, 0), value_f64_or(d->speed_gt_s, 0), (unsigned)value_u64_or(d->best_width, 0),
		value_f64_or(d->best_speed_gt_s, 0));
	check_cost(r, LIMIT_pcie_us, NAN);
}

static void judge_errors(struct check_run *r, const struct pci_device *d)
{
	uint64_t corrected = value_u64_or(d->aer_corrected_rise, 0), others = value_u64_or(d->aer_uncorrected_rise, 0);

	if (!corrected && !others)
		return;
	check_fire(r, SEVERITY_CRIT, device_at(r, d, others ? "aer_uncorrected_rise" : "aer_corrected_rise"),
		"The link of %s has errors: %llu while hvscope looked%s.", device_name(r, d),
		(unsigned long long)(corrected + others), others ? ", some of them not mended" : "");
	check_cost(r, LIMIT_pcie_us, NAN);
}

void rule_N08(struct check_run *r)
{
	const struct pci *pci = check_facts(r, &probe_pci);
	const struct pci_device *row = pci ? pci->device.row : NULL;
	unsigned known = 0;

	if (!pci || !check_list(r, &pci->device, "pci.device"))
		return;
	for (uint32_t i = 0; i < pci->device.n; i++) {
		int class = class_of(&row[i]);
		bool display = class == CLASS_DISPLAY || class == CLASS_ACCELERATOR;

		if ((!serves_guests(&row[i]) && !display) || check_absent(row[i].degraded))
			continue;
		if (!check_known(r, row[i].degraded, value_known(row[i].degraded) ? NULL : device_at(r, &row[i], "degraded")))
			continue;
		known++;
		judge_training(r, &row[i], display);
		judge_errors(r, &row[i]);
	}
	if (!known)
		check_not_applicable(r, "No card and no disk tells of its link.");
	check_evidence(r, "pci.degraded");
	check_pass(r, "%s of cards and disks: as wide and as fast as both ends can, without new errors.",
		ask_count(r, known, "link"));
}

static void judge_unmapping(struct check_run *r, const struct net_interface *card, const struct pci_device *d, bool *any)
{
	double packets = value_f64_or(card->rx_packets_per_s, 0) + value_f64_or(card->tx_packets_per_s, 0);
	bool many = packets > LIMIT_strict_packets_per_s;

	if (check_absent(d->iommu_group) || check_absent(d->iommu_type)) {
		if (!ask_absence_tells(r))
			check_known(r, d->iommu_type, device_at(r, d, "iommu_type"));
		return;
	}
	*any = true;
	if (!check_known(r, d->iommu_type, value_known(d->iommu_type) ? NULL : device_at(r, d, "iommu_type")) ||
		strcmp(d->iommu_type.text, "DMA") != 0)
		return;
	check_fire(r, many ? SEVERITY_WARN : SEVERITY_INFO, device_at(r, d, "iommu_type"),
		"Buffers of %s are unmapped one by one (IOMMU mode DMA), at %.0f packets a second.", check_name(r, card->name),
		packets);
	check_cost(r, LIMIT_unmap_us, packets);
}

void rule_N09(struct check_run *r)
{
	const struct pci *pci = check_facts(r, &probe_pci);
	struct cards c;
	bool any = false;

	if (!pci || !cards_find(r, &c) || !check_list(r, &pci->device, "pci.device"))
		return;
	for (uint32_t i = 0; i < c.n; i++) {
		const struct pci_device *d = cards_device(r, c.row[i]);

		if (d)
			judge_unmapping(r, c.row[i], d, &any);
	}
	if (any)
		check_pass(r, "%s: buffers are unmapped in batches or not at all.", cards_words(r, &c));
	else
		check_not_applicable(r, "No card is behind an IOMMU.");
}
