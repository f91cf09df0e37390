/* Checks V03 to V05: disks and network cards that QEMU acts out, and packets that it carries. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_device.h"
#include "probes/checks/guest_walk.h"
#include "probes/kvm.h"
#include "probes/threads.h"
#include "probes/util.h"

const char *disk_at(struct check_run *r, const struct guest *g, const struct guest_disk *d, const char *field)
{
	return guest_at(r, g, "disk[%s].%s", check_key(r, value_text_or(d->target, "")), field);
}

const char *card_at(struct check_run *r, const struct guest *g, const struct guest_interface *i, const char *field)
{
	return guest_at(r, g, "interface[%s].%s", value_text_or(i->name, ""), field);
}

bool disk_counts(const struct guest_disk *d)
{
	return VALUE_IS(d->device, "disk", "lun");
}

bool disk_is_virtio(const struct guest_disk *d)
{
	return VALUE_IS(d->bus, "virtio") ||
	       (VALUE_IS(d->bus, "scsi") &&
		       VALUE_IS(d->model, "virtio-scsi", "virtio-transitional", "virtio-non-transitional"));
}

/* One disk; true when it is known what it hangs on. */
static bool judge_bus(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	enum severity severity = VALUE_IS(d->bus, "ide", "fdc") ? SEVERITY_CRIT : SEVERITY_WARN;
	bool scsi = VALUE_IS(d->bus, "scsi");
	const char *waits;

	if (!value_known(d->bus))
		return check_known(r, d->bus, disk_at(r, g, d, "bus"));
	if (scsi && !value_known(d->model)) /* libvirt picks one that fits the machine */
		return check_known(r, d->model, disk_at(r, g, d, "model"));
	if (disk_is_virtio(d) || !(scsi || VALUE_IS(d->bus, "ide", "fdc", "sata")))
		return true;
	waits = guest_after(r, g, arena_printf(r->a, "%s bus", value_text_or(d->target, "")));
	check_fire(r, severity, disk_at(r, g, d, scsi ? "model" : "bus"),
		"%s: disk %s is on %s%s, which QEMU emulates%s.", guest_name(r, g), check_name(r, d->target),
		scsi ? "SCSI controller " : "", check_name(r, scsi ? d->model : d->bus), waits);
	return true;
}

void rule_V03(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;
	unsigned disks = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		const struct guest_disk *d = g->disk.row;

		for (uint32_t i = 0; i < g->disk.n; i++)
			disks += disk_counts(&d[i]) && judge_bus(r, g, &d[i]);
	}
	check_pass(r, "%u disk%s of %s: on virtio, or not emulated.", disks, plural(disks), guests_seen(&w, w.seen));
}

/* A card that is a device of the host, or is driven by another program: QEMU is not in the way. */
static bool is_passed(const struct guest_interface *i)
{
	return VALUE_IS(i->source, "hostdev", "vhostuser", "vdpa");
}

/* Without a model QEMU takes the one of its machine: on a PC a card of the nineties; those of ARM take virtio. */
static bool is_pc(const struct guest *g)
{
	return value_known(g->machine) &&
	       (strncmp(g->machine.text, "pc", 2) == 0 || strcmp(g->machine.text, "q35") == 0);
}

static enum severity model_severity(const struct guest *g, const struct guest_interface *i)
{
	if (!value_known(i->model))
		return is_pc(g) ? SEVERITY_CRIT : SEVERITY_NONE;
	if (VALUE_IS(i->model, "rtl8139", "ne2k_pci", "ne2k_isa", "pcnet", "e1000", "e1000-82544gc", "e1000-82545em"))
		return SEVERITY_CRIT;
	if (VALUE_IS(i->model, "e1000e", "vmxnet3"))
		return SEVERITY_WARN;
	return VALUE_IS(i->model, "igb") ? SEVERITY_INFO : SEVERITY_NONE;
}

