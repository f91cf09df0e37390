/* KVM: its device and the parameters of its modules; /dev/kvm itself is never opened. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

#define DEVICE "/sys/devices/virtual/misc/kvm"
#define MODULE "/sys/module/"
#define KVM(name) SOURCES(MODULE "kvm/parameters/" name)
#define VENDOR(intel, amd) SOURCES(MODULE "kvm_intel/parameters/" intel, MODULE "kvm_amd/parameters/" amd)
#define NUMBER(member, label, unit, source_, meaning) \
	FIELD(struct kvm, member, label, TYPE_U64, unit, 0, source_, meaning)
#define YES(member, label, source_, meaning) FIELD(struct kvm, member, label, TYPE_BOOL, UNIT_NONE, 0, source_, meaning)
#define ROW(member, label, source_, meaning) \
	FIELD(struct kvm_parameter, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define NAMES SOURCES("the files of " MODULE "kvm*/parameters")

enum { PARAMETERS_MOST = 512 };

static const char *const modules[] = {"kvm", "kvm_amd", "kvm_hv", "kvm_intel", "kvm_pr"};

static const struct field row_fields[] = {
	ROW(name, "Parameter", NAMES, "The module and the parameter, as the kernel's command line takes them."),
	ROW(module, "Module", NAMES, "The module that has it."),
	ROW(parameter, "Name", NAMES, "What the module calls it."),
	ROW(value, "Value", SOURCES(MODULE "{module}/parameters/{parameter}"), "What is in force."),
};

static const struct field fields[] = {
	YES(present, "KVM", SOURCES(DEVICE "/dev"),
		"Whether the kernel offers /dev/kvm; without it guests are emulated, ten times slower."),
	FIELD(struct kvm, module, "Module", TYPE_TEXT, UNIT_NONE, 0, SOURCES("the folders of /sys/module"),
		"The module for these processors."),
	NUMBER(users, "Users", UNIT_COUNT, SOURCES(MODULE "{module}/refcnt"),
		"What holds the module: its parameters can be changed by loading it anew only when this is 0."),
	YES(nested, "Nested", VENDOR("nested", "nested"), "Whether guests may be hypervisors themselves."),
	YES(paging, "Two-stage paging", VENDOR("ept", "npt"),
		"Whether the hardware translates addresses of guests; without it KVM is many times slower."),
	YES(apicv, "Interrupts in hardware", VENDOR("enable_apicv", "avic"),
		"Whether the hardware delivers interrupts to guests without an exit (APICv, AVIC)."),
	YES(ipiv, "IPIs in hardware", VENDOR("enable_ipiv", "enable_ipiv"),
		"Whether interrupts between virtual CPUs need no exit."),
	NUMBER(halt_poll_ns, "Halt polling", UNIT_NS, KVM("halt_poll_ns"),
		"How long KVM waits awake, at most, when a virtual CPU has nothing to do; 0 is off."),
	NUMBER(halt_poll_grow, "Polling grows", UNIT_COUNT, KVM("halt_poll_ns_grow"),
		"By which factor that time grows when polling would have helped; 0 leaves it as it is."),
	NUMBER(halt_poll_grow_start, "Polling starts at", UNIT_NS, KVM("halt_poll_ns_grow_start"),
		"From which time it grows."),
	NUMBER(halt_poll_shrink, "Polling shrinks", UNIT_COUNT, KVM("halt_poll_ns_shrink"),
		"By which factor it shrinks when polling was in vain; 0 sets it to 0."),
	YES(nx_huge_pages, "Huge pages not executable", KVM("nx_huge_pages"),
		"Whether huge pages of guests are split where code runs: the guard against iTLB multihit."),
	YES(tdp_mmu, "TDP MMU", KVM("tdp_mmu"), "Whether page tables of guests are kept by the newer, parallel code."),
	NUMBER(ple_gap, "PLE gap", UNIT_COUNT, VENDOR("ple_gap", "pause_filter_thresh"),
		"Clock ticks between two pauses that count as one spinning loop; 0: spinning is not watched."),
	NUMBER(ple_window, "PLE window", UNIT_COUNT, VENDOR("ple_window", "pause_filter_count"),
		"How long a virtual CPU may spin before it is made to give way."),
	YES(vhost_net, "vhost-net", SOURCES(MODULE "vhost_net"),
		"Whether the kernel can serve the network of guests, without QEMU."),
};

static const struct row_set sets[] = {
	{"parameter", "name", offsetof(struct kvm, parameter), sizeof(struct kvm_parameter), TABLE(row_fields), NULL,
		0},
};

static int nothing(const char *name, void *arg)
{
	(void)name, (void)arg;
	return 0;
}

/* Whether that folder is there. */
static struct value there(const struct tick *t, unsigned src, const char *folder)
{
	int err = host_list(t->h, folder, nothing, NULL);

	if (!err)
		return value_bool(true, src);
	return err == -ENOENT || err == -ENOTDIR ? value_bool(false, src) : value_error(err, src);
}

struct parameters {
	struct kvm_parameter row[PARAMETERS_MOST];
	uint32_t n;
	int err; /* of a module whose parameters could not be listed */
};

