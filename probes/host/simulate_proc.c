/* Writes the /proc of a simulated machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/host/simulate_traffic.h"
#include "probes/util.h"

#define RELEASE "6.12.57+deb13-amd64"
#define RELEASE_ARM "6.12.57+deb13-arm64"

#define INTEL_FLAGS \
	"fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush dts acpi mmx fxsr sse sse2 " \
	"ss ht " \
	"tm pbe syscall nx pdpe1gb rdtscp lm constant_tsc art arch_perfmon pebs bts rep_good nopl xtopology " \
	"nonstop_tsc " \
	"cpuid aperfmperf pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 sdbg fma cx16 xtpr pdcm pcid dca " \
	"sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand lahf_lm abm 3dnowprefetch " \
	"epb " \
	"ssbd ibrs ibpb stibp ibrs_enhanced tpr_shadow flexpriority ept vpid ept_ad fsgsbase tsc_adjust bmi1 avx2 " \
	"smep " \
	"bmi2 erms invpcid cqm rdt_a avx512f avx512dq rdseed adx smap clflushopt clwb avx512cd avx512bw avx512vl " \
	"xsaveopt " \
	"xsavec xgetbv1 xsaves dtherm ida arat pln pts hwp hwp_act_window hwp_epp hwp_pkg_req vnmi pku ospke " \
	"md_clear " \
	"flush_l1d arch_capabilities"
#define VMX_FLAGS \
	"vnmi preemption_timer posted_intr invvpid ept_x_only ept_ad ept_1gb flexpriority apicv tsc_offset vtpr mtf vapic " \
	"ept vpid unrestricted_guest vapic_reg vid ple pml ept_mode_based_exec tsc_scaling"
#define AMD_FLAGS \
	"fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht " \
	"syscall nx " \
	"mmxext fxsr_opt pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology nonstop_tsc cpuid extd_apicid " \
	"aperfmperf " \
	"rapl pni pclmulqdq monitor ssse3 fma cx16 pcid sse4_1 sse4_2 x2apic movbe popcnt aes xsave avx f16c rdrand " \
	"lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs skinit wdt tce " \
	"topoext " \
	"perfctr_core perfctr_nb bpext perfctr_llc mwaitx cpb hw_pstate ssbd ibrs ibpb stibp vmmcall fsgsbase bmi1 " \
	"avx2 " \
	"smep bmi2 erms invpcid cqm rdt_a rdseed adx smap clflushopt clwb sha_ni xsaveopt xsavec xgetbv1 clzero " \
	"irperf " \
	"arat npt lbrv svm_lock nrip_save tsc_scale vmcb_clean flushbyasid decodeassists pausefilter avic cppc umip " \
	"pku"

static void cpuinfo_x86(const struct model *m, struct text *t, unsigned cpu)
{
	bool intel = m->kind->arch == ARCH_INTEL;
	unsigned khz = model_khz(m, cpu),
		 id = model_package(m, cpu) * m->per_package + model_core(m, cpu) * m->o.threads;

	sim_text_add(t,
		"processor\t: %u\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\nstepping\t: %u\n",
		cpu, intel ? "GenuineIntel" : "AuthenticAMD", intel ? 6 : 25, intel ? 85 : 1,
		intel ? "Intel(R) Xeon(R) Gold 6240R CPU @ 2.40GHz" : "AMD EPYC 7763 64-Core Processor", intel ? 7 : 1);
	/* The clock keeps its width when a moving tree writes it anew: four digits before the point. */
	sim_text_add(t, "microcode\t: %s\ncpu MHz\t\t: %u.%03u\ncache size\t: %u KB\n",
		intel ? "0x5003707" : "0xa0011d5", khz / 1000, khz % 1000, intel ? 1920 * m->o.cores : 512);
	sim_text_add(t, "physical id\t: %u\nsiblings\t: %u\ncore id\t\t: %u\ncpu cores\t: %u\n", model_package(m, cpu),
		m->per_package, model_core(m, cpu), m->o.cores);
	id += cpu / (m->o.packages * m->o.cores);
	sim_text_add(t, "apicid\t\t: %u\ninitial apicid\t: %u\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: %u\n",
		id, id, intel ? 22 : 16);
	sim_text_add(t, "wp\t\t: yes\nflags\t\t: %s\n%sbugs\t\t: spectre_v1 spectre_v2 spec_store_bypass%s\n",
		intel ? INTEL_FLAGS : AMD_FLAGS, intel ? "vmx flags\t: " VMX_FLAGS "\n" : "",
		intel ? " swapgs taa mmio_stale_data retbleed gds bhi" : " srso tsa vmscape");
	sim_text_add(t, "bogomips\t: %u.00\nclflush size\t: 64\ncache_alignment\t: 64\n", m->kind->base / 500);
	sim_text_add(t, "address sizes\t: %s physical, 48 bits virtual\npower management:\n\n",
		intel ? "46 bits" : "48 bits");
}

