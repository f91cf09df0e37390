/* Asks for the latency limit of all CPUs: opens the device to read, takes its four bytes, and closes it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/qos.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "probes/host/answer.h"

/* While it is open the kernel counts a request without a wish: it limits nothing and wakes nobody. */
static int read_limit(const char *path, int32_t *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char bytes[sizeof(*ret) + 1]; /* one more: a file of another kind is longer */
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, bytes, sizeof(bytes));
	err = n < 0 ? -errno : n != sizeof(*ret) ? -EINVAL : 0;
	close(fd);
	if (!err)
		__builtin_memcpy(ret, bytes, sizeof(*ret));
	return err;
}

int qos_text(const char *folder, char *buf, size_t size, char why[WHY_SIZE])
{
	char path[256];
	int32_t us;
	int n, err;

	snprintf(path, sizeof(path), "%s/cpu_dma_latency", folder);
	err = read_limit(path, &us);
	if (err == -EACCES || err == -EPERM)
		return why_path(
			why, err, path, ": only root may read it; sudo hvscope shows the limit and who holds it");
	if (err == -EINVAL)
		return why_path(why, -EIO, path, " does not hold four bytes: it is not the kernel's device");
	if (err)
		return why_errno(why, err, path);
	n = snprintf(buf, size, "limit_us=%" PRId32 "\n", us);
	snprintf(path, sizeof(path), "%s/cpu_wakeup_latency", folder);
	if (n >= 0 && (size_t)n < size && !read_limit(path, &us))
		n += snprintf(buf + n, size - (size_t)n, "wakeup_us=%" PRId32 "\n", us);
	return n;
}
