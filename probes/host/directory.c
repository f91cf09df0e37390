/* The directory host: a folder that holds some machine's /sys and /proc, and that no path leaves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/files.h"
#include "probes/host/resolve.h"
#include "probes/host/virt.h"

static int directory_open_file(const struct files_machine *m, const char *path, int flags)
{
	return m->without_openat2 ? resolve_by_walk(m->root, path, flags) : resolve_by_kernel(m->root, path, flags);
}

static int directory_link(const struct files_machine *m, const char *path, char *buf, size_t size)
{
	int fd = directory_open_file(m, path, O_PATH | O_NOFOLLOW);

	if (fd < 0)
		return fd;
	ssize_t n = readlinkat(fd, "", buf, size);
	int err = -errno;
	close(fd);
	if (n >= 0)
		return (int)n;
	/* By descriptor the kernel says ENOENT for what is no link; by path it says EINVAL, as the live host does. */
	return err == -ENOENT ? -EINVAL : err;
}

static const char *directory_write_refusal(const char *path)
{
	(void)path;
	return NULL;
}

static int directory_ask(struct files_machine *m, const char *path, char *buf, size_t size, char why[200])
{
	(void)m;
	(void)buf;
	(void)size;
	if (!strcmp(path, "@cpuid/identity"))
		return why_path(why, -EOPNOTSUPP, path, ": a directory has no processor that could be asked");
	if (!strcmp(path, "@qos/global"))
		return why_path(why, -EOPNOTSUPP, path, ": a directory has no processes that hold a limit");
	if (!strncmp(path, "@ethtool/", 9))
		return why_path(why, -EOPNOTSUPP, path, ": a directory has no drivers that could be asked");
	if (!strncmp(path, "@virt/", 6))
		return why_path(why, -EOPNOTSUPP, path, ": a directory has no libvirt that could be asked");
	return files_no_answer(path, why);
}

static bool has_folder(const struct files_machine *m, const char *path)
{
	int fd = directory_open_file(m, path, O_PATH | O_DIRECTORY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const struct files_kind directory_kind = {
	.open = directory_open_file,
	.link = directory_link,
	.write_refusal = directory_write_refusal,
	.ask = directory_ask,
};

/* "." and "/srv/../hosts/node7/" have names too. */
static struct host *first(struct files_machine *m, const char *root)
{
	char *real = realpath(root, NULL);
	const char *slash = real ? strrchr(real, '/') : NULL;
	struct host *h = files_first(m, slash && slash[1] ? slash + 1 : root);

	free(real);
	return h;
}

bool host_is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool host_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

int directory_open(const struct host_options *o, struct host **ret, char why[200])
{
	int root = open(o->root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0) {
		int r = -errno;
		return r == -ENOTDIR ? why_path(why, r, o->root, " is not a directory; --open opens a capture") : why_errno(why, r, o->root);
	}
	struct files_machine *m = files_machine_new(&directory_kind);
	struct about *about = &m->m.about;
	m->root = root;
	m->without_openat2 = getenv("HVSCOPE_NO_OPENAT2") || !resolve_kernel_can(root);
	m->virt = o->connect ? virt_new(&m->m, o->connect) : NULL;
	m->virt_files = !m->virt && has_folder(m, "/@virt");
	m->ethtool_files = has_folder(m, "/@ethtool");
	m->qos_files = has_folder(m, "/@qos");
	about->kind = about->origin = HOST_DIRECTORY;
	about->writable = o->test_writable && !o->read_only;
	snprintf(about->label, sizeof(about->label), "DIRECTORY");
	copy_printable(about->where, sizeof(about->where), o->root, strlen(o->root));
	if (!about->writable)
		snprintf(about->why_read_only, sizeof(about->why_read_only), "%s",
			o->test_writable ? "hvscope was started with --read-only."
					 : "This is a directory, not a running machine: it is only read.");
	*ret = first(m, o->root);
	why[0] = '\0';
	return 0;
}
