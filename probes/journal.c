/* Opens the journal and appends its records: each is one line of JSON and on the disk before the host is written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/files.h"
#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "probes/journal_impl.h"
#include "probes/json.h"
#include "probes/parse.h"
#include "probes/shell.h"
#include "probes/util.h"

/* "" counts as unset, as everywhere in a shell's world. */
static const char *environment(const char *name)
{
	const char *text = getenv(name);

	return text && *text ? text : NULL;
}

static void find_user(struct journal *j)
{
	const char *sudo = environment("SUDO_USER");
	struct passwd entry, *found = NULL;
	char buf[4096], clean[65];

	getpwuid_r(getuid(), &entry, buf, sizeof(buf), &found);
	j->user = found ? arena_strdup(j->a, entry.pw_name) : arena_printf(j->a, "uid %u", (unsigned)getuid());
	if (!sudo || getuid())
		return;
	copy_printable(clean, sizeof(clean), sudo, strlen(sudo));
	j->sudo_user = arena_strdup(j->a, clean);
}

static const char *home(struct arena *a)
{
	const char *text = environment("HOME");
	struct passwd entry, *found = NULL;
	char buf[4096];

	if (text)
		return text;
	getpwuid_r(getuid(), &entry, buf, sizeof(buf), &found);
	return found ? arena_strdup(a, entry.pw_dir) : NULL;
}

static const char *find_path(struct journal *j)
{
	const char *state = environment("HVSCOPE_STATE"), *xdg = environment("XDG_STATE_HOME"), *mine;

	j->quiet = state;
	if (state)
		return arena_printf(j->a, "%s/journal", state);
	if (!geteuid())
		return "/var/lib/hvscope/journal";
	if (xdg && *xdg == '/')
		return arena_printf(j->a, "%s/hvscope/journal", xdg);
	mine = home(j->a);
	return mine && *mine == '/' ? arena_printf(j->a, "%s/.local/state/hvscope/journal", mine) : NULL;
}

/* Without a boot id (a tree that has none) all of its entries count as of one boot: undo compares each value anyway. */
static void find_host(struct journal *j, struct host *h)
{
	const struct about *about = host_about(h);
	struct answer answer;
	char why[200];

	j->hostname = arena_strdup(j->a, about->hostname);
	j->kind = host_kind_word(about->kind);
	j->boot_id = "";
	if (!host_read(h, "/proc/sys/kernel/random/boot_id", &answer))
		j->boot_id = slice_text(j->a, slice_trim((struct slice){answer.text, answer.len}));
	if (host_may_write(h, why))
		j->refusal = arena_strdup(j->a, why);
	else if (!about->is_this_machine && !j->quiet)
		j->refusal = "this host is not this machine, whose changes the journal keeps";
}

int journal_open(struct host *h, struct journal **ret, char why[200])
{
	struct journal *j;

	if (h && host_about(h)->kind == HOST_CAPTURE) { /* this machine's is that of another machine */
		snprintf(why, 200, "a capture has no journal: hvscope journal on its machine lists changes");
		return -EOPNOTSUPP;
	}
	j = xcalloc(1, sizeof(*j));
	j->a = arena_new(0);
	j->path = find_path(j);
	if (!j->path) {
		snprintf(why, 200,
			"there is no place for the journal: neither XDG_STATE_HOME nor a home folder is known");
		journal_close(j);
		return -ENOENT;
	}
	find_user(j);
	if (h)
		find_host(j, h);
	else
		j->refusal = "no host is open";
	*ret = j;
	return 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	arena_free(j->a);
	free(j);
}

const char *journal_path(const struct journal *j)
{
	return j->path;
}

