/* Checks what is to be simulated, finds a folder for it, and marks the tree when it is whole. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/host/simulate_guest.h"
#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

enum { CPUS_MAX = 8192, MARK_MAX = 512 };

void simulate_defaults(struct simulate_options *ret)
{
	*ret = (struct simulate_options){
		.packages = 4,
		.cores = 64,
		.threads = 2,
		.states = 8,
		.busy_percent = 12,
		.seed = 1,
		.driver = "intel_pstate",
		.governor = "powersave",
	};
}

/* The numbers of a machine: what --help, the mark and the errors call them, and what they can be. */
static const struct number {
	const char *name;
	size_t offset;
	unsigned from, to;
} numbers[] = {
	{"packages", offsetof(struct simulate_options, packages), 1, 64},
	{"cores", offsetof(struct simulate_options, cores), 1, 512},
	{"threads", offsetof(struct simulate_options, threads), 1, 8},
	{"states", offsetof(struct simulate_options, states), 0, 10},
	{"busy", offsetof(struct simulate_options, busy_percent), 0, 100},
	{"guests", offsetof(struct simulate_options, guests), 0, 1000},
};

static unsigned number_get(const struct simulate_options *o, const struct number *n)
{
	unsigned v;

	memcpy(&v, (const char *)o + n->offset, sizeof v);
	return v;
}

int simulate_check(const struct simulate_options *o, char why[200])
{
	const struct simulate_kind *kind = simulate_kind_find(o->driver);
	char names[120];

	for (size_t i = 0; i < COUNT(numbers); i++) {
		unsigned v = number_get(o, &numbers[i]);

		if (v < numbers[i].from || v > numbers[i].to) {
			snprintf(why, 200, "--%s can be %u to %u, not %u", numbers[i].name, numbers[i].from,
				numbers[i].to, v);
			return -EINVAL;
		}
	}
	if (o->packages * o->cores * o->threads > CPUS_MAX) {
		snprintf(why, 200, "--packages %u --cores %u --threads %u are %u CPUs: Linux knows %d at most",
			o->packages, o->cores, o->threads, o->packages * o->cores * o->threads, CPUS_MAX);
		return -EINVAL;
	}
	if (!kind) {
		simulate_kind_names(names, sizeof names);
		snprintf(why, 200, "--driver can be %s, not %.40s", names, o->driver);
		return -EINVAL;
	}
	if (!simulate_kind_governs(kind, o->governor)) {
		snprintf(why, 200, "--governor of %s can be one of \"%s\", not %.40s", kind->driver, kind->governors,
			o->governor);
		return -EINVAL;
	}
	if (o->guests && kind->arch == ARCH_ARM) {
		snprintf(why, 200, "--guests are of Intel and AMD machines only, and %s is a driver of another", kind->driver);
		return -EINVAL;
	}
	return 0;
}

