/* Files that stay open: a path is resolved once, each later read of it is one system call. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/files_handle.h"
#include "probes/util.h"

enum { KEPT_MOST = 12000, NO_SLOT = -1 };

uint32_t files_kept_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
		return 0;
	if (lim.rlim_cur < lim.rlim_max) {
		rlim_t before = lim.rlim_cur;
		lim.rlim_cur = lim.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &lim) < 0)
			lim.rlim_cur = before;
	}
	/* A quarter stays free for paths that are read once, for libraries and for the terminal. */
	rlim_t most = lim.rlim_cur - lim.rlim_cur / 4;
	return most < KEPT_MOST ? (uint32_t)most : KEPT_MOST;
}

static int take_slot(struct files_handle *f, int fd)
{
	if (f->free == NO_SLOT) {
		int more = f->slots ? f->slots * 2 : 64;
		f->fd = xrealloc(f->fd, (size_t)more, sizeof(*f->fd));
		for (int i = f->slots; i < more; i++)
			f->fd[i] = i + 1 < more ? -2 - (i + 1) : -2 - NO_SLOT;
		f->free = f->slots;
		f->slots = more;
	}
	int slot = f->free;
	f->free = -2 - f->fd[slot];
	f->fd[slot] = fd;
	return slot;
}

static int kept_fd(const struct files_handle *f, int kept)
{
	if (kept < 0 || kept >= f->slots || f->fd[kept] < 0)
		BUG("no file is kept as %d", kept);
	return f->fd[kept];
}

int files_keep(struct host *h, const char *path)
{
	char why[WHY_SIZE];

	if (!machine_take_kept(h->machine))
		return -EMFILE;
	int fd = files_open(h, path, O_RDONLY, why);
	if (fd < 0) {
		machine_give_kept(h->machine, 1);
		return fd;
	}
	return take_slot(files_of(h), fd);
}

int files_read_kept(struct host *h, int kept, struct answer *ret)
{
	struct files_handle *f = files_of(h);
	int r = files_fill(f, kept_fd(f, kept), ret);

	/* The path is not kept beside the descriptor: whoever keeps thousands of files knows which is which. */
	return r < 0 ? answer_errno(ret, r, "a file that was open") : 0;
}

void files_drop(struct host *h, int kept)
{
	struct files_handle *f = files_of(h);

	close(kept_fd(f, kept));
	f->fd[kept] = -2 - f->free;
	f->free = kept;
	machine_give_kept(h->machine, 1);
}

void files_drop_all(struct files_handle *f)
{
	for (int i = 0; i < f->slots; i++) {
		if (f->fd[i] >= 0)
			files_drop(&f->h, i);
	}
	free(f->fd);
}
