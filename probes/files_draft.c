/* Files that are written whole or not at all: a draft beside the name that it takes at the end. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/files.h"
#include "probes/files_impl.h"
#include "probes/util.h"

enum { NAME_TRIES = 64 };

struct files_draft {
	int fd;
	char *path, *name; /* what it will be called, and what it is called */
};

int files_refuse(char why[200], int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, 200, format, ap);
	va_end(ap);
	return err;
}

int files_failed(char why[200], const char *what, const char *path)
{
	int err = -errno;

	if (err == -ELOOP)
		return files_refuse(why, err, "%s is a symbolic link, which is not followed", path);
	return files_refuse(why, err, "%s cannot be %s: %s", path, what, strerrordesc_np(-err));
}

int files_put(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

char *files_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	if (!slash)
		return xstrdup(".");
	folder = xstrdup(path);
	folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

int files_sync_folder(const char *path, char why[200])
{
	char *folder = files_folder_of(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	/* a folder that may not be read, or is on a file system that syncs none: there the name is as safe as it gets
	 */
	if (fd < 0 ? errno != EACCES : fsync(fd) && errno != EINVAL)
		err = files_failed(why, "brought to the disk", folder);
	if (fd >= 0)
		close(fd);
	free(folder);
	return err;
}

/* rename() would replace a link, a device or a FIFO; whoever named one did not mean that. */
static int replaceable(const char *path, char why[200])
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : files_failed(why, "looked at", path);
	if (S_ISLNK(st.st_mode))
		return files_refuse(why, -ELOOP, "%s is a symbolic link, which is not followed", path);
	if (!S_ISREG(st.st_mode))
		return files_refuse(why, -EINVAL, "%s is not a regular file", path);
	return 0;
}

static int make_beside(const char *path, char **ret_name, char why[200])
{
	for (int i = 0; i < NAME_TRIES; i++) {
		char *name = xasprintf("%s.%ld.%d~", path, (long)getpid(), i);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd >= 0) {
			*ret_name = name;
			return fd;
		}
		free(name);
		if (errno != EEXIST)
			return files_failed(why, "written", path);
	}
	return files_refuse(why, -EEXIST, "%s cannot be written: too many unfinished copies beside it", path);
}

int files_draft(const char *path, struct files_draft **ret, char why[200])
{
	char *name = NULL;
	int err = replaceable(path, why), fd;

	if (err)
		return err;
	fd = make_beside(path, &name, why);
	if (fd < 0)
		return fd;
	*ret = xcalloc(1, sizeof(**ret));
	**ret = (struct files_draft){.fd = fd, .path = xstrdup(path), .name = name};
	return 0;
}

int files_draft_add(struct files_draft *d, const char *bytes, size_t len, char why[200])
{
	int err = files_put(d->fd, bytes, len);

	if (!err)
		return 0;
	errno = -err;
	return files_failed(why, "written", d->path);
}

int files_draft_cut(struct files_draft *d, size_t len, char why[200])
{
	if (ftruncate(d->fd, (off_t)len) || lseek(d->fd, (off_t)len, SEEK_SET) < 0)
		return files_failed(why, "cut", d->path);
	return 0;
}

static void draft_free(struct files_draft *d)
{
	free(d->path);
	free(d->name);
	free(d);
}

const char *files_draft_name(const struct files_draft *d)
{
	return d->name;
}

void files_draft_abandon(struct files_draft *d)
{
	if (!d)
		return;
	close(d->fd);
	unlink(d->name);
	draft_free(d);
}

int files_draft_end(struct files_draft *d, char why[200])
{
	int err = fsync(d->fd) ? -errno : 0;

	if (close(d->fd) && !err)
		err = -errno;
	if (!err && rename(d->name, d->path))
		err = -errno;
	if (err) {
		unlink(d->name);
		errno = -err;
		files_failed(why, "written", d->path);
	} else {
		err = files_sync_folder(d->path, why);
	}
	draft_free(d);
	return err;
}

int files_write(const char *path, const char *text, size_t len, char why[200])
{
	struct files_draft *d;
	int err = files_draft(path, &d, why);

	if (err)
		return err;
	err = files_draft_add(d, text, len, why);
	if (!err)
		return files_draft_end(d, why);
	files_draft_abandon(d);
	return err;
}
