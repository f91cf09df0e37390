/* Reads what is asked for from its end, since only the guest's name can hold anything. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pin_ask.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/guests.h"
#include "probes/guests_why.h"
#include "probes/parse.h"
#include "probes/pin_path.h"
#include "probes/placement.h"
#include "probes/threads.h"

enum { WORDS_MOST = 64, NAMES_SHOWN = 6 };

static const char forms[] = "What can be pinned is: " PIN_ASK_FORMS ".";

int pin_ask_words(const char *const *word, size_t n, struct pin_ask *ret, const char **ret_why)
{
	static const char *const kinds[] = {"vcpu", "iothread", "emulator", "all"};
	struct pin_ask ask = *ret;
	uint64_t number = 0;

	*ret_why = forms;
	ask.kind = NULL;
	ask.one_to_one = false;
	ask.number = 0;
	if (n == 2 && !strcmp(word[0], "1:1"))
		ask.kind = "all";
	for (size_t i = 0; n && i < COUNT(kinds); i++)
		if (!strcmp(word[0], kinds[i]))
			ask.kind = kinds[i];
	if (!ask.kind)
		return -EINVAL;
	if (!strcmp(ask.kind, "vcpu") || !strcmp(ask.kind, "iothread")) {
		if (n != 3)
			return -EINVAL;
		*ret_why = "The number of a vCPU or iothread is one of 0, 1, 2 and so on.";
		if (parse_u64(slice_of(word[1]), &number) || number > UINT16_MAX)
			return -EINVAL;
		ask.number = (uint32_t)number;
	} else if (!strcmp(word[0], "1:1") || (n == 3 && !strcmp(ask.kind, "all") && !strcmp(word[1], "1:1"))) {
		ask.one_to_one = true;
	} else if (n != 2) {
		return -EINVAL;
	}
	ask.cpus = word[n - 1];
	*ret = ask;
	return 0;
}

static bool take_scope(struct slice word, struct pin_ask *ask)
{
	ask->live |= slice_is(word, "--live");
	ask->config |= slice_is(word, "--config");
	return slice_is(word, "--live") || slice_is(word, "--config");
}

int pin_ask_line(struct arena *a, const char *line, struct pin_ask *ret, const char **ret_why)
{
	struct slice rest = slice_of(line), word, at[WORDS_MOST];
	struct pin_ask ask = {.live = false};
	size_t n = 0;

	*ret_why = forms;
	while (slice_word(&rest, &word)) {
		if (n && take_scope(word, &ask))
			continue;
		if (n == WORDS_MOST)
			return -EINVAL;
		at[n++] = word;
	}
	for (size_t tail = 3; tail >= 2; tail--) {
		const char *words[3];

		if (n <= tail)
			continue;
		for (size_t i = 0; i < tail; i++)
			words[i] = slice_text(a, at[n - tail + i]);
		if (pin_ask_words(words, tail, &ask, ret_why))
			continue;
		word = at[n - tail - 1];
		ask.guest = arena_text(a, at[0].p, (size_t)(word.p + word.len - at[0].p));
		*ret = ask;
		return 0;
	}
	return -EINVAL;
}

/* One of the ways to name a guest. */
typedef bool names_it(const struct guest *g, const char *who);

static bool by_uuid(const struct guest *g, const char *who)
{
	return !strcmp(value_text_or(g->uuid, ""), who);
}

static bool by_name(const struct guest *g, const char *who)
{
	return value_known(g->name) && !strcmp(g->name.text, who);
}

static bool by_title(const struct guest *g, const char *who)
{
	return value_known(g->title) && !strcmp(g->title.text, who);
}

static bool by_id(const struct guest *g, const char *who)
{
	uint64_t id;

	return value_known(g->id) && !parse_u64(slice_of(who), &id) && g->id.u == id;
}

/* A process that libvirt does not list, or of which that cannot be told, by its key or its name. */
static const char *unmanaged(const struct snapshot *s, const char *who)
{
	const struct placement *p = snapshot_facts(s, &probe_placement);
	const struct placement_guest *row = p ? p->guest.row : NULL;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const char *key = value_text_or(row[i].key, "");

		if (!value_u64_or(row[i].managed, 0) &&
			(!strcmp(key, who) || !strcmp(value_text_or(row[i].name, ""), who)))
			return key;
	}
	return NULL;
}

