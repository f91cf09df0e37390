/* Holds files of a simulated tree and adds to the numbers in them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_held.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/host/simulate_out.h"
#include "probes/util.h"

int number_add(char *p, uint64_t n)
{
	size_t len = strspn(p, "0123456789.");

	while (n && len-- > 0) {
		uint64_t sum;

		if (p[len] == '.')
			continue;
		sum = (uint64_t)(p[len] - '0') + n % 10;
		p[len] = (char)('0' + sum % 10);
		n = n / 10 + sum / 10;
	}
	return n ? -ERANGE : 0;
}

int held_open(int root, const char *path, struct held *ret, char why[200])
{
	struct stat st;
	ssize_t n = 0;
	int err;

	ret->fd = openat(root, path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	err = ret->fd < 0 || fstat(ret->fd, &st) < 0 ? -errno : 0;
	if (!err) {
		ret->text = xcalloc((size_t)st.st_size + 1, 1);
		while (ret->len < (size_t)st.st_size) {
			n = pread(ret->fd, ret->text + ret->len, (size_t)st.st_size - ret->len, (off_t)ret->len);
			if (n <= 0)
				break;
			ret->len += (size_t)n;
		}
		err = n < 0 ? -errno : 0;
	}
	if (err)
		snprintf(why, 200, "cannot open %s to move it: %s", path, strerror(-err));
	return err;
}

int held_write(const struct held *h, size_t at, size_t len, const char *name, char why[200])
{
	ssize_t n = pwrite(h->fd, h->text + at, len, (off_t)at);
	int err = n < 0 ? -errno : (size_t)n < len ? -EIO : 0;

	if (err)
		snprintf(why, 200, "cannot write %s: %s", name, strerror(-err));
	return err;
}

void held_close(struct held *h)
{
	out_close(h->fd);
	free(h->text);
}