static bool is_empty(int dir, int *ret_err)
{
	int fd = openat(dir, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	bool empty = true;

	*ret_err = 0;
	if (!d) {
		*ret_err = -errno;
		out_close(fd);
		return false;
	}
	while ((e = readdir(d)))
		empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
	closedir(d);
	return empty;
}

/* Opens the folder that the tree goes into; *ret_made says whether it was made here. */
static int place(const char *dir, bool *ret_made, char why[200])
{
	bool made = mkdir(dir, 0777) == 0;
	int fd, err;

	if (!made && errno != EEXIST) {
		err = -errno;
		snprintf(why, 200, "cannot make %.100s: %s", dir, strerror(-err));
		return err;
	}
	fd = open(dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		snprintf(why, 200, "cannot open %.100s: %s", dir, strerror(-err));
		return err;
	}
	if (!is_empty(fd, &err)) {
		close(fd);
		snprintf(why, 200, "%.100s %s", dir,
			err ? strerror(-err) : "is not empty: name a new or an empty folder");
		return err ? err : -ENOTEMPTY;
	}
	*ret_made = made;
	return fd;
}

static void write_mark(const struct model *m, struct out *o, int root)
{
	struct text t = {0};

	for (size_t i = 0; i < COUNT(numbers); i++)
		sim_text_add(&t, "%s=%u\n", numbers[i].name, number_get(&m->o, &numbers[i]));
	out_line(o, root, SIMULATE_MARK, "%sseed=%" PRIu64 "\ndriver=%s\ngovernor=%s\nclean=%d", t.at, m->o.seed,
		m->o.driver, m->o.governor, m->o.clean);
	text_free(&t);
}

int simulate_write(const struct simulate_options *options, const char *dir, char why[200])
{
	struct out *o;
	struct model m;
	bool made = false;
	int err = simulate_check(options, why), root;

	if (err)
		return err;
	root = place(dir, &made, why);
	if (root < 0)
		return root;
	o = xcalloc(1, sizeof *o);
	o->stop = options->stop;
	o->stop_arg = options->stop_arg;
	model_init(&m, options);
	simulate_proc(&m, o, root);
	simulate_board(&m, o, root);
	simulate_guests_virt(&m, o, root);
	simulate_guests_proc(&m, o, root);
	if (m.o.clean)
		simulate_clean(&m, o, root);
	write_mark(&m, o, root);
	model_free(&m);
	err = o->err;
	if (err) {
		int left = out_empty(root);

		snprintf(why, 200, "%.150s%s", o->why, left ? " (what was written stays)" : "");
		if (made && !left)
			rmdir(dir);
	}
	free(o);
	close(root);
	return err;
}

/* One key=value line of the mark. False when it is none of ours. */
static bool mark_line(struct simulate_options *o, char *line)
{
	char *value = strchr(line, '='), *end;
	const struct simulate_kind *kind;

	if (!value)
		return false;
	*value++ = '\0';
	if (strcmp(line, "driver") == 0) {
		kind = simulate_kind_find(value);
		o->driver = kind ? kind->driver : NULL;
		return kind;
	}
	if (strcmp(line, "governor") == 0) {
		o->governor = simulate_governor(value);
		return o->governor;
	}
	if (strcmp(line, "clean") == 0) {
		o->clean = strcmp(value, "1") == 0;
		return o->clean || strcmp(value, "0") == 0;
	}
	o->seed = strcmp(line, "seed") == 0 ? strtoull(value, &end, 10) : o->seed;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (strcmp(line, numbers[i].name) == 0) {
			unsigned v = (unsigned)strtoul(value, &end, 10);

			memcpy((char *)o + numbers[i].offset, &v, sizeof v);
		}
	}
	return true;
}

int simulate_read_mark(const char *dir, struct simulate_options *ret, char why[200])
{
	struct simulate_options o;
	char text[MARK_MAX], *save = NULL, bad[200];
	int root = open(dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC), fd;
	ssize_t n = -1;
	size_t lines = 0;
	bool fine = true;

	fd = root < 0 ? -1 : openat(root, SIMULATE_MARK, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof text - 1);
	if (n < 0) {
		int err = -errno;

		snprintf(why, 200, "%.100s is no simulated tree: %s", dir, strerror(-err));
		out_close(fd);
		out_close(root);
		return err;
	}
	out_close(fd);
	out_close(root);
	text[n] = '\0';
	simulate_defaults(&o);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++)
		fine = fine && mark_line(&o, line);
	/* One that was cut short would describe another machine. */
	if (!fine || lines != COUNT(numbers) + 4 || simulate_check(&o, bad) < 0) {
		snprintf(why, 200, "%.100s/%s is not readable: write the tree anew", dir, SIMULATE_MARK);
		return -EINVAL;
	}
	*ret = o;
	return 0;
}

bool simulate_same(const struct simulate_options *a, const struct simulate_options *b)
{
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (number_get(a, &numbers[i]) != number_get(b, &numbers[i]))
			return false;
	}
	return a->seed == b->seed && a->clean == b->clean && strcmp(a->driver, b->driver) == 0 && strcmp(a->governor, b->governor) == 0;
}
