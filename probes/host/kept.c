/* Files that stay open: a path is resolved once, each later read of it is one system call. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/files_handle.h"

enum { KEPT_MOST = 12000 };

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
	return slots_take(&files_of(h)->kept, fd);
}

int files_read_kept(struct host *h, int kept, struct answer *ret)
{
	struct files_handle *f = files_of(h);
	int r = files_fill(f, slots_get(&f->kept, kept), ret);

	/* The path is not kept beside the descriptor: whoever keeps thousands of files knows which is which. */
	return r < 0 ? answer_errno(ret, r, KEPT_FILE) : 0;
}

void files_drop(struct host *h, int kept)
{
	struct files_handle *f = files_of(h);

	close(slots_get(&f->kept, kept));
	slots_give(&f->kept, kept);
	machine_give_kept(h->machine, 1);
}

void files_drop_all(struct files_handle *f)
{
	for (int i = 0; i < f->kept.n; i++) {
		if (f->kept.value[i] >= 0)
			files_drop(&f->h, i);
	}
	slots_free(&f->kept);
}