static int not_there(const struct snapshot *s, struct arena *a, const char *who, const char **ret_why)
{
	const struct guests *g = snapshot_facts(s, &probe_guests);
	const struct guest *row = g ? g->guest.row : NULL;
	const char *names = "";

	if (!g || !g->guest.n) {
		*ret_why = guests_why(a, s);
		if (*ret_why)
			return -EAGAIN;
	}
	for (uint32_t i = 0; i < g->guest.n && i < NAMES_SHOWN; i++)
		names = arena_printf(a, "%s%s%s", names, i ? ", " : "", step_text(a, value_text_or(row[i].name, "?")));
	if (g->guest.n > NAMES_SHOWN)
		names = arena_printf(a, "%s and %u more", names, (unsigned)g->guest.n - NAMES_SHOWN);
	*ret_why = *names ? arena_printf(a, "There is no guest %s; there are: %s.", step_text(a, who), names)
			  : arena_printf(a, "There is no guest %s: libvirt lists none.", step_text(a, who));
	return -ESRCH;
}

int pin_ask_guest(
	const struct snapshot *s, struct arena *a, const char *who, const char **ret_key, const char **ret_why)
{
	static names_it *const ways[] = {by_uuid, by_name, by_title, by_id};
	const struct guests *g = snapshot_facts(s, &probe_guests);
	const struct guest *row = g ? g->guest.row : NULL;
	const char *uuids = "", *key = unmanaged(s, who);

	for (size_t way = 0; g && way < COUNT(ways); way++) {
		size_t found = 0;

		for (uint32_t i = 0; i < g->guest.n; i++) {
			if (!ways[way](&row[i], who))
				continue;
			*ret_key = value_text_or(row[i].uuid, "");
			uuids = arena_printf(a, "%s%s%s", uuids, found++ ? ", " : "", step_text(a, *ret_key));
		}
		if (found == 1)
			return 0;
		if (!found)
			continue;
		*ret_why = arena_printf(
			a, "%zu guests are called %s: name one by its UUID: %s.", found, step_text(a, who), uuids);
		return -ENOTUNIQ;
	}
	if (!key)
		return not_there(s, a, who, ret_why);
	*ret_key = key;
	return 0;
}

/* The vCPUs that the guest has now: where some of them can be unplugged, not always the first. Fills ret when all are
 * found. */
static bool plugged(const struct snapshot *s, const char *key, uint64_t *ret, size_t n)
{
	const struct threads_guest *tg = threads_find(snapshot_facts(s, &probe_threads), key);
	const struct thread *row = tg ? tg->thread.row : NULL;
	size_t found = 0;

	for (uint32_t i = 0; tg && i < tg->thread.n; i++) {
		if (strcmp(value_text_or(row[i].role, ""), "vcpu") || !value_known(row[i].number))
			continue;
		if (found < n)
			ret[found] = row[i].number.u;
		found++;
	}
	return found == n;
}

/* The addresses of what is asked for. "all" are the vCPUs that the guest has now; 0: how many is not known. */
static size_t targets(
	const struct snapshot *s, struct arena *a, const struct pin_ask *ask, const char *key, const char *const **ret)
{
	const struct guest *g = guests_find(snapshot_facts(s, &probe_guests), key);
	bool all = !strcmp(ask->kind, "all");
	size_t n = all && g ? (size_t)value_u64_or(g->vcpus, 0) : 1;
	const char **list = arena_array(a, n, sizeof(*list));
	uint64_t *number = arena_array(a, n, sizeof(*number));

	*ret = list;
	if (!all || !plugged(s, key, number, n))
		for (size_t i = 0; i < n; i++)
			number[i] = i + ask->number;
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(ask->kind, "emulator"))
			list[i] = arena_printf(a, "guests.guest[%s].emulator_cpus", key);
		else if (!strcmp(ask->kind, "iothread"))
			list[i] = arena_printf(a, "guests.guest[%s].iothread[%" PRIu32 "]", key, ask->number);
		else
			list[i] = arena_printf(a, "guests.guest[%s].pin[%" PRIu64 "]", key, number[i]);
	}
	return n;
}

int pin_ask_plan(const struct snapshot *s, const struct pin_ask *ask, struct change *ret)
{
	const char *key = NULL, *why = NULL, *scope = "", *const * list;
	int err = pin_ask_guest(s, ret->a, ask->guest, &key, &why);
	size_t n;

	if (err) {
		ret->title = why;
		return err;
	}
	n = targets(s, ret->a, ask, key, &list);
	if (!n) {
		ret->title =
			arena_printf(ret->a, "How many vCPUs %s has is not known yet.", step_text(ret->a, ask->guest));
		return -EAGAIN;
	}
	if (ask->live || ask->config)
		scope = ask->live && ask->config ? "both " : ask->live ? "live " : "config ";
	return action_find("pin")->plan(
		s, list, n, arena_printf(ret->a, "%s%s%s", scope, ask->one_to_one ? "1:1 " : "", ask->cpus), ret);
}
