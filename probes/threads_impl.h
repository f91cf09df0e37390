/* What the files of the threads probe share: the processes and threads that it follows from tick to tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_THREADS_IMPL_H
#define PROBES_THREADS_IMPL_H

#include "probes/get.h"
#include "probes/guests.h"
#include "probes/parse.h"
#include "probes/task_stat.h"
#include "probes/threads.h"

enum thread_role { THREAD_VCPU, THREAD_EMULATOR, THREAD_IOTHREAD, THREAD_VHOST, THREAD_OTHER };
enum { THREAD_COMM = 64, GUEST_UUID = 36 };

#define NO_NUMBER UINT32_MAX

#define SECONDS(n) (UINT64_C(1000000000) * (n))

/* A thread that is kept: it is a vCPU, emulator, iothread or vhost. */
struct one_thread {
	uint32_t tid, number; /* number: NO_NUMBER when it has none */
	uint8_t role;
	uint8_t calm; /* for how many readings it did little */
	bool kernel; /* a process of the kernel's own */
	bool gone, ran; /* ran: since its stat was read */
	bool rated; /* the rates are known */
	bool idle; /* it had no time slice between the two readings */
	char comm[THREAD_COMM], name[THREAD_COMM + 16]; /* name: in words */
	struct kept sched_file, stat_file, status_file;
	int sched_err, stat_err, allowed_err; /* -EINPROGRESS: not read yet */
	uint64_t sched_ns, run_ns, wait_ns, slices; /* of its schedstat; sched_ns: when it was read */
	double busy, wait_ms_per_s, wait_us, slices_per_s;
	uint64_t stat_ns, stat_due, last_cpu, policy, priority;
	uint64_t allowed_ns, allowed_due;
	struct cpuset *allowed; /* owned */
};

/* What a quota has taken so far. */
struct one_quota {
	char name[THREAD_COMM + 16]; /* of the thread, or "guest" */
	uint64_t us, periods, stopped; /* stopped: periods that it cut short */
	bool counts; /* its periods are told */
};

enum { GROUP_PRESSURES = 3, GROUP_EVENTS = 3, FOLDER_MOST = 400, QUOTA_SOON_NS = 100000000 };

/* What the control groups of a process say. Texts and sets are owned. */
struct one_group {
	int err; /* of /proc/PID/cgroup */
	bool v1; /* of its cpuset */
	char *cpuset, *scope, *vcpus; /* folders: as the kernel names it; of the whole guest; where vcpu0 lies */
	char *memory, *cpu; /* folders of the whole guest */
	bool again, huge[2]; /* again: all was told anew; huge: it has these two files of huge pages */
	bool slow; /* this is a reading of all, what changes slowly too */
	uint64_t slow_due, slow_ns;
	uint64_t path_due, due, ns, cpus_ns; /* of the path; of what it says; of its CPUs */
	struct cpuset *cpus, *slice;
	int cpus_err, slice_err, memory_err, throttled_err;
	struct node_kib {
		uint64_t node, kib;
	} *node; /* by rising node; owned */
	size_t nnodes;
	struct one_quota *quota; /* owned */
	size_t nquotas;
	uint64_t quota_ns; /* when they were read; 0: never */
	double throttled_ms_per_s, periods_share, worst_ms_per_s;
	int periods_err;
	char worst[THREAD_COMM + 16]; /* "" when none took any */
	struct value some[GROUP_PRESSURES], full[GROUP_PRESSURES]; /* CPU, memory, I/O */
	struct value anon, shmem, thp, swap, hugetlb; /* KiB */
	struct value events[GROUP_EVENTS]; /* high, max, oom */
	bool pool[2]; /* it has these two files of huge pages in use */
};

