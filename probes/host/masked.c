/* The masking host: wraps another one, and no name, address or serial number of the machine passes through it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"
#include "probes/host/masked_host.h"
#include "probes/host/masked_impl.h"
#include "probes/host/recording.h"
#include "probes/util.h"

struct masked *masked_self(struct host *h)
{
	return (struct masked *)h;
}

struct masked_machine *masked_machine_of(const struct host *h)
{
	return (struct masked_machine *)h->machine;
}

struct masks *masked_lock(const struct host *h)
{
	struct masked_machine *m = masked_machine_of(h);

	pthread_mutex_lock(&m->m.lock);
	return m->masks;
}

void masked_unlock(const struct host *h)
{
	pthread_mutex_unlock(&masked_machine_of(h)->m.lock);
}

/* As the host inside calls it. */
const char *masked_real_path(struct host *h, const char *path)
{
	struct masked *s = masked_self(h);

	s->path.len = 0;
	mask_unpath(masked_lock(h), &s->path, path);
	masked_unlock(h);
	return s->path.bytes;
}

/* The sentence begins with the path as it is shown, if with any: then with the masked one. */
static int mask_why(struct host *h, const char *masked, const char *real, int err, struct answer *ret)
{
	struct text rest = text_begin();
	char shown[WHY_SIZE], why[WHY_SIZE];
	size_t n;

	why_path(shown, 0, real, "");
	n = strlen(shown);
	/* folders say what libvirt said as one of their files */
	if (real[0] == '@' && ret->why[0] == '/')
		memmove(ret->why, ret->why + 1, strlen(ret->why));
	if (strncmp(ret->why, shown, n) != 0)
		n = 0;
	mask_sentence(masked_lock(h), &rest, slice_of(ret->why + n));
	masked_unlock(h);
	if (n)
		why_path(why, 0, masked, rest.bytes);
	else
		snprintf(why, sizeof(why), "%s", rest.bytes);
	memcpy(ret->why, why, sizeof(why));
	text_end(&rest, NULL);
	ret->text = "";
	ret->len = 0;
	return err;
}

/* Threads of the kernel's own have no command line, names of any length, and some of them another one each time. */
static int mask_kernel_comm(struct host *h, struct slice comm, struct answer *ret)
{
	struct masked *s = masked_self(h);
	size_t before = (size_t)(comm.p - ret->text), end = before + comm.len;

	s->out.len = 0;
	mask_put(&s->out, ret->text, before);
	masked_comm_words(masked_lock(h), &s->out, comm);
	masked_unlock(h);
	mask_put(&s->out, ret->text + end, ret->len - end);
	ret->text = s->out.bytes;
	ret->len = s->out.len;
	return 0;
}

/* What a process is called: its command line says whether it was told to be, and is looked at once. */
static int mask_comm(struct host *h, struct slice comm, uint32_t pid, struct answer *ret)
{
	struct masked_machine *m = masked_machine_of(h);
	struct masked *s = masked_self(h);
	size_t at = (size_t)(comm.p - ret->text);
	struct answer command;
	struct text masked = text_begin(), all = text_begin();
	char path[64], name[COMM_SIZE];
	bool known;

	masked_lock(h);
	masked_comms_renew(&m->comms, mask_count(m->masks, MASK_GUEST) + mask_count(m->masks, MASK_HOST));
	known = masked_comm_known(&m->comms, pid, comm, name);
	masked_unlock(h);
	mask_put(&all, ret->text, ret->len); /* the answer ends with the next call */
	comm.p = all.bytes + at;
	if (!known) {
		snprintf(path, sizeof(path), "/proc/%u/cmdline", pid);
		if (host_read(s->inner, path, &command))
			command = (struct answer){.text = "", .len = 0};
		masked_lock(h);
		if (!mask_process(m->masks, (struct slice){command.text, command.len}, comm, &masked))
			masked_comm_words(m->masks, &masked, comm);
		masked_comm_tell(&m->comms, pid, comm, (struct slice){masked.bytes, masked.len}, name);
		masked_unlock(h);
	}
	s->out.len = 0;
	mask_put(&s->out, all.bytes, at);
	mask_put_slice(&s->out, slice_of(name));
	mask_put(&s->out, comm.p + comm.len, all.len - at - comm.len);
	text_end(&masked, NULL);
	text_end(&all, NULL);
	ret->text = s->out.bytes;
	ret->len = s->out.len;
	return 0;
}

