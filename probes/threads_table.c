/* The fields of the threads probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/threads_impl.h"

#define AT "/proc/{pid}/task/{tid}/"
#define SCHED SOURCES(AT "schedstat")
#define STAT SOURCES(AT "stat")
#define NAMED SOURCES("/proc/{pid}/task/{tid}/comm", "/proc/{tid}/stat")
#define THREAD(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct thread, member, label, type, unit, flags, source_, meaning)
#define GUEST(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct threads_guest, member, label, type, unit, flags, source_, meaning)
#define CPU_STAT SOURCES("cpu.stat of its control groups")
#define MEMORY_STAT SOURCES("memory.stat of its control group", "/proc/{pid}/task/{pid}/status")
#define PRESSURE(member, resource, label, waits) \
	GUEST(member, label, TYPE_F64, UNIT_PERCENT, FIELD_MOVES, SOURCES(resource ".pressure of its control group"), \
		"Share of the last 10 seconds in which " waits ".")
#define EVENTS(member, label, did) \
	GUEST(member, label, TYPE_U64, UNIT_COUNT, FIELD_MOVES, SOURCES("memory.events of its control group"), \
		"How often it " did ", since its control group was made.")

const struct field thread_fields[NTHREAD_FIELDS] = {
	THREAD(tid, "Thread", TYPE_U64, UNIT_ID, 0, SOURCES("/proc/{pid}/task"), "The kernel's number of it."),
	THREAD(name, "Name", TYPE_TEXT, UNIT_NONE, 0, NAMED, "What it is, in words, with its number."),
	THREAD(role, "Role", TYPE_TEXT, UNIT_NONE, 0, NAMED,
		"What it does: vcpu runs the guest, emulator serves its slow devices and the monitor, iothread its "
		"disks, vhost its network."),
	THREAD(number, "Number", TYPE_U64, UNIT_ID, 0, NAMED,
		"The number of the vCPU or of the iothread; others have none."),
	THREAD(comm, "Command", TYPE_TEXT, UNIT_NONE, 0, NAMED, "Its name as the kernel has it."),
	THREAD(allowed, "May run on", TYPE_CPUS, UNIT_NONE, 0, SOURCES(AT "status"),
		"The CPUs that it may run on, as the kernel has them now, whatever any definition says."),
	THREAD(last_cpu, "Ran on", TYPE_U64, UNIT_ID, FIELD_MOVES, STAT, "The CPU that it last ran on."),
	THREAD(busy, "Busy", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, SCHED, "Its time on a CPU, of one CPU."),
	THREAD(wait_ms_per_s, "Waits", TYPE_F64, UNIT_MS, FIELD_MOVES, SCHED,
		"How long it could have run and had no CPU, in each second; the guest sees this as steal."),
	THREAD(wait_us, "Waits a time", TYPE_F64, UNIT_US, FIELD_MOVES, SCHED,
		"How long it waited for a CPU each time that it got one."),
	THREAD(slices_per_s, "Time slices", TYPE_F64, UNIT_PER_S, FIELD_MOVES, SCHED, "How often it got a CPU."),
	THREAD(policy, "Policy", TYPE_TEXT, UNIT_NONE, 0, STAT,
		"How it is scheduled: other is the usual way, fifo and rr go before all others."),
	THREAD(priority, "Priority", TYPE_U64, UNIT_NONE, 0, STAT,
		"Among threads of the policies fifo and rr the higher goes first; others have none."),
};

const struct field threads_memory_fields[NTHREADS_MEMORY_FIELDS] = {
	FIELD(struct threads_memory, node, "Node", TYPE_U64, UNIT_ID, 0,
		SOURCES("memory.numa_stat of its control group"), "A NUMA node of this host."),
	FIELD(struct threads_memory, kib, "Memory", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("memory.numa_stat and hugetlb.*.numa_stat of its control group"),
		"How much of the guest's memory lies there, huge pages too."),
};

const struct field threads_guest_fields[NTHREADS_GUEST_FIELDS] = {
	GUEST(key, "Guest", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/{pid}/cmdline"),
		"Its UUID when libvirt lists it as running here, else the number of its process."),
	GUEST(pid, "Process", TYPE_U64, UNIT_ID, FIELD_MOVES, SOURCES("/proc"), "The number of its QEMU process."),
	GUEST(managed, "Managed", TYPE_BOOL, UNIT_NONE, 0, SOURCES("guests.guest"),
		"Whether libvirt lists it; others were started by hand, by another user or by another program."),
	GUEST(uuid, "UUID", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/{pid}/cmdline"),
		"The UUID that it was started with."),
	GUEST(name, "Name", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/{pid}/cmdline"),
		"The name that it was started with."),
	GUEST(type, "Type", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/{pid}/task"),
		"Whether its CPUs are those of the host (kvm) or emulated (tcg), by the names of its threads."),
	GUEST(cgroup, "Control group", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/{pid}/cgroup"),
		"The control group that limits the CPUs of its emulator."),
	GUEST(cpuset_cpus, "CPUs of its group", TYPE_CPUS, UNIT_NONE, 0,
		SOURCES("cpuset.cpus.effective of its control group"),
		"The CPUs that the control group of the whole guest lets it have."),
	GUEST(slice_cpus, "CPUs of all guests", TYPE_CPUS, UNIT_NONE, 0,
		SOURCES("cpuset.cpus.effective of the control group above all guests"),
		"The CPUs that guests may have at all: no pin reaches others."),
	GUEST(throttled_ms_per_s, "Throttled", TYPE_F64, UNIT_MS, FIELD_MOVES,
		CPU_STAT,
		"How long its quota kept its CPUs from running, in each second, all of them together."),
	GUEST(throttled_periods_share, "Periods throttled", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, CPU_STAT,
		"The share of the periods of its quotas in which it was stopped before their end."),
	GUEST(throttled_worst, "Most throttled", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, CPU_STAT,
		"Whose quota took most: that of a virtual CPU, of the emulator or of the whole guest."),
	GUEST(throttled_worst_ms_per_s, "Took most", TYPE_F64, UNIT_MS, FIELD_MOVES, CPU_STAT,
		"How long that quota kept its own from running, in each second."),
	PRESSURE(cpu_some_avg10, "cpu", "CPU, some", "at least one of its threads waited for a CPU"),
	PRESSURE(cpu_full_avg10, "cpu", "CPU, full", "none of its threads that had work ran"),
	PRESSURE(memory_some_avg10, "memory", "Memory, some", "at least one of its threads waited for memory"),
	PRESSURE(memory_full_avg10, "memory", "Memory, full", "all of its threads that had work waited for memory"),
	PRESSURE(io_some_avg10, "io", "I/O, some", "at least one of its threads waited for a disk"),
	PRESSURE(io_full_avg10, "io", "I/O, full", "all of its threads that had work waited for a disk"),
	GUEST(resident_kib, "In RAM", TYPE_U64, UNIT_KIB, FIELD_MOVES, SOURCES("/proc/{pid}/task/{pid}/status"),
		"Memory of its QEMU that is in RAM, without huge pages of a pool."),
	GUEST(swap_kib, "Swapped", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("memory.swap.current or memory.stat of its control group", "/proc/{pid}/task/{pid}/status"),
		"Memory of it that is swapped out: a touch of it reads a disk."),
	GUEST(anon_kib, "Own pages", TYPE_U64, UNIT_KIB, FIELD_MOVES, MEMORY_STAT,
		"Memory of its own in RAM, in pages of any size; huge pages of a pool are not counted."),
	GUEST(shmem_kib, "Shared pages", TYPE_U64, UNIT_KIB, FIELD_MOVES, MEMORY_STAT,
		"Memory in RAM that others may map too, as with memfd."),
	GUEST(thp_kib, "Transparent huge", TYPE_U64, UNIT_KIB, FIELD_MOVES, SOURCES("memory.stat of its control group"),
		"How much of both is in transparent huge pages."),
	GUEST(hugetlb_kib, "Pool's huge pages", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("/proc/{pid}/task/{pid}/status", "hugetlb.*.current of its control group"), "Memory from the pools of huge pages."),
	GUEST(huge_share, "In huge pages", TYPE_F64, UNIT_PERCENT, FIELD_MOVES,
		SOURCES("memory.stat and hugetlb.*.current of its control group"),
		"The share of what it has in RAM that is in huge pages of either kind."),
	EVENTS(memory_high, "Above high", "was slowed down because it had more memory than memory.high"),
	EVENTS(memory_max, "At its limit", "met the limit of its memory"),
	EVENTS(memory_oom, "Out of memory", "had no memory left within its limit"),
};

const struct field threads_fields[NTHREADS_FIELDS] = {
	FIELD(struct threads, processes, "QEMU processes", TYPE_U64, UNIT_COUNT, 0, SOURCES("/proc"),
		"Guests that run on this host, whoever started them."),
	FIELD(struct threads, threads, "Their threads", TYPE_U64, UNIT_COUNT, 0,
		SOURCES("the folders task of those processes"), "Threads that are a vCPU, an emulator, an iothread or a vhost."),
};
