/* The kernel's command line: the words that checks ask for, as sets of CPUs where they are lists of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/kernel_impl.h"
#include "probes/parse.h"

/* The value of the last "key=value" on the command line: the last one wins. A word without a sign has no value. */
static struct value option(const struct tick *t, struct value cmdline, const char *const *keys)
{
	struct value found = value_error(-ENOENT, 0);
	struct slice rest, word, key, value;

	if (!value_known(cmdline))
		return value_error(cmdline.err, 0);
	rest = slice_of(cmdline.text);
	while (slice_word(&rest, &word))
		for (const char *const *k = keys; *k; k++)
			if (slice_pair(word, '=', &key, &value) && slice_is(key, *k))
				found = value_text(slice_text(t->a, value), 0);
	return found;
}

/* All words that begin so, as they stand. */
static struct value words(const struct tick *t, struct value cmdline, const char *const *begins)
{
	struct slice rest, word;
	const char *all = NULL;

	if (!value_known(cmdline))
		return value_error(cmdline.err, 0);
	rest = slice_of(cmdline.text);
	while (slice_word(&rest, &word))
		for (const char *const *b = begins; *b; b++)
			if (slice_starts(word, *b))
				all = arena_printf(t->a, "%s%s%.*s", all ? all : "", all ? " " : "", (int)word.len,
					word.p);
	return all ? value_text(all, 0) : value_error(-ENOENT, 0);
}

/* Newer kernels take "all", and N for the last CPU that could ever be there. */
static const char *without_n(const struct tick *t, const char *list)
{
	struct value possible = get_list(t, 0, "/sys/devices/system/cpu/possible");
	const char *text = "";
	int64_t last = -1;

	if (!value_known(possible))
		return list;
	CPUSET_EACH(id, possible.set)
	last = id;
	if (strcmp(list, "all") == 0)
		list = "0-N";
	for (; *list; list++)
		text = *list == 'N' ? arena_printf(t->a, "%s%d", text, (int)last)
				    : arena_printf(t->a, "%s%c", text, *list);
	return text;
}

static struct value cpus(const struct tick *t, struct value list)
{
	struct cpuset *set;
	const char *text;
	int err;

	if (!value_known(list))
		return list;
	text = strcmp(list.text, "all") == 0 || strchr(list.text, 'N') ? without_n(t, list.text) : list.text;
	err = cpuset_parse_list(t->a, text, &set);
	return err ? value_error(err, 0) : value_set(set, 0);
}

/* "isolcpus=nohz,domain,managed_irq,8-31": the flags come first, and domain is meant where there are none. */
static void isolcpus(const struct tick *t, struct kernel *k)
{
	struct value v = option(t, k->cmdline, SOURCES("isolcpus"));
	const char *p = value_text_or(v, ""), *flags = "";

	while (islower((unsigned char)*p) && strcmp(p, "all") != 0) {
		size_t n = strcspn(p, ",");

		flags = arena_printf(t->a, "%s%s%.*s", flags, *flags ? " " : "", (int)n, p);
		p += n + (p[n] == ',');
	}
	k->cmdline_isolcpus_flags = !value_known(v) ? v : value_text(*flags ? flags : "domain", 0);
	k->cmdline_isolcpus = !value_known(v) ? v : *p ? cpus(t, value_text(p, 0)) : value_error(-EINVAL, 0);
}

void kernel_boot(const struct tick *t, struct kernel *k)
{
	k->cmdline_governor = option(t, k->cmdline, SOURCES("cpufreq.default_governor"));
	k->cmdline_pstate = option(t, k->cmdline, SOURCES("intel_pstate", "amd_pstate"));
	k->cmdline_nohz_full = cpus(t, option(t, k->cmdline, SOURCES("nohz_full")));
	k->cmdline_rcu_nocbs = cpus(t, option(t, k->cmdline, SOURCES("rcu_nocbs")));
	k->cmdline_irqaffinity = cpus(t, option(t, k->cmdline, SOURCES("irqaffinity")));
	k->cmdline_iommu = words(t, k->cmdline, SOURCES("intel_iommu=", "amd_iommu=", "iommu=", "iommu."));
	k->cmdline_aspm = option(t, k->cmdline, SOURCES("pcie_aspm"));
	k->cmdline_split_lock = option(t, k->cmdline, SOURCES("split_lock_detect"));
	isolcpus(t, k);
}
