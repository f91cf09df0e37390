/* The machine in memory: a table of files, and counters that decide which call fails or never returns. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/fakehost.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/util.h"

struct fake_host {
	struct host h;
	struct machine m;
	struct fake *f;
	char text[FAKE_TEXT];
};

struct fake *fake_new(void)
{
	struct fake *f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (f == MAP_FAILED)
		BUG("no shared memory");
	fake_put(f, "/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
	return f;
}

void fake_free(struct fake *f)
{
	munmap(f, sizeof(*f));
}

struct fake_file *fake_file(struct fake *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->file[i].path, path))
			return &f->file[i];
	return NULL;
}

void fake_put(struct fake *f, const char *path, const char *text)
{
	struct fake_file *file = fake_file(f, path);

	if (!file && f->n == FAKE_FILES)
		BUG("more than %d files", FAKE_FILES);
	if (!file)
		file = &f->file[f->n++];
	snprintf(file->path, sizeof(file->path), "%s", path);
	snprintf(file->text, sizeof(file->text), "%s", text);
}

const char *fake_text(struct fake *f, const char *path)
{
	struct fake_file *file = fake_file(f, path);

	return file ? file->text : "";
}

void fake_fail(struct fake *f, uint64_t nth, uint64_t times, int error)
{
	f->calls = f->writes = 0;
	f->fail_nth = nth;
	f->fail_times = times;
	f->fail_error = error;
}

void fake_die(struct fake *f, uint64_t nth)
{
	f->calls = f->writes = 0;
	f->die_nth = nth;
}

/* Every call passes here: it may be the last of this process, or fail. */
static int pass(struct fake *f)
{
	f->calls++;
	if (f->die_nth && f->calls == f->die_nth)
		raise(SIGKILL);
	if (f->fail_nth && f->calls >= f->fail_nth && f->calls < f->fail_nth + f->fail_times)
		return -f->fail_error;
	return 0;
}

static int fail(struct answer *ret, int err, const char *path, const struct fake_file *file)
{
	if (!file || !file->words[0])
		return answer_errno(ret, err, path);
	snprintf(ret->why, sizeof(ret->why), "%s", file->words);
	return answer_none(ret, err);
}

static int fake_read(struct host *h, const char *path, struct answer *ret)
{
	struct fake_host *fh = (struct fake_host *)h;
	struct fake_file *file = fake_file(fh->f, path);
	int err = pass(fh->f);

	if (!err)
		err = file ? file->read_error : -ENOENT;
	if (err)
		return fail(ret, err, path, file);
	memcpy(fh->text, file->text, sizeof(fh->text));
	*ret = (struct answer){.text = fh->text, .len = strlen(fh->text)};
	return 0;
}

static int fake_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	struct fake_host *fh = (struct fake_host *)h;
	struct fake_file *file = fake_file(fh->f, path);
	int err = pass(fh->f);

	fh->f->writes++;
	if (!file)
		return answer_errno(ret, -ENOENT, path);
	if (!err)
		err = file->write_error;
	if (!err || fh->f->may_fail_silently) {
		size_t len = strlen(text);

		/* as sysfs shows it: the value and one newline */
		if (file->instead[0])
			snprintf(file->text, sizeof(file->text), "%s", file->instead);
		else
			snprintf(
				file->text, sizeof(file->text), "%s%s", text, len && text[len - 1] == '\n' ? "" : "\n");
	}
	if (err)
		return fail(ret, err, path, file);
	*ret = (struct answer){.text = "", .len = 0};
	return 0;
}

static void fake_end(struct machine *m)
{
	(void)m;
}

static void fake_close(struct host *h)
{
	struct fake_host *fh = (struct fake_host *)h;

	machine_unref(h->machine);
	free(fh);
}

static const struct host_ops fake_ops = {.read = fake_read, .write = fake_write, .close = fake_close};

struct host *fake_host(struct fake *f, const char *hostname, bool writable)
{
	struct fake_host *fh = xcalloc(1, sizeof(*fh));

	machine_init(&fh->m, fake_end);
	fh->m.about = (struct about){.kind = HOST_LIVE, .is_this_machine = true, .writable = writable};
	snprintf(fh->m.about.hostname, sizeof(fh->m.about.hostname), "%s", hostname);
	if (!writable)
		snprintf(fh->m.about.why_read_only, sizeof(fh->m.about.why_read_only), "this host is only looked at");
	fh->f = f;
	fh->h = (struct host){.ops = &fake_ops, .machine = &fh->m};
	return &fh->h;
}
