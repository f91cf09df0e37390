/* Reads the journal: whatever its lines hold, what can be believed becomes entries and the rest is counted. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/files.h"
#include "probes/journal_impl.h"
#include "probes/json.h"
#include "probes/parse.h"
#include "probes/pin_path.h"
#include "probes/util.h"

static const char *const state_words[] = {
	[ENTRY_STARTED] = "started",
	[ENTRY_APPLIED] = "applied",
	[ENTRY_PUT_BACK] = "put-back",
	[ENTRY_PARTLY] = "partly",
	[ENTRY_UNDONE] = "undone",
	[ENTRY_PARTLY_UNDONE] = "partly-undone",
};

const char *entry_state_word(enum entry_state s)
{
	return state_words[s];
}

static bool state_from_word(const char *word, enum entry_state *ret)
{
	for (size_t i = 0; word && i < COUNT(state_words); i++)
		if (!strcmp(word, state_words[i])) {
			*ret = (enum entry_state)i;
			return true;
		}
	return false;
}

/* Undo writes to these paths as root: a text that reaches beyond what a change may touch is not ours. */
static bool path_is_sane(const char *path)
{
	if (*path == '@')
		return !strstr(path, "..");
	if (strncmp(path, "/sys/", 5) && strncmp(path, "/proc/", 6))
		return false;
	return !strstr(path, "/../") && !strstr(path, "/./") && path[strlen(path) - 1] != '/' &&
	       strcmp(path + strlen(path) - 3, "/..");
}

static bool read_step(const struct js *from, struct arena *a, struct step *ret)
{
	const char *compare = js_get_text(from, "compare", a);

	ret->path = js_get_text(from, "path", a);
	ret->was = js_get_text(from, "was", a);
	ret->now = js_get_text(from, "now", a);
	ret->instead = js_get_text(from, "instead", a);
	if (!ret->path || !ret->was || !ret->now || !compare || compare_from_word(compare, &ret->compare))
		return false;
	return path_is_sane(ret->path);
}

static bool read_steps(const struct js *list, struct arena *a, struct entry *ret)
{
	struct step *steps;

	ret->nsteps = js_count(list);
	steps = arena_array(a, ret->nsteps, sizeof(*steps));
	ret->steps = steps;
	for (size_t i = 0; i < ret->nsteps; i++)
		if (!read_step(js_at(list, i), a, &steps[i]))
			return false;
	return ret->nsteps > 0;
}

static const char *text_or_empty(const struct js *record, const char *key, struct arena *a)
{
	const char *text = js_get_text(record, key, a);

	return text ? text : "";
}

static bool read_begin(const struct js *record, struct arena *a, struct entry *ret)
{
	*ret = (struct entry){
		.state = ENTRY_STARTED,
		.boot_id = js_get_text(record, "boot", a),
		.user = text_or_empty(record, "user", a),
		.sudo_user = js_get_text(record, "sudo_user", a),
		.version = text_or_empty(record, "version", a),
		.hostname = js_get_text(record, "host", a),
		.kind = js_get_text(record, "kind", a),
		.action = text_or_empty(record, "action", a),
		.target = text_or_empty(record, "target", a),
		.title = text_or_empty(record, "title", a),
		.uri = js_get_text(record, "uri", a),
	};
	if (!js_get_u64(record, "id", &ret->id) || !js_get_i64(record, "wall_ns", &ret->wall_ns))
		return false;
	return ret->boot_id && ret->hostname && ret->kind && read_steps(js_get(record, "steps"), a, ret);
}

/* What an end or an undo says about its steps, by their index. A step that it does not mention is as it was to become.
 */
static void read_found(const struct js *list, struct arena *a, struct entry *e, bool applied)
{
	struct step *steps = arena_array(a, e->nsteps, sizeof(*steps));

	memcpy(steps, e->steps, e->nsteps * sizeof(*steps));
	for (size_t i = 0; i < e->nsteps; i++) {
		steps[i].err = 0;
		steps[i].why = NULL;
		steps[i].after = applied ? steps[i].now : steps[i].after;
	}
	for (size_t k = 0; k < js_count(list); k++) {
		const struct js *found = js_at(list, k);
		const char *after = js_get_text(found, "after", a);
		int64_t err = 0;
		uint64_t i;

		if (!js_get_u64(found, "i", &i) || i >= e->nsteps)
			continue;
		if (js_get_i64(found, "err", &err) && err < 0 && err > -4096)
			steps[i].err = (int)err;
		steps[i].why = js_get_text(found, "why", a);
		steps[i].after = after ? after : steps[i].after;
	}
	e->steps = steps;
}