void journal_time(int64_t wall_ns, char ret[32])
{
	time_t seconds = (time_t)(wall_ns / 1000000000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		ret[0] = '\0';
}

struct js *journal_record(uint64_t id, const char *event)
{
	struct js *record = js_object();
	int64_t wall = clock_wall_ns();
	char text[32];

	js_set_u64(record, "v", 1);
	js_set_u64(record, "id", id);
	js_set_text(record, "event", event);
	journal_time(wall, text);
	js_set_text(record, "time", text);
	js_set_i64(record, "wall_ns", wall);
	return record;
}

static int append(struct files_log *log, struct js *record, char why[200])
{
	char *line = js_dump(record, false);
	int err = files_log_append(log, line, why);

	free(line);
	return err;
}

int journal_append(struct journal *j, struct js *record, char why[200])
{
	struct files_log *log = NULL;
	int err = files_log_open(j->path, &log, why);

	if (!err)
		err = append(log, record, why);
	files_log_close(log);
	js_free(record);
	return err;
}

int journal_too_large(const struct journal *j, int err, char why[200])
{
	const char *path = shell_quote(j->a, j->path), *old = shell_quote(j->a, arena_printf(j->a, "%s.old", j->path));

	if (err == -EFBIG)
		snprintf(why, 200, "the journal has more than %d MiB: move it away: mv %s %s", JOURNAL_CAP >> 20, path,
			old);
	return err;
}

/* The id of a line as journal_record() begins it; other lines, torn ones too, must be read whole or have none. */
static uint64_t line_id(struct slice line)
{
	static const char begin[] = "{\"v\":1,\"id\":";
	uint64_t id = 0;

	if (slice_starts(line, begin)) {
		struct slice digits = {line.p + sizeof(begin) - 1, 0};

		while (digits.p + digits.len < line.p + line.len && digits.p[digits.len] >= '0' &&
			digits.p[digits.len] <= '9')
			digits.len++;
		if (parse_u64(digits, &id))
			id = 0;
	} else {
		struct js *record = js_parse(line.p, line.len, NULL);

		if (!js_get_u64(record, "id", &id))
			id = 0;
		js_free(record);
	}
	return id < JOURNAL_ID_MAX ? id : 0;
}

static int next_id(struct files_log *log, uint64_t *ret, char why[200])
{
	struct slice rest, line;
	uint64_t most = 0;
	char *text;
	size_t len;
	int err = files_log_read(log, JOURNAL_CAP, &text, &len, why);

	if (err)
		return err;
	rest = (struct slice){text, len};
	while (slice_line(&rest, &line)) {
		uint64_t id = line_id(line);

		most = id > most ? id : most;
	}
	free(text);
	*ret = most + 1;
	return 0;
}

static struct js *planned_steps(const struct step *steps, size_t n)
{
	struct js *list = js_array();

	for (size_t i = 0; i < n; i++) {
		struct js *step = js_object();

		js_set_text(step, "path", steps[i].path);
		js_set_text(step, "was", steps[i].was);
		js_set_text(step, "now", steps[i].now);
		js_set_text(step, "compare", compare_word(steps[i].compare));
		if (steps[i].instead)
			js_set_text(step, "instead", steps[i].instead);
		js_append(list, step);
	}
	return list;
}

static void set_who(struct js *record, const struct journal *j)
{
	js_set_text(record, "boot", j->boot_id);
	js_set_text(record, "user", j->user);
	js_set_text(record, "sudo_user", j->sudo_user);
	js_set_text(record, "host", j->hostname);
	js_set_text(record, "kind", j->kind);
	js_set_text(record, "version", HVSCOPE_VERSION);
}

int journal_begin(struct journal *j, const struct change *c, uint64_t *ret_id, char why[200])
{
	struct files_log *log = NULL;
	struct js *record;
	uint64_t id = 0;
	int err;

	if (j->refusal) {
		snprintf(why, 200, "%s", j->refusal);
		return -EROFS;
	}
	err = files_log_open(j->path, &log, why);
	if (!err)
		err = journal_too_large(j, next_id(log, &id, why), why);
	if (err) {
		files_log_close(log);
		return err;
	}
	record = journal_record(id, "begin");
	set_who(record, j);
	js_set_text(record, "action", c->action);
	js_set_text(record, "target", c->target);
	js_set_text(record, "title", c->title);
	if (c->uri)
		js_set_text(record, "uri", c->uri);
	js_set(record, "steps", planned_steps(c->steps, c->nsteps));
	err = append(log, record, why);
	js_free(record);
	files_log_close(log);
	if (!err)
		*ret_id = id;
	return err;
}

struct js *journal_steps_found(const struct step *steps, size_t n)
{
	struct js *list = js_array();

	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		bool other = s->after && strcmp(s->after, s->now);

		if (!s->err && !other)
			continue;
		struct js *step = js_object();
		js_set_u64(step, "i", i);
		if (s->err) {
			js_set_i64(step, "err", s->err);
			js_set_text(step, "why", s->why);
		}
		if (other)
			js_set_text(step, "after", s->after);
		js_append(list, step);
	}
	return list;
}

int journal_end(struct journal *j, uint64_t id, enum entry_state state, const struct change *c, char why[200])
{
	struct js *record = journal_record(id, "end");

	js_set_text(record, "state", entry_state_word(state));
	js_set(record, "steps", journal_steps_found(c->steps, c->nsteps));
	return journal_append(j, record, why);
}

const char *journal_who(struct arena *a, const char *user, const char *sudo_user)
{
	return sudo_user ? arena_printf(a, "%s (sudo)", step_text(a, sudo_user)) : step_text(a, user);
}

void journal_tell(const struct journal *j, const char *verb, const struct step *steps, size_t n, uint64_t id)
{
	struct arena *a;

	if (j->quiet)
		return;
	a = arena_new(0);
	openlog("hvscope", LOG_PID, LOG_USER);
	syslog(LOG_NOTICE, "%s %s %s (journal %llu)", journal_who(a, j->user, j->sudo_user), verb,
		steps_summary(a, steps, n), (unsigned long long)id);
	closelog();
	arena_free(a);
}
