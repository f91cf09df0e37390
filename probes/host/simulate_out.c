/* Writes the folders, files and links of simulated trees. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/util.h"

static void out_fail(struct out *o, const char *name, int err)
{
	o->err = -err;
	snprintf(o->why, sizeof o->why, "cannot write %.100s: %s", name, strerror(err));
}

/* A name from a format; longer ones than the file system takes fail there with words. */
static void name_from(char name[300], const char *format, va_list ap) __attribute__((format(printf, 2, 0)));
static void name_from(char name[300], const char *format, va_list ap)
{
	vsnprintf(name, 300, format, ap);
}

int out_dir(struct out *o, int parent, const char *format, ...)
{
	char name[300];
	va_list ap;
	int fd;

	va_start(ap, format);
	name_from(name, format, ap);
	va_end(ap);
	if (o->err)
		return -1;
	if (o->stop && o->stop(o->stop_arg)) {
		o->err = -EINTR;
		snprintf(o->why, sizeof o->why, "stopped before the tree was whole");
		return -1;
	}
	if (mkdirat(parent, name, 0777) < 0 && errno != EEXIST) {
		out_fail(o, name, errno);
		return -1;
	}
	fd = openat(parent, name, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		out_fail(o, name, errno);
	return fd;
}

int out_deep(struct out *o, int parent, const char *path)
{
	int dir = parent;

	while (*path) {
		size_t n = strcspn(path, "/");
		int next = out_dir(o, dir, "%.*s", (int)n, path);

		if (dir != parent)
			out_close(dir);
		dir = next;
		path += n + (path[n] == '/');
	}
	return dir;
}

void out_close(int dir)
{
	if (dir >= 0)
		close(dir);
}

void out_text(struct out *o, int dir, const char *name, const char *text, size_t len)
{
	size_t done = 0;
	int fd;

	if (o->err)
		return;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		out_fail(o, name, errno);
		return;
	}
	while (done < len) {
		ssize_t n = write(fd, text + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			out_fail(o, name, n < 0 ? errno : EIO);
			break;
		}
		done += (size_t)n;
	}
	if (close(fd) < 0 && !o->err)
		out_fail(o, name, errno);
}

void out_line(struct out *o, int dir, const char *name, const char *format, ...)
{
	va_list ap;
	int n;

	if (o->err)
		return;
	va_start(ap, format);
	n = vsnprintf(o->line, sizeof o->line - 1, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof o->line - 1)
		BUG("the text of %s does not fit", name);
	o->line[n] = '\n';
	out_text(o, dir, name, o->line, (size_t)n + 1);
}

void out_again(struct out *o, int root, const char *path, const char *text)
{
	if (o->err || unlinkat(root, path, 0) < 0)
		return;
	out_line(o, root, path, "%s", text);
}

void out_link(struct out *o, int dir, const char *name, const char *format, ...)
{
	char target[300];
	va_list ap;

	va_start(ap, format);
	name_from(target, format, ap);
	va_end(ap);
	if (!o->err && symlinkat(target, dir, name) < 0)
		out_fail(o, name, errno);
}

static int out_unlink(int dir, const char *name)
{
	int err, fd;

	if (unlinkat(dir, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	fd = openat(dir, name, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = out_empty(fd);
	close(fd);
	if (unlinkat(dir, name, AT_REMOVEDIR) < 0 && !err)
		err = -errno;
	return err;
}

int out_empty(int dir)
{
	/* A descriptor of its own: fdopendir() takes it over, and its place in the folder is not the caller's. */
	int fd = openat(dir, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	const struct dirent *e;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int err = 0;

	if (!d) {
		err = -errno;
		out_close(fd);
		return err;
	}
	while ((e = readdir(d))) {
		int one = 0;

		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			one = out_unlink(dir, e->d_name);
		if (one && !err)
			err = one;
	}
	closedir(d);
	return err;
}

void sim_text_add(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		BUG("format %s", format);
	if (t->len + (size_t)n + 1 > t->size) {
		t->size = (t->len + (size_t)n + 1) * 2;
		t->at = xrealloc(t->at, t->size, 1);
	}
	va_start(ap, format);
	vsnprintf(t->at + t->len, (size_t)n + 1, format, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void text_free(struct text *t)
{
	free(t->at);
	*t = (struct text){0};
}
