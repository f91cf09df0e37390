/* Memory: /proc/meminfo and /proc/vmstat each tick, what has a file of its own every ten seconds. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/memory.h"

#include <errno.h>

#include "probes/host/host.h"
#include "probes/memory_impl.h"

#define SECOND UINT64_C(1000000000)
enum { FILES_S = 10 };

static const char *const meminfo_names[NMEMINFO] = {"MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached",
	"SwapCached", "Mlocked", "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Shmem", "SReclaimable",
	"PageTables", "CommitLimit", "Committed_AS", "HardwareCorrupted", "AnonHugePages", "HugePages_Total",
	"HugePages_Free", "HugePages_Rsvd", "HugePages_Surp", "Hugepagesize", "Hugetlb"};

/* Behind the rates: what is no rate, and what older kernels called otherwise. */
enum { SLAB = NVMSTAT, SHMEM, DIRTY, BACKGROUND, OOM, OLD_SPLIT, OLD_SCAN, OLD_SCANS = 4, NALL = OLD_SCAN + OLD_SCANS };
enum { VM_SCAN = 6, VM_SPLIT = 9 };

static const char *const vmstat_names[NALL] = {"pswpin", "pswpout", "pgmajfault", "allocstall*", "compact_stall",
	"compact_fail", "pgscan_direct", "thp_fault_alloc", "thp_fault_fallback", "thp_split_page",
	"thp_collapse_alloc", "numa_hint_faults", "numa_hint_faults_local", "numa_pages_migrated", "cow_ksm",
	/* no rates */
	"nr_slab_reclaimable", "nr_shmem", "nr_dirty_threshold", "nr_dirty_background_threshold", "oom_kill",
	/* older kernels */
	"thp_split", "pgscan_direct_dma", "pgscan_direct_dma32", "pgscan_direct_normal", "pgscan_direct_movable"};

static struct value *value_of(struct memory *m, size_t i)
{
	return (struct value *)(void *)((char *)m + memory_fields[i].offset);
}

static struct value difference(struct value all, struct value part)
{
	if (!value_known(all) || !value_known(part))
		return value_error(value_known(all) ? part.err : all.err, 0);
	return part.u <= all.u ? value_u64(all.u - part.u, 0) : value_error(-EINVAL, 0);
}

/* Kernels before 3.14 do not say what is available: what is free or in a cache comes near it. */
static struct value used(const struct memory *m)
{
	uint64_t free = value_u64_or(m->free_kib, 0) + value_u64_or(m->buffers_kib, 0) + value_u64_or(m->cached_kib, 0);
	struct value v;

	if (m->available_kib.known != KNOWN_ABSENT || !value_known(m->free_kib))
		return difference(m->total_kib, m->available_kib);
	v = difference(m->total_kib, value_u64(free, 0));
	v.src = 1;
	return v;
}

static void read_meminfo(const struct tick *t, struct memory_state *st, struct memory *m)
{
	struct value v[NMEMINFO];
	struct answer answer;
	int err = kept_read(t->h, &st->meminfo, "/proc/meminfo", &answer);

	if (!err)
		named_numbers(answer.text, meminfo_names, NMEMINFO, v);
	for (size_t i = 0; i < NMEMINFO; i++)
		*value_of(m, i) = err ? value_error(err, 0) : v[i];
	m->used_kib = used(m);
	m->swap_used_kib = difference(m->swap_total_kib, m->swap_free_kib);
}

/* The power of two that is nearest to what both files tell of one thing, a moment apart; 0 when none is near. */
static uint64_t power_near(struct value kib, struct value pages)
{
	double each = value_u64_or(pages, 0) ? (double)value_u64_or(kib, 0) / (double)pages.u : 0;

	for (uint64_t size = 4; size <= 64; size *= 2)
		if (each > 0.8 * (double)size && each < 1.25 * (double)size)
			return size;
	return 0;
}

/* Free memory would be nearer at hand, but not all kernels count it alike in both files. */
static struct value page_size(const struct memory *m, const struct value v[NALL])
{
	uint64_t kib = power_near(m->slab_reclaimable_kib, v[SLAB]);