static int mask_answer(struct host *h, const struct kept_path *k, int result, struct answer *ret)
{
	struct masked *s = masked_self(h);
	struct slice text, comm;
	uint32_t pid;

	if (result < 0)
		return mask_why(h, k->masked, k->real, result, ret);
	text = (struct slice){ret->text, ret->len};
	if (masked_comm_place(k->real, text, &comm, &pid))
		return masked_comm_is_usual(comm)			       ? result
		       : comm.len >= COMM_SIZE || slice_starts(comm, "kworker/") ? mask_kernel_comm(h, comm, ret)
										 : mask_comm(h, comm, pid, ret);
	if (!k->form)
		return result;
	s->out.len = 0;
	s->out.bytes[0] = '\0';
	k->form(masked_lock(h), &s->out, text);
	masked_unlock(h);
	ret->text = s->out.bytes;
	ret->len = s->out.len;
	return result;
}

static int masked_tick(struct host *h, int by)
{
	masked_lock(h);
	masked_machine_of(h)->knows_interfaces = false;
	masked_unlock(h);
	return host_tick(masked_self(h)->inner, by);
}

static void forget_kept(struct kept_path *k)
{
	free(k->masked);
	free(k->real);
	*k = (struct kept_path){.form = NULL};
}

static int masked_keep(struct host *h, const char *path)
{
	struct masked *s = masked_self(h);
	const char *real = masked_real_path(h, path);
	int kept = host_keep(s->inner, real);

	if (kept < 0)
		return kept;
	if ((size_t)kept >= s->nkept) {
		s->kept = xrealloc(s->kept, (size_t)kept * 2 + 16, sizeof(*s->kept));
		memset(s->kept + s->nkept, 0, ((size_t)kept * 2 + 16 - s->nkept) * sizeof(*s->kept));
		s->nkept = (size_t)kept * 2 + 16;
	}
	s->kept[kept] = (struct kept_path){.masked = xstrdup(path), .real = xstrdup(real), .form = mask_form_of(real)};
	return kept;
}

static int masked_read_kept(struct host *h, int kept, struct answer *ret)
{
	return mask_answer(h, &masked_self(h)->kept[kept], host_read_kept(masked_self(h)->inner, kept, ret), ret);
}

static void masked_drop(struct host *h, int kept)
{
	host_drop(masked_self(h)->inner, kept);
	forget_kept(&masked_self(h)->kept[kept]);
}

static int masked_read(struct host *h, const char *path, struct answer *ret)
{
	const char *real;
	struct kept_path k;

	if (path[0] == '/')
		masked_know(h);
	real = masked_real_path(h, path);
	k = (struct kept_path){(char *)(uintptr_t)path, (char *)(uintptr_t)real, mask_form_of(real)}; /* neither is changed */
	masked_self(h)->inner->wait_ms = h->wait_ms;
	return mask_answer(h, &k, host_read(masked_self(h)->inner, real, ret), ret);
}

/* What a process has open may be the image of a guest. */
static void mask_target(struct masks *m, struct text *t, struct slice s)
{
	if (s.len && s.p[0] == '/')
		mask_file(m, t, s);
	else
		mask_path(m, t, s);
}

/* "../br-acme" */
static void mask_last(struct masks *m, struct text *t, struct slice s)
{
	const char *slash = memrchr(s.p, '/', s.len);
	size_t n = slash ? (size_t)(slash - s.p) + 1 : 0;

	mask_path(m, t, (struct slice){s.p, n});
	mask_interface(m, t, (struct slice){s.p + n, s.len - n});
}