static void read_module(const struct tick *t, const char *module, struct parameters *all)
{
	const char *const *names;
	size_t n;
	int err = get_names(t, arena_printf(t->a, MODULE "%s/parameters", module), PARAMETERS_MOST, &names, &n);

	if (err && err != -ENOENT && err != -ENOTDIR)
		all->err = err;
	for (size_t i = 0; i < n && all->n < PARAMETERS_MOST; i++) {
		struct kvm_parameter *row = &all->row[all->n++];

		row->name = value_text(arena_printf(t->a, "%s.%s", module, names[i]), 0);
		row->module = value_text(module, 0);
		row->parameter = value_text(names[i], 0);
		row->value = get_text(t, 0, MODULE "%s/parameters/%s", module, names[i]);
	}
}

/* The value of a parameter among those that were read; src says from which module. */
static struct value parameter(const struct parameters *all, const char *module, const char *name, unsigned src)
{
	for (uint32_t i = 0; i < all->n; i++)
		if (strcmp(all->row[i].module.text, module) == 0 && strcmp(all->row[i].parameter.text, name) == 0) {
			struct value v = all->row[i].value;

			v.src = (uint8_t)src;
			return v;
		}
	return value_error(all->err ? all->err : -ENOENT, src);
}

/* Of the module of this vendor: the parameter is called so by Intel's and so by AMD's. */
static struct value of_vendor(const struct parameters *all, const char *intel, const char *amd)
{
	struct value v = parameter(all, "kvm_intel", intel, 0);

	return v.known == KNOWN_ABSENT ? parameter(all, "kvm_amd", amd, 1) : v;
}

static struct value number(struct value v)
{
	return value_known(v) ? u64_value(v.text, v.src) : v;
}

/* Kernels print Y and N, older ones 1 and 0, nx_huge_pages also words; avic can be "auto". */
static struct value yes(struct value v)
{
	static const char *const no[] = {"off", "never", "force-off"}, *const is[] = {"force", "auto", "on"};

	if (!value_known(v))
		return v;
	for (size_t i = 0; i < COUNT(no); i++) {
		if (strcmp(v.text, no[i]) == 0)
			return value_bool(false, v.src);
		if (strcmp(v.text, is[i]) == 0)
			return value_bool(true, v.src);
	}
	return bool_value(v.text, v.src);
}

static void fill(const struct parameters *all, struct kvm *k)
{
	k->nested = yes(of_vendor(all, "nested", "nested"));
	k->paging = yes(of_vendor(all, "ept", "npt"));
	k->apicv = yes(of_vendor(all, "enable_apicv", "avic"));
	k->ipiv = yes(of_vendor(all, "enable_ipiv", "enable_ipiv"));
	k->ple_gap = number(of_vendor(all, "ple_gap", "pause_filter_thresh"));
	k->ple_window = number(of_vendor(all, "ple_window", "pause_filter_count"));
	k->halt_poll_ns = number(parameter(all, "kvm", "halt_poll_ns", 0));
	k->halt_poll_grow = number(parameter(all, "kvm", "halt_poll_ns_grow", 0));
	k->halt_poll_grow_start = number(parameter(all, "kvm", "halt_poll_ns_grow_start", 0));
	k->halt_poll_shrink = number(parameter(all, "kvm", "halt_poll_ns_shrink", 0));
	k->nx_huge_pages = yes(parameter(all, "kvm", "nx_huge_pages", 0));
	k->tdp_mmu = yes(parameter(all, "kvm", "tdp_mmu", 0));
}

/* The module of the vendor, and kvm itself where it has none. */
static void find_module(const struct tick *t, struct kvm *k)
{
	k->module = value_error(-ENOENT, 0);
	for (size_t i = COUNT(modules); i-- > 0 && !value_known(k->module);) {
		struct value v = there(t, 0, arena_printf(t->a, MODULE "%s", modules[i]));

		if (!value_known(v))
			k->module = v;
		else if (v.u)
			k->module = value_text(modules[i], 0);
	}
	k->users = value_known(k->module) ? get_u64(t, 0, MODULE "%s/refcnt", k->module.text) : k->module;
}

/* Whether that folder is there. Only a running machine can say no: a copy may have left it out. */
static struct value offered(const struct tick *t, const char *folder)
{
	struct value v = there(t, 0, folder);

	if (value_known(v) && !v.u && t->so_far->about.origin == HOST_DIRECTORY)
		return value_error(-ENODATA, 0);
	return v;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct parameters *all = xcalloc(1, sizeof(*all));
	struct kvm_parameter *rows;
	struct kvm *k = facts;

	(void)state;
	find_module(t, k);
	k->present = offered(t, DEVICE);
	for (size_t i = 0; i < COUNT(modules); i++)
		read_module(t, modules[i], all);
	fill(all, k);
	k->vhost_net = offered(t, MODULE "vhost_net");
	rows = arena_array(t->a, all->n, sizeof(*rows));
	memcpy(rows, all->row, all->n * sizeof(*rows));
	k->parameter = (struct rows){.row = rows, .n = all->n, .known = KNOWN};
	if (all->err || !all->n) {
		int err = all->err ? all->err : -ENOENT;

		k->parameter = (struct rows){.known = value_error(err, 0).known, .err = err};
	}
	free(all);
	return 0;
}

const struct probe probe_kvm = {
	.name = "kvm",
	.title = "KVM",
	.size = sizeof(struct kvm),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