static void cpuinfo_arm(struct text *t, unsigned cpu)
{
	sim_text_add(t, "processor\t: %u\nBogoMIPS\t: 50.00\n", cpu);
	sim_text_add(t,
		"Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc "
		"dcpop\n");
	sim_text_add(t, "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n");
	sim_text_add(t, "CPU revision\t: 1\n\n");
}

static void write_cpuinfo(const struct model *m, struct out *o, int proc)
{
	struct text t = {0};

	for (unsigned cpu = 0; cpu < m->ncpus; cpu++) {
		if (m->kind->arch == ARCH_ARM)
			cpuinfo_arm(&t, cpu);
		else
			cpuinfo_x86(m, &t, cpu);
	}
	out_text(o, proc, "cpuinfo", t.at, t.len);
	text_free(&t);
}

/* What has passed since boot, in ticks of 10 ms: 500 days. All that moves has ten digits, and room to grow. */
enum { NSTAT = 10 };
static const uint64_t uptime = UINT64_C(4320000000);

static void stat_of(const struct model *m, unsigned cpu, uint64_t ret[NSTAT])
{
	uint64_t guest = 1000000000 + model_random(m, cpu, 10) % 400000000;
	uint64_t system = 1000000000 + model_random(m, cpu, 11) % 200000000;
	uint64_t user = guest + model_random(m, cpu, 12) % 50000000;
	uint64_t nice = model_random(m, cpu, 13) % 90000, iowait = model_random(m, cpu, 14) % 900000;
	uint64_t softirq = model_random(m, cpu, 15) % 9000000;
	/* user has guest in it. */
	uint64_t idle = uptime - user - nice - system - iowait - softirq;

	memcpy(ret, (const uint64_t[NSTAT]){user, nice, system, idle, iowait, 0, softirq, 0, guest, 0},
		NSTAT * sizeof *ret);
}

static void stat_line(struct text *t, const char *name, const uint64_t v[NSTAT])
{
	sim_text_add(t, "%s", name);
	for (int i = 0; i < NSTAT; i++)
		sim_text_add(t, " %ju", (uintmax_t)v[i]);
	sim_text_add(t, "\n");
}

/* A total that starts with a nine would soon need a digit more. CPUs that were unplugged count in it, so it may be
 * more. */
static uint64_t with_room(uint64_t v)
{
	uint64_t tens = 1;

	while (v / tens >= 10)
		tens *= 10;
	return v / tens == 9 ? v + tens : v;
}

static void write_stat(const struct model *m, struct out *o, int proc)
{
	uint64_t sum[NSTAT] = {0}, one[NSTAT];
	struct text t = {0}, lines = {0};
	unsigned busy = 0;
	char name[16];

	for (unsigned cpu = 0; cpu < m->ncpus; cpu++) {
		stat_of(m, cpu, one);
		for (int i = 0; i < NSTAT; i++)
			sum[i] += one[i];
		snprintf(name, sizeof name, "cpu%u", cpu);
		stat_line(&lines, name, one);
		busy += m->busy[cpu];
	}
	for (int i = 0; i < NSTAT; i++)
		sum[i] = sum[i] ? with_room(sum[i]) : 0;
	stat_line(&t, "cpu ", sum);
	sim_text_add(&t, "%s", lines.at);
	sim_text_add(&t, "intr %ju", (uintmax_t)(UINT64_C(100000000000) * (1 + m->o.seed % 3) + 4321));
	for (unsigned i = 0; i < 1024; i++)
		sim_text_add(&t, " %u", i % 64 == 35 ? (unsigned)(model_random(m, i, 16) % 1000000) : 0);
	sim_text_add(&t, "\nctxt %ju\nbtime 1750000000\n", (uintmax_t)(UINT64_C(1000000000000) + m->o.seed % 1000));
	sim_text_add(&t, "processes 48211342\nprocs_running %u\nprocs_blocked 0\n", busy + 1);
	sim_text_add(&t, "softirq 41234567890 11 12345678901 23 3456789012 456789 0 2345 13456789012 0 11975308622\n");
	out_text(o, proc, "stat", t.at, t.len);
	text_free(&lines);
	text_free(&t);
}