	kib = kib ? kib : power_near(m->shmem_kib, v[SHMEM]);
	if (kib)
		return value_u64(kib, 0);
	return value_error(value_known(m->shmem_kib) ? (v[SHMEM].err ? v[SHMEM].err : -ENODATA) : m->shmem_kib.err, 0);
}

static struct value pages_kib(struct value pages, struct value page_kib)
{
	if (!value_known(pages) || !value_known(page_kib))
		return value_error(value_known(pages) ? page_kib.err : pages.err, 0);
	return value_u64(pages.u * page_kib.u, 0);
}

static void use_old_names(struct value v[NALL])
{
	if (v[VM_SPLIT].known == KNOWN_ABSENT)
		v[VM_SPLIT] = v[OLD_SPLIT];
	if (v[VM_SCAN].known != KNOWN_ABSENT)
		return;
	for (int i = OLD_SCAN; i < OLD_SCAN + OLD_SCANS; i++)
		if (value_known(v[i]))
			v[VM_SCAN] = value_u64(v[i].u + value_u64_or(v[VM_SCAN], 0), 0);
}

static void read_vmstat(const struct tick *t, struct memory_state *st, bool still, struct memory *m)
{
	struct value v[NALL];
	struct answer answer;
	int err = kept_read(t->h, &st->vmstat, "/proc/vmstat", &answer);

	if (!err)
		named_numbers(answer.text, vmstat_names, NALL, v);
	else
		for (size_t i = 0; i < NALL; i++)
			v[i] = value_error(err, 0);
	use_old_names(v);
	for (size_t i = 0; i < NVMSTAT; i++)
		*value_of(m, AT_VMSTAT + i) = counter_per_s(&st->counter[i], v[i], t->now_ns, still);
	m->page_kib = page_size(m, v);
	m->oom_kills = v[OOM];
	m->dirty_threshold_kib = pages_kib(v[DIRTY], m->page_kib);
	m->dirty_background_threshold_kib = pages_kib(v[BACKGROUND], m->page_kib);
}

static void carry_files(const struct tick *t, struct memory *m)
{
	struct carry carry = {.a = t->a, .older_ds = (t->now_ns - t->prev_ns) / 100000000};
	const struct memory *old = t->prev;

	row_carry(&carry, memory_fields + AT_FILES, NFILES_OF_MEMORY, old, m);
	m->pool = rows_carry(&carry, memory_pool_fields, NMEMORY_POOL_FIELDS, sizeof(struct memory_pool), &old->pool);
	m->thp_size = rows_carry(&carry, memory_thp_size_fields, NMEMORY_THP_SIZE_FIELDS,
		sizeof(struct memory_thp_size), &old->thp_size);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct memory_state *st = state;
	struct memory *m = facts;
	bool still = host_stands_still(t);

	if (read_too_soon(t, st->read_ns))
		return SAMPLE_SAME;
	st->read_ns = t->now_ns;
	read_meminfo(t, st, m);
	read_vmstat(t, st, still, m);
	if (t->prev && !t->want->everything && t->now_ns - st->files_ns + SECOND / 20 < FILES_S * SECOND) {
		carry_files(t, m);
	} else {
		memory_read_files(t, m);
		st->files_ns = t->now_ns;
	}
	memory_make_ksm(m);
	memory_read_kthreads(t, st, still, m);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct memory_state *st = state;

	kept_drop(h, &st->meminfo);
	kept_drop(h, &st->vmstat);
	for (size_t i = 0; i < NKTHREADS; i++)
		kept_drop(h, &st->kthread[i].stat);
}

static const struct row_set sets[] = {
	{"pool", "size_kib", offsetof(struct memory, pool), sizeof(struct memory_pool), memory_pool_fields,
		NMEMORY_POOL_FIELDS, NULL, 0},
	{"thp_size", "size_kib", offsetof(struct memory, thp_size), sizeof(struct memory_thp_size),
		memory_thp_size_fields, NMEMORY_THP_SIZE_FIELDS, NULL, 0},
};

const struct probe probe_memory = {
	.name = "memory",
	.title = "Memory",
	.needs = SOURCES("load"),
	.size = sizeof(struct memory),
	.state_size = sizeof(struct memory_state),
	.fields = memory_fields,
	.nfields = NMEMORY_FIELDS,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
