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

static const struct {
	const char *file, *word;
} states[] = {{"l0s_aspm", "L0s"}, {"l1_aspm", "L1"}, {"l1_1_aspm", "L1.1"}, {"l1_2_aspm", "L1.2"},
	{"l1_1_pcipm", "L1.1-PM"}, {"l1_2_pcipm", "L1.2-PM"}, {"clkpm", "clock"}};

static int note(const char *name, void *arg)
{
	unsigned *seen = arg;

	for (unsigned i = 0; i < COUNT(states); i++)
		if (strcmp(name, states[i].file) == 0)
			*seen |= 1U << i;
	return 0;
}

struct value pci_aspm(const struct tick *t, const char *address)
{
	char path[64], words[64] = "";
	unsigned seen = 0;
	size_t len = 0;
	int err;

	snprintf(path, sizeof(path), PCI_FOLDER "%.16s/link", address);
	err = host_list(t->h, path, note, &seen);
	if (err || !seen)
		return value_error(err ? err : -ENOENT, 0);
	for (unsigned i = 0; i < COUNT(states); i++) {
		struct value v;

		if (!(seen >> i & 1))
			continue;
		v = get_bool(t, 0, PCI_FOLDER "%s/link/%s", address, states[i].file);
		if (!value_known(v))
			return v;
		if (v.u)
			len += (size_t)snprintf(
				words + len, sizeof(words) - len, "%s%s", len ? " " : "", states[i].word);
	}
	return value_text(len ? arena_strdup(t->a, words) : "off", 0);
}

struct value pci_aspm_policy(const struct tick *t)
{
	return get_choice(t, 0, "/sys/module/pcie_aspm/parameters/policy");
}
