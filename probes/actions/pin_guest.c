/* Finds the guest whose threads are to be pinned, or says what is known of what is none of libvirt's. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/guests.h"
#include "probes/guests_why.h"
#include "probes/parse.h"
#include "probes/placement.h"
#include "probes/threads.h"

#define BY_HAND "By hand, \"taskset -pc LIST THREAD\" pins each of its threads."

static const char *process(struct arena *a, const char *key, const struct placement_guest *pg)
{
	return arena_printf(a, "%s (process %" PRIu64 ")", step_text(a, value_text_or(pg->name, key)),
		value_u64_or(pg->pid, 0));
}

/* No guest of libvirt has that key: says what is known instead. While nobody answers, nobody was asked about it. */
static int without_guest(const struct pin_plan *p, const char *key, struct change *ret)
{
	const struct placement_guest *pg = placement_guest(p->placement, key);
	const char *trouble = guests_why(ret->a, p->s);

	if (pg && trouble)
		return pin_refuse(ret, -EAGAIN, "Whether libvirt knows %s cannot be told. %s " BY_HAND,
			process(ret->a, key, pg), trouble);
	if (pg && value_known(pg->managed) && !pg->managed.u)
		return pin_refuse(ret, -EOPNOTSUPP, "libvirt does not know %s, so it is only shown. " BY_HAND,
			process(ret->a, key, pg));
	if (trouble)
		return pin_refuse(ret, -EAGAIN, "%s", trouble);
	return pin_refuse(ret, -ESRCH, "There is no guest %s now.", step_text(ret->a, key));
}

int pin_find_guest(struct pin_plan *p, const char *key, struct change *ret)
{
	p->g = guests_find(p->guests, key);
	if (!p->g || !is_uuid(key))
		return without_guest(p, key, ret);
	p->tg = threads_find(p->threads, key);
	p->pg = placement_guest(p->placement, key);
	p->name = step_text(ret->a, value_text_or(p->g->name, key));
	if (value_known(p->guests->of_this_machine) && !p->guests->of_this_machine.u)
		return pin_refuse(ret, -EPERM,
			"%s runs on %s: guests of another host are shown, and never pinned from here.", p->name,
			step_text(ret->a, value_text_or(p->guests->hostname, "another host")));
	return 0;
}
