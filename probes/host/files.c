/* The verbs of a host that is a tree of files: read, list and write, never anything but regular files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/files_handle.h"
#include "probes/host/pci_names.h"
#include "probes/host/virt.h"
#include "probes/util.h"

enum {
	BUF_FIRST = 64 << 10,
	BUF_MOST = 64 << 20, /* a text as long as this is refused; /proc/interrupts of 2,000 CPUs is half of it */
	READ_MOST = 1 << 20, /* a sysctl's reader allocates as much as it is asked for */
	/*
	 * A seq_file gives what its buffer of a page holds and no more, so a short read is not its end. But it only
	 * stops where the next record has no room: after less than this there is none, and a small file costs one call.
	 */
	SHORT = 1024,
};

bool path_is_below(const char *path, const char *top)
{
	size_t depth = 0, n;
	bool below = false;

	for (const char *p = path + strspn(path, "/"); *p; p += n, p += strspn(p, "/")) {
		n = strcspn(p, "/");
		if (n == 1 && p[0] == '.')
			continue;
		if (n == 2 && p[0] == '.' && p[1] == '.')
			depth -= depth > 0;
		else if (depth++ == 0)
			below = n == strlen(top) && !memcmp(p, top, n);
	}
	return below && depth;
}

int files_no_answer(const char *path, char why[200])
{
	return why_path(why, -EOPNOTSUPP, path, ": this host does not answer it");
}

/* What no kind of host opens. */
static int check_path(const char *path, char why[WHY_SIZE])
{
	if (path[0] == '@')
		return files_no_answer(path, why);
	if (path[0] != '/')
		return why_path(why, -EINVAL, path, " is no path: it must begin with / or @");
	if (path_is_below(path, "dev"))
		return why_path(why, -EACCES, path, ": nothing below /dev is ever opened");
	return 0;
}

int files_open(struct host *h, const char *path, int flags, char why[200])
{
	const struct files_machine *m = files_machine(h);
	struct stat st;
	int r = check_path(path, why);

	if (r < 0)
		return r;
	/* Without O_NONBLOCK opening a FIFO would wait for its other end for ever. */
	int fd = m->kind->open(m, path, flags | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return why_errno(why, fd, path);
	if (fstat(fd, &st) < 0)
		r = why_errno(why, -errno, path);
	else if (S_ISDIR(st.st_mode))
		r = why_path(why, -EISDIR, path, " is a directory, not a file");
	else if (!S_ISREG(st.st_mode))
		r = why_path(why, -EINVAL, path, " is a device, pipe or socket: only regular files are opened");
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

static void grow(struct files_handle *f)
{
	f->size = f->size ? f->size * 2 : BUF_FIRST;
	f->buf = xrealloc(f->buf, f->size + 1, 1);
}

static int answer_text(struct files_handle *f, size_t len, struct answer *ret)
{
	f->buf[len] = '\0';
	ret->text = f->buf;
	ret->len = len;
	ret->t_ns = clock_now_ns();
	return 0;
}

int files_fill(struct files_handle *f, int fd, struct answer *ret)
{
	size_t len = 0, room;
	ssize_t n;

	do {
		if (len == f->size) {
			if (len >= BUF_MOST)
				return -EFBIG;
			grow(f);
		}
		room = f->size - len < READ_MOST ? f->size - len : READ_MOST;
		while ((n = pread(fd, f->buf + len, room, (off_t)len)) < 0) {
			if (errno != EINTR)
				return -errno;
		}
		len += (size_t)n;
	} while (n > 0 && ((size_t)n == room || len >= SHORT));
	return answer_text(f, len, ret);
}

/* Names are the same whatever host is looked at: this machine's list has them. */
static int ask(struct files_machine *m, const char *path, char *buf, size_t size, char why[200])
{
	return pci_names_path(path) ? pci_names_text(m->pci, path, buf, size, why)
				    : m->kind->ask(m, path, buf, size, why);
}

static bool has_files(const struct files_machine *m, const char *path)
{
	return (m->virt_files && !strncmp(path, "@virt/", 6)) || (m->ethtool_files && !strncmp(path, "@ethtool/", 9)) ||
	       (m->qos_files && !strncmp(path, "@qos/", 5));
}

/*
 * A folder may have what libvirt would answer as files below /@virt, drivers below /@ethtool, and the limits of
 * processes below /@qos; any other path stays as it is. One that is too long is left so long that opening it fails:
 * cut short it would be the path of another file.
 */
static const char *in_files(struct host *h, const char *path, char buf[PATH_MAX + 1])
{
	if (!has_files(files_machine(h), path))
		return path;
	snprintf(buf, PATH_MAX + 1, "/%s", path);
	return buf;
}

/* Waits at most once: a text that did not fit is there by then. */
static int read_virt(struct host *h, const char *path, struct answer *ret)
{
	struct files_handle *f = files_of(h);
	struct virt *virt = files_machine(h)->virt;
	uint64_t t_ns;
	int n = virt_text(virt, path, h->wait_ms, f->buf, f->size, &t_ns, ret->why);

	while (n >= 0 && (size_t)n >= f->size) {
		grow(f);
		n = virt_text(virt, path, 0, f->buf, f->size, &t_ns, ret->why);
	}
	if (n < 0)
		return answer_none(ret, n);
	answer_text(f, (size_t)n, ret);
	ret->t_ns = t_ns;
	return 0;
}

static bool is_virt(struct host *h, const char *path)
{
	return files_machine(h)->virt && !strncmp(path, "@virt/", 6);
}

static int files_read(struct host *h, const char *path, struct answer *ret)
{
	struct files_handle *f = files_of(h);
	char buf[PATH_MAX + 1];

	if (is_virt(h, path))
		return read_virt(h, path, ret);
	path = in_files(h, path, buf);
	if (path[0] == '@') {
		int n = ask(files_machine(h), path, f->buf, f->size, ret->why);
		if (n < 0)
			return answer_none(ret, n);
		if ((size_t)n >= f->size)
			return answer_errno(ret, -EFBIG, path);
		return answer_text(f, (size_t)n, ret);
	}
	int fd = files_open(h, path, O_RDONLY, ret->why);
	if (fd < 0)
		return answer_none(ret, fd);
	int r = files_fill(f, fd, ret);
	close(fd);
	return r < 0 ? answer_errno(ret, r, path) : 0;
}

static int files_link(struct host *h, const char *path, struct answer *ret)
{
	struct files_handle *f = files_of(h);
	const struct files_machine *m = files_machine(h);
	int r = check_path(path, ret->why);

	if (r < 0)
		return answer_none(ret, r);
	int n = m->kind->link(m, path, f->buf, f->size);
	return n < 0 ? answer_errno(ret, n, path) : answer_text(f, (size_t)n, ret);
}

/* The handle's own buffer takes the names: a listing allocates nothing. */
static int each_name(struct files_handle *f, int fd, int (*each)(const char *name, void *arg), void *arg)
{
	for (;;) {
		ssize_t n = getdents64(fd, f->buf, f->size);
		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const void *)(f->buf + at);
			at += d->d_reclen;
			if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
				continue;
			int r = each(d->d_name, arg);
			if (r)
				return r;
		}
	}
}

