/* Kinds of lines in the kernel's log, and the thread that such a line names. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kernel_log_lines.h"

#include <string.h>

#include "probes/util.h"

static const struct {
	const char *name, *has;
} rows[] = {
#define KIND(name, has) {#name, has},
#include "probes/kernel_log.def"
#undef KIND
};

/* Rows of one name stand together: where the nth one begins. */
static size_t kind_of_row(size_t row)
{
	size_t kind = 0;

	for (size_t i = 1; i <= row; i++)
		kind += strcmp(rows[i].name, rows[i - 1].name) != 0;
	return kind;
}

const char *kernel_log_name(size_t kind)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (kind_of_row(i) == kind)
			return rows[i].name;
	return NULL;
}

int kernel_log_kind_of(struct slice line)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (memmem(line.p, line.len, rows[i].has, strlen(rows[i].has)))
			return (int)kind_of_row(i);
	return -1;
}

/* A thread's name may hold slashes and colons: its number is what stands last before " took a". */
bool kernel_log_thread(struct slice line, struct slice *ret_comm, uint64_t *ret_pid)
{
	const char *took = memmem(line.p, line.len, " took a ", 8), *slash, *from;

	if (!took)
		return false;
	slash = memrchr(line.p, '/', (size_t)(took - line.p));
	from = memmem(line.p, line.len, ": #", 3);
	from = from ? memmem(from + 3, (size_t)(line.p + line.len - from - 3), ": ", 2) : NULL;
	if (!slash || !from || from + 2 >= slash)
		return false;
	*ret_comm = (struct slice){from + 2, (size_t)(slash - from - 2)};
	return parse_u64((struct slice){slash + 1, (size_t)(took - slash - 1)}, ret_pid) == 0;
}
