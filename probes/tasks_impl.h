/* What the files of the tasks probe share: the processes that it follows from tick to tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TASKS_IMPL_H
#define PROBES_TASKS_IMPL_H

#include "probes/tasks.h"

enum { NTASKS_FIELDS = 3, NTASKS_TASK_FIELDS = 11 };
extern const struct field tasks_fields[NTASKS_FIELDS];
extern const struct field tasks_task_fields[NTASKS_TASK_FIELDS];

#endif