static int masked_link(struct host *h, const char *path, struct answer *ret)
{
	const char *real = masked_real_path(h, path), *end = strrchr(real, '/');
	bool interface = end && (strcmp(end, "/master") == 0 || strcmp(end, "/bridge") == 0);
	struct kept_path k = {(char *)(uintptr_t)path, (char *)(uintptr_t)real, interface ? mask_last : mask_target};

	return mask_answer(h, &k, host_link(masked_self(h)->inner, real, ret), ret);
}

static int masked_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	(void)h;
	(void)text;
	return answer_refuse(ret, -EROFS, path, ": what is masked is only read");
}

static int masked_start(struct host *h, const char *job, struct answer *ret)
{
	return masked_write(h, job, NULL, ret);
}

static int masked_poll(struct host *h, int id, struct answer *ret)
{
	struct kept_path k = {(char *)(uintptr_t) "a job", (char *)(uintptr_t) "a job", mask_sentence};

	return mask_answer(h, &k, host_poll(masked_self(h)->inner, id, ret), ret);
}

static int masked_stop(struct host *h, int id)
{
	return host_stop(masked_self(h)->inner, id);
}

static uint64_t masked_now(struct host *h)
{
	return host_now(masked_self(h)->inner);
}

static int64_t masked_wall(struct host *h)
{
	return host_wall(masked_self(h)->inner);
}

static void masked_close(struct host *h)
{
	struct masked *s = masked_self(h);

	for (size_t i = 0; i < s->nkept; i++)
		forget_kept(&s->kept[i]);
	free(s->kept);
	text_end(&s->path, NULL);
	text_end(&s->out, NULL);
	host_close(s->inner);
	machine_unref(h->machine);
	free(s);
}

static int masked_again(struct host *h, struct host **ret);

static const struct host_ops masked_ops = {
	.again = masked_again,
	.tick = masked_tick,
	.keep = masked_keep,
	.read_kept = masked_read_kept,
	.drop = masked_drop,
	.read = masked_read,
	.link = masked_link,
	.list = masked_list,
	.write = masked_write,
	.start = masked_start,
	.poll = masked_poll,
	.stop = masked_stop,
	.now = masked_now,
	.wall = masked_wall,
	.close = masked_close,
};

static struct host *wrap(struct machine *m, struct host *inner)
{
	struct masked *s = xcalloc(1, sizeof(*s));

	*s = (struct masked){.h = {.ops = &masked_ops, .machine = m}, .inner = inner, .path = text_begin(), .out = text_begin()};
	return &s->h;
}

static int masked_again(struct host *h, struct host **ret)
{
	struct host *inner;
	int r = host_again(masked_self(h)->inner, &inner);

	if (r < 0)
		return r;
	*ret = wrap(machine_ref(h->machine), inner);
	return 0;
}

static void end(struct machine *m)
{
	struct masked_machine *mm = (struct masked_machine *)m;

	masks_free(mm->masks);
	masked_comms_free(&mm->comms);
	free(mm);
}

/* The folder or file that a machine is opened from is called after it as often as not. */
static void mask_about(struct masks *m, struct about *a)
{
	struct text host = text_begin();

	mask_host(m, &host, slice_of(a->hostname));
	snprintf(a->hostname, sizeof(a->hostname), "%s", host.bytes);
	if (a->where[0])
		snprintf(a->where, sizeof(a->where), "%s", a->hostname);
	a->writable = false;
	if (!a->why_read_only[0])
		snprintf(a->why_read_only, sizeof(a->why_read_only), "What is masked is only read.");
	text_end(&host, NULL);
}

int masked_open(struct host *inner, struct host **ret)
{
	struct masked_machine *m = xcalloc(1, sizeof(*m));

	machine_init(&m->m, end);
	m->m.about = *host_about(inner);
	m->m.kept_limit = host_cost(inner).kept_limit;
	m->masks = masks_new();
	mask_about(m->masks, &m->m.about);
	*ret = wrap(&m->m, inner);
	return 0;
}