struct one_process {
	uint32_t pid;
	uint64_t start; /* in ticks of the clock since boot: tells it from a later one of this number */
	char uuid[GUEST_UUID + 1]; /* "" when it was started without */
	char *name; /* owned; NULL when it was started without */
	char key[GUEST_UUID + 1];
	struct value managed;
	const struct guest *guest; /* of this tick's facts; NULL when libvirt does not list it */
	uint64_t generation; /* of the guest, when its masks were read */
	bool gone, wanted, moved; /* moved: the generation did */
	bool tcg, kvm;
	bool relist;
	int list_err;
	uint64_t list_due, listed_ns, nthreads; /* nthreads: at the last list */
	struct one_thread *thread; /* by role, number and id; owned */
	size_t n, room;
	struct other_thread {
		uint32_t tid;
		bool sure; /* its name was read twice: a thread is started before it is named */
	} *other; /* by id; owned */
	size_t nothers;
	struct one_group group;
	struct value resident, swap, anon, shmem, hugetlb; /* KiB, as the process has it */
	uint64_t status_ns;
};

/* A process that was seen in /proc. */
struct seen {
	uint32_t pid, owner; /* owner: of a vhost thread */
	uint8_t kind; /* enum seen_kind */
	bool sure;
	uint64_t start, first_ns, looked_ns;
};
enum seen_kind { SEEN_OTHER, SEEN_QEMU, SEEN_VHOST, SEEN_REFUSED };

struct threads_state {
	struct seen *seen; /* by id */
	size_t nseen;
	struct one_process *process; /* by id */
	size_t n;
	uint64_t listed_ns;
	int list_err; /* of the newest list */
	bool refused; /* there are processes that we may not look at */
	uint64_t running_sum, running_ns; /* of the guests that run; when that changed */
	bool missing; /* one of them was not found */
	bool no_libvirt; /* there is none now, not even one that is not asked */
	uint32_t kept, kept_most; /* files of ours */
	size_t unkept, unkept_before; /* threads that are read by path, in this tick and in the last */
	uint64_t ticks;
	bool moving; /* a counter moved since the last tick */
};

bool threads_gone(int err); /* the error of something that ended */

/* threads_find.c: which processes there are */
void threads_list_processes(const struct tick *t, struct threads_state *st);
void process_free(struct host *h, struct threads_state *st, struct one_process *p);

/* threads_command.c: what a command line says */
struct command {
	bool qemu, likely; /* likely: it has QEMU's options under another name */
	char uuid[GUEST_UUID + 1];
	char *name; /* to be freed */
};
void command_parse(const char *text, size_t len, struct command *ret);

/* threads_list.c: which threads a process has */
void threads_list(const struct tick *t, struct threads_state *st, struct one_process *p);
enum thread_role threads_role(const char *comm, uint32_t *ret_number);
const char *threads_role_word(unsigned role); /* not of THREAD_OTHER */

/* threads_read.c: what the kernel says of each */
void threads_read(const struct tick *t, struct threads_state *st, struct one_process *p, size_t at);
void thread_free(struct host *h, struct threads_state *st, struct one_thread *th);
uint64_t threads_due(const struct tick *t, uint64_t before, uint64_t period_ns, size_t i);

/* threads_group.c: what its control groups say */
void threads_group(const struct tick *t, struct threads_state *st, struct one_process *p, size_t at);
void group_free(struct one_group *g);
void group_paths(struct one_group *g, const char *text); /* of /proc/PID/cgroup */
bool group_is_own(const struct threads_state *st, const struct one_process *p); /* nobody else lives in it */
/* threads_memory.c, threads_quota.c, threads_pressure.c: more of it */
void threads_memory(const struct tick *t, const struct threads_state *st, struct one_process *p);
void threads_memory_none(struct one_group *g, int err);
void threads_quota(const struct tick *t, struct one_process *p);
void threads_pressure(const struct tick *t, const struct threads_state *st, struct one_process *p);
void threads_pressure_none(struct one_group *g, int err);

/* threads_fill.c: the facts */
void threads_fill(const struct tick *t, const struct threads_state *st, struct threads *ret);

enum { NTHREAD_FIELDS = 13, NTHREADS_GUEST_FIELDS = 29, NTHREADS_MEMORY_FIELDS = 2, NTHREADS_FIELDS = 2 };
extern const struct field thread_fields[NTHREAD_FIELDS];
extern const struct field threads_guest_fields[NTHREADS_GUEST_FIELDS];
extern const struct field threads_memory_fields[NTHREADS_MEMORY_FIELDS];
extern const struct field threads_fields[NTHREADS_FIELDS];

#endif
