/* Opens paths inside a folder: by openat2() where the kernel has it, else one component at a time. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINKS_MAX = 40, RETRIES = 16 };

int resolve_by_kernel(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	for (int tries = 0;; tries++) {
		long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		/* EAGAIN: something was renamed while ".." was followed, so the kernel could not vouch for it. */
		if (errno == EINTR || (errno == EAGAIN && tries < RETRIES))
			continue;
		return errno == EAGAIN ? resolve_by_walk(root, path, flags) : -errno;
	}
}

bool resolve_kernel_can(int root)
{
	int fd = resolve_by_kernel(root, ".", O_PATH | O_DIRECTORY);

	if (fd >= 0)
		close(fd);
	return fd != -ENOSYS && fd != -EPERM;
}

/*
 * Where the walk stands. ".." only shortens names and never asks the kernel: a folder that is moved out of the tree
 * meanwhile cannot take the walk with it.
 */
struct walk {
	int root;
	int at; /* the folder reached; root itself, or ours to close; -1: to be found again by names */
	size_t len; /* of names */
	unsigned links; /* followed so far */
	char names[PATH_MAX]; /* from the root to here: "sys/devices", no link among them */
	char rest[2 * PATH_MAX];
};

static void stand(struct walk *w, int at)
{
	if (w->at >= 0 && w->at != w->root)
		close(w->at);
	w->at = at;
}

static void to_root(struct walk *w)
{
	stand(w, w->root);
	w->len = 0;
	w->names[0] = '\0';
}

static void up(struct walk *w)
{
	const char *slash = strrchr(w->names, '/');

	if (!slash) {
		to_root(w);
		return;
	}
	stand(w, -1);
	w->len = (size_t)(slash - w->names);
	w->names[w->len] = '\0';
}

/* Opens the folder of names again, after "..". */
static int find_again(struct walk *w)
{
	char name[NAME_MAX + 1];
	const char *p = w->names;

	if (w->at >= 0)
		return 0;
	w->at = w->root;
	for (size_t n = strcspn(p, "/"); *p; p += n + (p[n] == '/'), n = strcspn(p, "/")) {
		memcpy(name, p, n);
		name[n] = '\0';
		int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		stand(w, fd);
	}
	return 0;
}

static int into(struct walk *w, const char *name, int fd)
{
	size_t n = strlen(name);

	if (w->len + 1 + n >= sizeof(w->names)) {
		close(fd);
		return -ENAMETOOLONG;
	}
	stand(w, fd);
	if (w->len)
		w->names[w->len++] = '/';
	memcpy(w->names + w->len, name, n + 1);
	w->len += n;
	return 0;
}

/* Puts the link's text before what is left of the path. */
static int follow(struct walk *w, int link, const char *left)
{
	char target[PATH_MAX];

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	ssize_t n = readlinkat(link, "", target, sizeof(target));
	if (n < 0)
		return -errno;
	size_t more = strlen(left);
	if ((size_t)n == sizeof(target) || (size_t)n + more >= sizeof(w->rest))
		return -ENAMETOOLONG;
	memmove(w->rest + n, left, more + 1);
	memcpy(w->rest, target, (size_t)n);
	if (target[0] == '/')
		to_root(w);
	return 0;
}

/* Takes the next name off the front of rest; left is what stands behind it. -ENOENT when no name is left. */
static int next_name(struct walk *w, char name[NAME_MAX + 1], const char **ret_left)
{
	const char *p = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(p, "/");

	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, p, n);
	name[n] = '\0';
	*ret_left = p + n;
	return n ? 0 : -ENOENT;
}

/* The last name: what is there is opened as asked, unless it is a link that is to be followed. */
static int open_last(struct walk *w, const char *name, int flags)
{
	int fd = openat(w->at, name, flags | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* One name: goes into a folder, follows a link, or opens the last. *ret_fd is not negative when the walk is over. */
static int step(struct walk *w, const char *name, const char *left, int flags, int *ret_fd)
{
	struct stat st;
	bool last = !*left;

	int r = find_again(w);
	if (r < 0)
		return r;
	int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0) {
		r = -errno;
	} else if (S_ISLNK(st.st_mode) && !(last && (flags & O_NOFOLLOW))) {
		r = follow(w, fd, left);
	} else if (last) {
		r = open_last(w, name, flags);
		if (r >= 0)
			*ret_fd = r;
	} else if (S_ISDIR(st.st_mode)) {
		memmove(w->rest, left, strlen(left) + 1);
		return into(w, name, fd);
	} else {
		r = -ENOTDIR;
	}
	close(fd);
	return r < 0 ? r : 0;
}

static int walk_on(struct walk *w, int flags, int *ret_fd)
{
	char name[NAME_MAX + 1];
	const char *left;

	int r = next_name(w, name, &left);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && strcmp(name, ".") && strcmp(name, ".."))
		return step(w, name, left, flags, ret_fd);
	if (!strcmp(name, ".."))
		up(w);
	if (*left) {
		memmove(w->rest, left, strlen(left) + 1);
		return 0;
	}
	/* The path ends in a folder that we stand in. */
	r = find_again(w);
	if (r < 0)
		return r;
	*ret_fd = openat(w->at, ".", flags | O_CLOEXEC);
	return *ret_fd < 0 ? -errno : 0;
}

int resolve_by_walk(int root, const char *path, int flags)
{
	struct walk w = {.root = root, .at = root};
	int fd = -1, r = 0;

	if (!*path)
		return -ENOENT;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(w.rest, path, strlen(path) + 1);
	while (r == 0 && fd < 0)
		r = walk_on(&w, flags, &fd);
	to_root(&w);
	return r < 0 ? r : fd;
}
