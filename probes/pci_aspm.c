/* Active state power management: which states links may enter on their own, and the policy of the whole host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/pci_impl.h"
#include "probes/text.h"

/* Those that only wake a device that its driver has put to sleep have no field of their own. */
#define AT(member) offsetof(struct pci_device, member)
enum { NOWHERE = 0 };
static const struct {
	const char *file, *word;
	size_t at; /* of its field */
} states[] = {{"l0s_aspm", "L0s", AT(aspm_l0s)}, {"l1_aspm", "L1", AT(aspm_l1)}, {"l1_1_aspm", "L1.1", AT(aspm_l1_1)},
	{"l1_2_aspm", "L1.2", AT(aspm_l1_2)}, {"l1_1_pcipm", "L1.1-PM", NOWHERE}, {"l1_2_pcipm", "L1.2-PM", NOWHERE},
	{"clkpm", "clock", AT(aspm_clkpm)}};

static int note(const char *name, void *arg)
{
	unsigned *seen = arg;

	for (unsigned i = 0; i < COUNT(states); i++)
		if (strcmp(name, states[i].file) == 0)
			*seen |= 1U << i;
	return 0;
}

static struct value *own_field(struct pci_device *row, size_t state)
{
	return states[state].at == NOWHERE ? NULL : (struct value *)(void *)((char *)row + states[state].at);
}

static void set_all(struct pci_device *row, struct value v)
{
	row->aspm = v;
	for (size_t i = 0; i < COUNT(states); i++)
		if (own_field(row, i))
			*own_field(row, i) = v;
}

void pci_read_aspm(const struct tick *t, const char *address, struct pci_device *row)
{
	char path[64], words[64] = "";
	struct value broken = {.known = KNOWN};
	unsigned seen = 0;
	size_t len = 0;
	int err;

	snprintf(path, sizeof(path), PCI_FOLDER "%.16s/link", address);
	err = value_known(row->pf) ? -ENODEV : host_list(t->h, path, note, &seen); /* a VF has the link of its PF */
	set_all(row, value_error(err ? err : -ENOENT, 0));
	if (err || !seen)
		return;
	for (size_t i = 0; i < COUNT(states); i++) {
		struct value v, *own = own_field(row, i);

		if (!(seen >> i & 1))
			continue;
		v = get_bool(t, 0, PCI_FOLDER "%s/link/%s", address, states[i].file);
		if (own)
			*own = v;
		if (!value_known(v))
			broken = v;
		else if (v.u)
			len += (size_t)snprintf(
				words + len, sizeof(words) - len, "%s%s", len ? " " : "", states[i].word);
	}
	row->aspm = !value_known(broken) ? broken : value_text(len ? arena_strdup(t->a, words) : "off", 0);
}

struct value pci_aspm_policy(const struct tick *t)
{
	return get_choice(t, 0, "/sys/module/pcie_aspm/parameters/policy");
}