static void write_kernel_settings(const struct model *m, struct out *o, int kernel)
{
	static const char *const files[][2] = {{"nmi_watchdog", "1"}, {"timer_migration", "1"},
		{"sched_rt_runtime_us", "950000"}, {"sched_rt_period_us", "1000000"}, {"sched_schedstats", "0"},
		{"dmesg_restrict", "1"}};
	char list[64];

	for (size_t i = 0; i < COUNT(files); i++)
		out_line(o, kernel, files[i][0], "%s", files[i][1]);
	model_list(m, 0, m->o.packages * m->o.cores, list, sizeof list);
	out_line(o, kernel, "watchdog_cpumask", "%s", list);
	if (m->kind->arch != ARCH_ARM)
		out_line(o, kernel, "split_lock_mitigate", "1");
}

static void write_kernel(const struct model *m, struct out *o, int proc)
{
	const char *release = m->kind->arch == ARCH_ARM ? RELEASE_ARM : RELEASE;
	uint64_t a = model_random(m, 0, 30), b = model_random(m, 0, 31);
	unsigned load = m->ncpus * m->o.busy_percent / 100;
	int sys = out_dir(o, proc, "sys"), kernel = out_dir(o, sys, "kernel"), random = out_dir(o, kernel, "random");

	out_line(o, kernel, "hostname", "simulated-%u", m->ncpus);
	out_line(o, kernel, "osrelease", "%s", release);
	out_line(o, kernel, "ostype", "Linux");
	out_line(o, kernel, "perf_event_paranoid", "3");
	write_kernel_settings(m, o, kernel);
	out_line(o, random, "boot_id", "%08x-%04x-4%03x-a%03x-%012jx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(b >> 52),
		(uintmax_t)(b & 0xffffffffffff));
	out_close(random);
	out_close(kernel);
	out_close(sys);
	out_line(o, proc, "version",
		"Linux version %s (debian-kernel@lists.debian.org) (gcc-14 (Debian 14.2.0-19) 14.2.0, "
		"GNU ld (GNU Binutils for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1",
		release);
	out_line(o, proc, "cmdline", "BOOT_IMAGE=/boot/vmlinuz-%s root=/dev/mapper/vg0-root ro quiet%s", release,
		m->kind->boot ? m->kind->boot : "");
	out_line(o, proc, "uptime", "%ju.%02u %ju.%02u", (uintmax_t)(uptime / 100), 25,
		(uintmax_t)(uptime / 200 * m->ncpus), 50);
	out_line(o, proc, "loadavg", "%u.42 %u.40 %u.38 %u/4321 48211", load, load, load, load + 1);
}

/* One that rests. */
static void write_daemon(struct out *o, int proc, unsigned pid, const char *name)
{
	int dir = out_dir(o, proc, "%u", pid);
	char command[64];
	int n = snprintf(command, sizeof command, "/usr/sbin/%s", name);

	out_line(o, dir, "comm", "%s", name);
	out_text(o, dir, "cmdline", command, (size_t)n + 1);
	out_line(o, dir, "stat",
		"%u (%s) S %u %u %u 0 -1 4194560 4711 0 12 0 %u %u 0 0 20 0 1 0 %u 170000384 3072 18446744073709551615 1 1 0 "
		"0 0 0 0 4096 16963 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
		pid, name, pid > 1, pid, pid, 7000 + pid, 3000 + pid, 100 + pid);
	out_close(dir);
}

void simulate_proc(const struct model *m, struct out *o, int root)
{
	static const struct {
		unsigned pid;
		const char *name;
	} processes[] = {{1, "systemd"}, {812, "irqbalance"}, {1044, "tuned"}, {1201, "libvirtd"}};
	int proc = out_dir(o, root, "proc");

	write_kernel(m, o, proc);
	write_stat(m, o, proc);
	write_cpuinfo(m, o, proc);
	simulate_irqs(m, o, proc);
	simulate_traffic(m, o, proc);
	for (size_t i = 0; i < COUNT(processes); i++)
		write_daemon(o, proc, processes[i].pid, processes[i].name);
	out_close(proc);
}