static int files_list(struct host *h, const char *dir, int (*each)(const char *name, void *arg), void *arg)
{
	const struct files_machine *m = files_machine(h);
	char why[WHY_SIZE];
	int r = check_path(dir, why);

	if (r < 0)
		return r;
	int fd = m->kind->open(m, dir, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	r = each_name(files_of(h), fd, each, arg);
	close(fd);
	return r;
}

static int files_write(struct host *h, const char *path, const char *text, struct answer *ret)
{
	char buf[PATH_MAX + 1];
	const char *refusal;
	size_t len = strlen(text);

	if (is_virt(h, path))
		return answer_none(ret, virt_write(files_machine(h)->virt, path, text, ret->why));
	path = in_files(h, path, buf);
	refusal = path[0] == '/' ? files_machine(h)->kind->write_refusal(path) : NULL;
	if (refusal)
		return answer_refuse(ret, -EACCES, path, refusal);
	int fd = files_open(h, path, O_WRONLY | O_TRUNC, ret->why);
	if (fd < 0)
		return answer_none(ret, fd);
	ssize_t n = write(fd, text, len);
	int r = n < 0 ? -errno : 0;
	/* Some file systems say only at the end that nothing was stored. */
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r < 0)
		return answer_errno(ret, r, path);
	if ((size_t)n < len)
		return answer_refuse(ret, -EIO, path, " took only a part of what was written");
	return answer_none(ret, 0);
}

static int files_start(struct host *h, const char *job, struct answer *ret)
{
	(void)h;
	return answer_refuse(ret, -EOPNOTSUPP, job, ": this host does not know this job");
}

static int files_poll(struct host *h, int id, struct answer *ret)
{
	(void)h;
	(void)id;
	return answer_refuse(ret, -EOPNOTSUPP, "", "This host has no such job");
}

static int files_stop(struct host *h, int id)
{
	(void)h;
	(void)id;
	return -EOPNOTSUPP;
}

static int files_tick(struct host *h, int by)
{
	(void)h;
	(void)by;
	return 0;
}

static uint64_t files_now(struct host *h)
{
	(void)h;
	return clock_now_ns();
}

static int64_t files_wall(struct host *h)
{
	(void)h;
	return clock_wall_ns();
}

static void files_close(struct host *h)
{
	struct files_handle *f = files_of(h);

	files_drop_all(f);
	machine_unref(h->machine);
	free(f->buf);
	free(f);
}

static int files_again(struct host *h, struct host **ret);

static const struct host_ops files_ops = {
	.again = files_again,
	.tick = files_tick,
	.keep = files_keep,
	.read_kept = files_read_kept,
	.drop = files_drop,
	.read = files_read,
	.link = files_link,
	.list = files_list,
	.write = files_write,
	.start = files_start,
	.poll = files_poll,
	.stop = files_stop,
	.now = files_now,
	.wall = files_wall,
	.close = files_close,
};

struct host *files_handle_new(struct machine *m)
{
	struct files_handle *f = xcalloc(1, sizeof(*f));

	f->h = (struct host){.ops = &files_ops, .machine = m};
	f->kept = slots_new();
	grow(f);
	return &f->h;
}

static int files_again(struct host *h, struct host **ret)
{
	*ret = files_handle_new(machine_ref(h->machine));
	return 0;
}