/* Follow-ups stand soon behind their begin, so that looking from the end is fast. */
static struct entry *find(struct entry *entry, size_t n, uint64_t id)
{
	for (size_t i = n; i-- > 0;)
		if (entry[i].id == id)
			return &entry[i];
	return NULL;
}

static bool read_follow_up(const struct js *record, const char *event, struct arena *a, struct entry *e)
{
	enum entry_state state;
	bool overwritten = false;

	if (!e || !state_from_word(js_get_text(record, "state", a), &state))
		return false;
	if (!strcmp(event, "end")) {
		if (e->state != ENTRY_STARTED)
			return false;
		e->state = state;
		read_found(js_get(record, "steps"), a, e, state == ENTRY_APPLIED);
		return true;
	}
	if (strcmp(event, "undo"))
		return false;
	e->overwritten = js_get_bool(record, "overwritten", &overwritten) && overwritten;
	/* an undo that began and did not end has put back some steps: what is left can still be undone */
	if (state == ENTRY_STARTED) {
		if (e->state == ENTRY_APPLIED && !e->overwritten)
			e->state = ENTRY_PARTLY_UNDONE;
		return true;
	}
	e->state = state;
	read_found(js_get(record, "steps"), a, e, false);
	return true;
}

struct list {
	struct entry *entry;
	size_t n, size;
};

static bool read_line(struct slice line, struct arena *a, struct list *l)
{
	struct js *record = js_parse(line.p, line.len, NULL);
	const char *event = js_get_text(record, "event", a);
	uint64_t version = 0, id = 0;
	struct entry e;
	bool fine = js_get_u64(record, "v", &version) && version == 1 && js_get_u64(record, "id", &id) && id &&
		    id < JOURNAL_ID_MAX && event;

	if (fine && !strcmp(event, "begin")) {
		fine = !find(l->entry, l->n, id) && read_begin(record, a, &e);
		if (fine && l->n == l->size) {
			l->size = l->size ? 2 * l->size : 16;
			l->entry = xrealloc(l->entry, l->size, sizeof(*l->entry));
		}
		if (fine)
			l->entry[l->n++] = e;
	} else if (fine) {
		fine = read_follow_up(record, event, a, find(l->entry, l->n, id));
	}
	js_free(record);
	return fine;
}

/*
 * What a guest's definition holds is not lost with the kernel that ran it. Live pins of the same change go with their
 * guest, and undo looks at each.
 */
static bool outlives_boots(const struct entry *e)
{
	bool some = false;

	for (size_t i = 0; i < e->nsteps; i++) {
		struct pin_path p;

		if (!pin_path_parse(e->steps[i].path, &p))
			return false;
		some |= !p.live;
	}
	return some;
}

static void judge(const struct journal *j, struct entry *e)
{
	bool open = e->state != ENTRY_UNDONE && e->state != ENTRY_PUT_BACK;

	if (j->boot_id) {
		e->this_boot = !strcmp(e->boot_id, j->boot_id);
		open &= (e->this_boot || outlives_boots(e)) && !strcmp(e->hostname, j->hostname) &&
			!strcmp(e->kind, j->kind);
	} else {
		open = false;
	}
	e->undoable = open && !e->overwritten;
	e->overwritten &= open;
}

int journal_read(struct journal *j, struct entries *ret, char why[200])
{
	struct slice rest, line;
	struct list l = {0};
	char *text;
	size_t len;
	int err = files_read(j->path, JOURNAL_CAP, &text, &len, why);

	if (err && err != -ENOENT)
		return journal_too_large(j, err, why);
	*ret = (struct entries){.a = arena_new(0)};
	if (err)
		return 0;
	rest = (struct slice){text, len};
	while (slice_line(&rest, &line))
		if (slice_trim(line).len && !read_line(line, ret->a, &l))
			ret->skipped++;
	free(text);
	for (size_t i = 0; i < l.n; i++)
		judge(j, &l.entry[i]);
	if (l.n)
		ret->entry = memcpy(arena_array(ret->a, l.n, sizeof(*l.entry)), l.entry, l.n * sizeof(*l.entry));
	ret->n = l.n;
	free(l.entry);
	return 0;
}

void entries_free(struct entries *e)
{
	arena_free(e->a);
	*e = (struct entries){0};
}
