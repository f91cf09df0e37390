/* Writes what a simulated machine does for its guests and against its weaknesses: KVM's modules, mitigations. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

struct setting {
	const char *name, *value;
};

static const struct setting kvm[] = {{"eager_page_split", "Y"}, {"halt_poll_ns", "200000"}, {"halt_poll_ns_grow", "2"},
	{"halt_poll_ns_grow_start", "10000"}, {"halt_poll_ns_shrink", "0"}, {"ignore_msrs", "N"},
	{"nx_huge_pages", "Y"}, {"tdp_mmu", "Y"}};
static const struct setting intel[] = {{"enable_apicv", "Y"}, {"enable_ipiv", "N"}, {"ept", "Y"}, {"nested", "N"},
	{"ple_gap", "128"}, {"ple_window", "4096"}, {"pml", "Y"}, {"preemption_timer", "Y"},
	{"unrestricted_guest", "Y"}, {"vmentry_l1d_flush", "not required"}, {"vpid", "Y"}};
static const struct setting amd[] = {{"avic", "N"}, {"nested", "N"}, {"npt", "Y"}, {"pause_filter_count", "3000"},
	{"pause_filter_thresh", "128"}, {"vgif", "1"}, {"vls", "1"}};

/* Intel (Cascade Lake), AMD (Milan), ARM (Neoverse N1); a list that ends is over. */
static const struct setting weak_intel[] = {{"gather_data_sampling", "Mitigation: Microcode"},
	{"itlb_multihit", "KVM: Mitigation: Split huge pages"}, {"l1tf", "Not affected"}, {"mds", "Not affected"},
	{"meltdown", "Not affected"}, {"mmio_stale_data", "Mitigation: Clear CPU buffers; SMT vulnerable"},
	{"reg_file_data_sampling", "Not affected"}, {"retbleed", "Mitigation: Enhanced IBRS"},
	{"spec_rstack_overflow", "Not affected"},
	{"spec_store_bypass", "Mitigation: Speculative Store Bypass disabled via prctl"},
	{"spectre_v1", "Mitigation: usercopy/swapgs barriers and __user pointer sanitization"},
	{"spectre_v2",
		"Mitigation: Enhanced / Automatic IBRS; IBPB: conditional; PBRSB-eIBRS: SW sequence; BHI: SW loop, "
		"KVM: SW loop"},
	{"srbds", "Not affected"}, {"tsx_async_abort", "Mitigation: TSX disabled"},
	{"vmscape", "Mitigation: IBPB before exit to userspace"}};
static const struct setting weak_amd[] = {{"gather_data_sampling", "Not affected"}, {"itlb_multihit", "Not affected"},
	{"l1tf", "Not affected"}, {"mds", "Not affected"}, {"meltdown", "Not affected"},
	{"mmio_stale_data", "Not affected"}, {"reg_file_data_sampling", "Not affected"}, {"retbleed", "Not affected"},
	{"spec_rstack_overflow", "Mitigation: Safe RET"},
	{"spec_store_bypass", "Mitigation: Speculative Store Bypass disabled via prctl"},
	{"spectre_v1", "Mitigation: usercopy/swapgs barriers and __user pointer sanitization"},
	{"spectre_v2",
		"Mitigation: Retpolines; IBPB: conditional; IBRS_FW; STIBP: always-on; RSB filling; PBRSB-eIBRS: "
		"Not affected; BHI: Not affected"},
	{"srbds", "Not affected"}, {"tsa", "Mitigation: Clear CPU buffers"}, {"tsx_async_abort", "Not affected"},
	{"vmscape", "Mitigation: IBPB before exit to userspace"}};
static const struct setting weak_arm[] = {{"l1tf", "Not affected"}, {"mds", "Not affected"},
	{"meltdown", "Not affected"}, {"spec_store_bypass", "Mitigation: Speculative Store Bypass disabled via prctl"},
	{"spectre_v1", "Mitigation: __user pointer sanitization"}, {"spectre_v2", "Mitigation: CSV2, BHB"}};

static void write_settings(struct out *o, int sys, const char *folder, const struct setting *s, size_t n)
{
	int dir = out_deep(o, sys, folder);

	for (size_t i = 0; i < n; i++)
		out_line(o, dir, s[i].name, "%s", s[i].value);
	out_close(dir);
}

static void write_one(struct out *o, int sys, const char *folder, const char *name, const char *text)
{
	write_settings(o, sys, folder, &(struct setting){name, text}, 1);
}

void simulate_kvm(const struct model *m, struct out *o, int sys)
{
	static const char folder[] = "devices/system/cpu/vulnerabilities";

	write_settings(o, sys, "module/kvm/parameters", kvm, COUNT(kvm));
	write_one(o, sys, "devices/virtual/misc/kvm", "dev", "10:232");
	if (m->kind->arch == ARCH_INTEL) {
		write_settings(o, sys, "module/kvm_intel/parameters", intel, COUNT(intel));
		write_one(o, sys, "module/kvm_intel", "refcnt", "0");
		write_settings(o, sys, folder, weak_intel, COUNT(weak_intel));
	} else if (m->kind->arch == ARCH_AMD) {
		write_settings(o, sys, "module/kvm_amd/parameters", amd, COUNT(amd));
		write_one(o, sys, "module/kvm_amd", "refcnt", "0");
		write_settings(o, sys, folder, weak_amd, COUNT(weak_amd));
	} else {
		write_settings(o, sys, folder, weak_arm, COUNT(weak_arm));
	}
	write_one(o, sys, "module/vhost_net", "refcnt", "0");
}
