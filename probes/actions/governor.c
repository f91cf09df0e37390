/* Plans to switch the governor of frequency policies: one step a policy. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/actions/governor_impl.h"
#include "probes/address.h"
#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/shell.h"
#include "probes/text.h"
#include "probes/util.h"

#define MODERN "/sys/devices/system/cpu/cpufreq/policy"

__attribute__((format(printf, 3, 4))) static int refuse(struct change *ret, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ret->title = arena_vprintf(ret->a, format, ap);
	va_end(ap);
	return err;
}

/* The kernel's limit is 15 characters; a name with others could only be meant to mislead. */
static bool is_name(const char *value)
{
	size_t n = value ? strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_-") : 0;

	return n > 0 && n <= 15 && value[n] == '\0' && value[0] != '-';
}

static const struct policy *find_policy(const struct frequency *f, const char *address)
{
	struct address_part probe, row, more;
	uint64_t id;

	if (address_part(&address, &probe) || strcmp(probe.name, "frequency") || probe.has_key)
		return NULL;
	if (address_part(&address, &row) || strcmp(row.name, "policy") || !row.has_key)
		return NULL;
	if (address_part(&address, &more) != 1 || parse_u64(slice_of(row.key), &id))
		return NULL;
	return frequency_policy(f, id);
}

static bool has_word(const char *words, const char *word)
{
	struct slice rest = slice_of(words), one;

	while (slice_word(&rest, &one))
		if (slice_is(one, word))
			return true;
	return false;
}

/* An offline policy answers EBUSY to everything, and would only make the whole change fail. */
static bool can_be_set(const struct policy *p)
{
	if (!value_known(p->folder) || !value_known(p->governor))
		return false;
	return !value_known(p->cpus) || cpuset_count(p->cpus.set) > 0;
}

static bool is_in(const struct policy *const *list, size_t n, const struct policy *p)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == p)
			return true;
	return false;
}

static int add_target(struct governor_plan *g, const char *address, struct change *ret)
{
	const struct policy *p = find_policy(g->f, address);

	if (!p)
		return refuse(ret, -ESRCH, "There is no policy %s on this host now.", address);
	if (is_in(g->policy, g->n, p) || is_in(g->left, g->nleft, p) || is_in(g->same, g->nsame, p))
		return 0;
	if (!can_be_set(p)) {
		g->left[g->nleft++] = p;
		return 0;
	}
	if (value_known(p->governors) && !has_word(p->governors.text, g->value))
		return refuse(ret, -EINVAL, "policy%" PRIu64 " has no governor %s: it offers %s.", p->id.u, g->value,
			p->governors.text);
	if (!strcmp(p->governor.text, g->value)) {
		g->same[g->nsame++] = p;
		return 0;
	}
	g->policy[g->n++] = p;
	g->cpus += value_known(p->cpus) ? cpuset_count(p->cpus.set) : 1;
	return 0;
}

static void add_steps(const struct governor_plan *g, struct change *ret)
{
	const char *now = arena_printf(ret->a, "%s\n", g->value);

	ret->nsteps = g->n;
	ret->steps = arena_array(ret->a, g->n, sizeof(*ret->steps));
	for (size_t i = 0; i < g->n; i++)
		ret->steps[i] = (struct step){
			.path = arena_printf(ret->a, "%s/scaling_governor", g->policy[i]->folder.text),
			.now = now,
			.compare = COMPARE_LINE,
		};
}

/* As somebody would type it: a glob where all are meant, numbers where the folders have them, else whole paths. */
static const char *by_hand(const struct governor_plan *g, const struct change *c)
{
	const char *print = shell_print(c->a, g->value);
	struct text line;

	if (g->n == 1)
		return shell_steps(c->a, NULL, c->steps, c->nsteps);
	for (size_t i = 0; i < g->n; i++) {
		const char *folder = g->policy[i]->folder.text;

		if (strcmp(folder, arena_printf(c->a, MODERN "%" PRIu64, g->policy[i]->id.u)))
			return shell_steps(c->a, NULL, c->steps, c->nsteps);
	}
	if (g->n == g->f->policy.n)
		return arena_printf(c->a, "for p in " MODERN "*; do %s > \"$p/scaling_governor\"; done", print);
	line = text_begin();
	for (size_t i = 0; i < g->n; i++)
		text_add(&line, "%s %" PRIu64, i ? "" : "for p in", g->policy[i]->id.u);
	text_add(&line, "; do %s > " MODERN "$p/scaling_governor; done", print);
	return text_end(&line, c->a);
}

static int check(const struct governor_plan *g, size_t ntargets, struct change *ret)
{
	if (!is_name(g->value))
		return refuse(ret, -EINVAL, "That is not the name of a governor.");
	if (!g->f)
		return refuse(ret, -EAGAIN, "The frequency policies of this host have not been read yet.");
	if (!g->f->policy.n)
		return refuse(ret, -ENODEV,
			"This host has no frequency policies: its firmware or its own hypervisor sets the clocks.");
	if (!ntargets)
		return refuse(ret, -EINVAL, "No policy was named.");
	return 0;
}

static int plan(
	const struct snapshot *s, const char *const *targets, size_t ntargets, const char *value, struct change *ret)
{
	struct governor_plan g = {
		.a = ret->a,
		.f = snapshot_facts(s, &probe_frequency),
		.d = snapshot_facts(s, &probe_daemons),
		.value = value,
	};
	int err = check(&g, ntargets, ret);

	if (err)
		return err;
	g.policy = arena_array(ret->a, ntargets, sizeof(*g.policy));
	g.left = arena_array(ret->a, ntargets, sizeof(*g.left));
	g.same = arena_array(ret->a, ntargets, sizeof(*g.same));
	for (size_t i = 0; i < ntargets && !err; i++)
		err = add_target(&g, targets[i], ret);
	if (err)
		return err;
	if (!g.n && !g.nsame)
		return refuse(ret, -EBUSY, "%s cannot be set: offline, or the governor cannot be read.",
			governor_names(ret->a, g.left, g.nleft));
	if (!g.n)
		return refuse(ret, -EALREADY, "%s %s the governor %s already.", governor_names(ret->a, g.same, g.nsame),
			g.nsame > 1 ? "have" : "has", value);
	ret->action = "governor";
	add_steps(&g, ret);
	governor_words(&g, ret);
	ret->by_hand = by_hand(&g, ret);
	return 0;
}

extern const struct action action_governor;
const struct action action_governor = {.name = "governor", .title = "Switch the governor", .plan = plan};