static void judge_card(struct check_run *r, const struct guest *g, const struct guest_interface *i)
{
	enum severity severity = model_severity(g, i);
	const char *name = value_text_or(i->name, "?"), *waits;

	if (!severity)
		return;
	waits = guest_after(r, g, arena_printf(r->a, "%s model", name));
	if (value_known(i->model))
		check_fire(r, severity, card_at(r, g, i, "model"), "%s: card %s is model %s, which QEMU emulates%s.",
			guest_name(r, g), name, check_name(r, i->model), waits);
	else
		check_fire(r, severity, card_at(r, g, i, "model"),
			"%s: card %s has no model: QEMU emulates its default, an e1000 or rtl8139%s.", guest_name(r, g),
			name, waits);
}

void rule_V04(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;
	unsigned cards = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		const struct guest_interface *i = g->interface.row;

		for (uint32_t k = 0; k < g->interface.n; k++) {
			cards++;
			if (!is_passed(&i[k]))
				judge_card(r, g, &i[k]);
		}
	}
	if (!cards)
		check_not_applicable(r, "None of the running guests has a network card.");
	check_pass(
		r, "%u network card%s of %s: virtio, or not emulated.", cards, plural(cards), guests_seen(&w, w.seen));
}

/* The vhost threads of a guest: how many; false where its threads are not known, which is noted. */
static bool vhost_threads(struct check_run *r, const struct threads *t, const struct guest *g, unsigned *ret)
{
	const struct threads_guest *row = threads_find(t, g->uuid.text);
	const struct thread *th = row ? row->thread.row : NULL;

	*ret = 0;
	if (!row) {
		check_unknown(r, "%s: its threads were not found, so nobody knows who carries its packets.",
			guest_name(r, g));
		return false;
	}
	if (!check_known(r, (struct value){.known = row->thread.known, .err = row->thread.err}, "threads.guest"))
		return false;
	for (uint32_t i = 0; i < row->thread.n; i++)
		*ret += VALUE_IS(th[i].role, "vhost");
	return true;
}

static void judge_vhost(struct check_run *r, const struct threads *t, const struct guest *g, unsigned *ret_cards)
{
	const struct guest_interface *i = g->interface.row, *first = NULL;
	unsigned threads = 0;

	for (uint32_t k = 0; k < g->interface.n; k++) {
		if (is_passed(&i[k]) ||
			!VALUE_IS(i[k].model, "virtio", "virtio-transitional", "virtio-non-transitional"))
			continue;
		++*ret_cards;
		if (VALUE_IS(i[k].driver, "qemu"))
			check_fire(r, SEVERITY_WARN, card_at(r, g, &i[k], "driver"),
				"%s: card %s is told to let QEMU carry its packets%s.", guest_name(r, g),
				i[k].name.text, guest_after(r, g, arena_printf(r->a, "%s driver", i[k].name.text)));
		else if (VALUE_IS(i[k].source, "user"))
			check_fire(r, SEVERITY_WARN, card_at(r, g, &i[k], "source"),
				"%s: card %s is on a user network, which QEMU carries.", guest_name(r, g),
				i[k].name.text);
		else if (!first)
			first = &i[k];
	}
	if (!first || !vhost_threads(r, t, g, &threads) || threads)
		return;
	check_fire(r, SEVERITY_WARN, card_at(r, g, first, "driver"),
		"%s: card %s is virtio, but QEMU has no vhost thread: it carries the packets itself.", guest_name(r, g),
		first->name.text);
}

void rule_V05(struct check_run *r)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct kvm *kvm = snapshot_facts(r->s, &probe_kvm);
	const struct guest *g;
	struct guest_walk w;
	unsigned cards = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w)))
		if (VALUE_IS(g->type, "kvm")) /* libvirt gives vhost to no others */
			judge_vhost(r, t, g, &cards);
	if (r->ret->nparts) {
		check_cost(r, LIMIT_packet_qemu_us, NAN);
		if (kvm && value_known(kvm->vhost_net) && !kvm->vhost_net.u)
			check_evidence(r, "kvm.vhost_net");
	}
	if (!cards)
		check_not_applicable(r, "No running guest has a virtio card that the kernel could serve.");
	check_pass(r, "The kernel carries the packets of %u virtio card%s (vhost).", cards, plural(cards));
}
