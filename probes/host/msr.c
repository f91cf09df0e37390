/* Reads registers through /dev/cpu/N/msr, which the module msr gives to who has CAP_SYS_RAWIO. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/msr.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes/cpuset.h"
#include "probes/host/answer.h"
#include "probes/parse.h"
#include "probes/util.h"

/* Power control, miscellaneous power management, HWP request. */
static const struct {
	const char *name;
	off_t number;
} registers[] = {{"0x1fc", 0x1fc}, {"0x1aa", 0x1aa}, {"0x774", 0x774}};

static int part(const char *path, uint64_t *ret_cpu, off_t *ret_number)
{
	const char *slash = strncmp(path, "@msr/", 5) == 0 ? strchr(path + 5, '/') : NULL;

	if (!slash || path[5] < '0' || path[5] > '9' ||
		parse_u64((struct slice){path + 5, (size_t)(slash - path) - 5}, ret_cpu) || *ret_cpu >= CPUSET_MAX)
		return -EINVAL;
	for (size_t i = 0; i < COUNT(registers); i++)
		if (strcmp(slash + 1, registers[i].name) == 0) {
			*ret_number = registers[i].number;
			return 0;
		}
	return -EINVAL;
}

static int explain_refusal(int err, const char *device, char why[WHY_SIZE])
{
	switch (err) {
	case -ENOENT:
		return why_path(why, -EACCES, device, ": the module msr is not loaded; modprobe msr loads it");
	case -EPERM:
	case -EACCES:
		return why_path(why, -EACCES, device, ": registers take root and CAP_SYS_RAWIO");
	case -ENXIO:
	case -ENODEV:
		return why_path(why, -ENODEV, device, ": the CPU is offline");
	case -EIO:
		return why_path(why, -ENOENT, device, ": this processor does not have this register");
	default:
		return why_errno(why, err, device);
	}
}

int msr_text(const char *folder, const char *path, char *buf, size_t size, char why[WHY_SIZE])
{
	char device[160];
	uint64_t cpu, value;
	off_t number;
	ssize_t n;
	int fd, err;

	if (part(path, &cpu, &number))
		return why_path(why, -EINVAL, path, ": only 0x1fc, 0x1aa and 0x774 of a CPU are answered");
	snprintf(device, sizeof(device), "%s/%" PRIu64 "/msr", folder, cpu);
	fd = open(device, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return explain_refusal(-errno, device, why);
	n = pread(fd, &value, sizeof(value), number);
	err = n < 0 ? -errno : n != sizeof(value) ? -EINVAL : 0;
	close(fd);
	if (err)
		return explain_refusal(err, device, why);
	why[0] = '\0';
	return snprintf(buf, size, "value=0x%" PRIx64 "\n", value);
}
