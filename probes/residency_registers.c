/* Registers of a package that say what the firmware decided: read seldom, and of its first CPU alone. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpu.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/residency_impl.h"

enum { REGISTERS_TURN = 10 };

static struct value read_register(const struct tick *t, uint32_t cpu, const char *number)
{
	struct answer answer;
	struct slice s;
	char path[64], *end;
	uint64_t u;
	int err;

	snprintf(path, sizeof(path), "@msr/%u/%s", cpu, number);
	err = host_read(t->h, path, &answer);
	if (err)
		return value_error(err, 0);
	if (!answer_value(answer.text, "value", &s) || !slice_starts(s, "0x") || s.len < 3)
		return value_error(-EINVAL, 0);
	u = strtoull(s.p + 2, &end, 16);
	return end == s.p + s.len ? value_u64(u, 0) : value_error(-EINVAL, 0);
}

static struct value bits(struct value v, uint64_t mask)
{
	return value_known(v) ? value_bool((v.u & mask) != 0, 0) : v;
}

static void set_all(struct residency_package *row, int err)
{
	row->c1e_promotion = row->firmware_pstates = row->hwp_epp = value_error(err, 0);
}

/* Numbers of registers mean this on Intel's processors only. */
void residency_registers(const struct tick *t, struct registers *r, uint32_t asked, struct residency_package *row)
{
	const struct cpu *cpu = snapshot_facts(t->so_far, &probe_cpu);
	struct value epp;
	uint64_t older_ds;

	if (!cpu || !value_known(cpu->vendor)) {
		set_all(row, cpu && cpu->vendor.err ? cpu->vendor.err : -EINPROGRESS);
		return;
	}
	if (strcmp(cpu->vendor.text, "GenuineIntel") != 0) {
		set_all(row, -ENOENT);
		return;
	}
	if (r->turn++ % REGISTERS_TURN == 0) {
		r->ns = t->now_ns;
		r->c1e_promotion = bits(read_register(t, asked, "0x1fc"), UINT64_C(1) << 1);
		r->firmware_pstates = bits(read_register(t, asked, "0x1aa"), UINT64_C(1) << 8 | UINT64_C(1) << 18);
		epp = read_register(t, asked, "0x774");
		r->hwp_epp = value_known(epp) ? value_u64(epp.u >> 24 & 0xff, 0) : epp;
	}
	older_ds = (t->now_ns - r->ns) / 100000000;
	row->c1e_promotion = r->c1e_promotion;
	row->firmware_pstates = r->firmware_pstates;
	row->hwp_epp = r->hwp_epp;
	value_age(&row->c1e_promotion, older_ds);
	value_age(&row->firmware_pstates, older_ds);
	value_age(&row->hwp_epp, older_ds);
}
