/* The only file outside the host layer that opens files: each is looked at through its descriptor before it is used. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "probes/files_impl.h"
#include "probes/util.h"

enum { LOCK_TRIES = 500, LOCK_PAUSE_MS = 10, NAMES_MOST = 256 };

struct files_log {
	int fd;
	char *path;
};

/* Whoever may write a file that hvscope believes could make it do things; root's own files are fine to read. */
static int look(int fd, const char *path, bool write, char why[200])
{
	struct stat st;

	if (fstat(fd, &st))
		return files_failed(why, "looked at", path);
	if (!S_ISREG(st.st_mode))
		return files_refuse(why, -EINVAL, "%s is not a regular file", path);
	if (!st.st_nlink)
		return files_refuse(why, -ESTALE, "%s was removed just now", path);
	if (st.st_uid != geteuid() && (write || st.st_uid))
		return files_refuse(why, -EPERM, "%s belongs to another user (%u)", path, (unsigned)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return files_refuse(why, -EPERM, "%s may be written by other users: chmod go-w makes it usable", path);
	return 0;
}

/* A FIFO must not block the open, and a terminal must not become ours. */
static int open_own(const char *path, int flags, char why[200], int *ret)
{
	int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return files_failed(why, flags & O_CREAT ? "opened for writing" : "opened", path);
	err = look(fd, path, flags & O_CREAT, why);
	if (err) {
		close(fd);
		return err;
	}
	*ret = fd;
	return 0;
}

/* Reads from the start with pread, so that an appending descriptor can be read too. */
static int read_all(int fd, const char *path, size_t cap, char **ret_text, size_t *ret_len, char why[200])
{
	size_t len = 0, size = 4096;
	char *text = xcalloc(size + 1, 1);

	for (;;) {
		ssize_t n = pread(fd, text + len, size - len, (off_t)len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(text);
			return files_failed(why, "read", path);
		}
		len += (size_t)n;
		if (len > cap) {
			free(text);
			return files_refuse(why, -EFBIG, "%s has more than %zu bytes", path, cap);
		}
		if (!n)
			break;
		if (len == size) {
			size *= 2;
			text = xrealloc(text, size + 1, 1);
		}
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	return 0;
}

int files_read(const char *path, size_t cap, char **ret_text, size_t *ret_len, char why[200])
{
	int fd, err = open_own(path, O_RDONLY, why, &fd);

	if (err)
		return err;
	err = read_all(fd, path, cap, ret_text, ret_len, why);
	close(fd);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int files_names(const char *folder, const char *ending, char ***ret_names, size_t *ret_n, char why[200])
{
	DIR *dir = opendir(folder);
	size_t n = 0, tail = strlen(ending);
	char **names;

	if (!dir)
		return files_failed(why, "listed", folder);
	names = xcalloc(NAMES_MOST, sizeof(*names));
	for (struct dirent *e; n < NAMES_MOST && (e = readdir(dir));) {
		size_t len = strlen(e->d_name);

		if (len <= tail || e->d_name[0] == '.' || strcmp(e->d_name + len - tail, ending) != 0)
			continue;
		names[n] = xstrdup(e->d_name);
		names[n++][len - tail] = '\0';
	}
	closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	*ret_names = names;
	*ret_n = n;
	return 0;
}

void files_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* Makes the missing folders above path, for us alone. */
static int make_folders(const char *path, char why[200])
{
	char *folder = files_folder_of(path);
	int err = 0;

	for (char *p = folder + 1; !err; p++) {
		char old = *p;

		if (old != '/' && old != '\0')
			continue;
		*p = '\0';
		/* a folder that is there is fine, whatever mkdir() says first: EEXIST, EROFS or EACCES */
		if (!access(folder, F_OK))
			err = 0;
		else if (!mkdir(folder, 0700))
			err = files_sync_folder(folder, why);
		else if (errno != EEXIST)
			err = files_failed(why, "made", folder);
		*p = old;
		if (!old)
			break;
	}
	free(folder);
	return err;
}

/* In a folder that others may write, a file can be taken away and another put in its place. */
static int private_folder(const char *path, char why[200])
{
	char *folder = files_folder_of(path);
	struct stat st;
	int err = 0;

	if (stat(folder, &st))
		err = files_failed(why, "looked at", folder);
	else if (st.st_uid != geteuid() && st.st_uid)
		err = files_refuse(why, -EPERM, "folder %s belongs to another user (%u)", folder, (unsigned)st.st_uid);
	else if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX))
		err = files_refuse(
			why, -EPERM, "folder %s may be written by other users: chmod go-w makes it usable", folder);
	free(folder);
	return err;
}

/* A writer holds the lock for some milliseconds; one that hangs must not make this one hang too. */
static int lock(int fd, const char *path, char why[200])
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return files_failed(why, "locked", path);
		nanosleep(&pause, NULL);
	}
	return files_refuse(why, -EBUSY, "%s is locked by another process", path);
}

int files_log_open(const char *path, struct files_log **ret, char why[200])
{
	int fd = -1, err = make_folders(path, why);

	if (!err)
		err = private_folder(path, why);
	if (!err)
		err = open_own(path, O_RDWR | O_APPEND | O_CREAT, why, &fd);
	if (!err)
		err = lock(fd, path, why);
	if (!err)
		err = look(fd, path, true, why);
	/* whether this call made the file or another one did that died before its name was safe: it costs little */
	if (!err)
		err = files_sync_folder(path, why);
	if (err) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	*ret = xcalloc(1, sizeof(**ret));
	**ret = (struct files_log){.fd = fd, .path = xstrdup(path)};
	return 0;
}

int files_log_read(struct files_log *log, size_t cap, char **ret_text, size_t *ret_len, char why[200])
{
	return read_all(log->fd, log->path, cap, ret_text, ret_len, why);
}

int files_log_append(struct files_log *log, const char *line, char why[200])
{
	struct stat st;
	char last = '\n', *text;
	int err;

	if (fstat(log->fd, &st) || (st.st_size && pread(log->fd, &last, 1, st.st_size - 1) != 1))
		return files_failed(why, "read", log->path);
	text = xasprintf("%s%s\n", last == '\n' ? "" : "\n", line);
	err = files_put(log->fd, text, strlen(text));
	if (!err && fsync(log->fd))
		err = -errno;
	free(text);
	if (!err)
		return 0;
	/* a record that is not surely on the disk must not be believed later */
	if (ftruncate(log->fd, st.st_size))
		return files_refuse(why, err, "%s cannot be written: %s; it may end in half a line", log->path,
			strerrordesc_np(-err));
	errno = -err;
	return files_failed(why, "written", log->path);
}

void files_log_close(struct files_log *log)
{
	if (!log)
		return;
	close(log->fd);
	free(log->path);
	free(log);
}
