/* A private folder for simulated machines, and looks into their files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SIMULATED_H
#define TESTS_LIB_SIMULATED_H

#include <stddef.h>
#include <sys/stat.h>

#include "probes/host/simulate.h"

#define CPU "sys/devices/system/cpu/"

/* state of a test; trees are made below it by name. */
struct place {
	char *dir; /* as of tree_new() */
	int fd; /* of that */
};

/* For cmocka_unit_test_setup_teardown(). */
int place_setup(void **state);
int place_teardown(void **state);
/* The path of what has that name below it; buf is returned. */
const char *place_path(const struct place *p, const char *name, char buf[300]);

/* 16 CPUs in two packages, four of them busy, four idle states. */
struct simulate_options small_machine(void);
/* Writes the tree of that name; the test ends when it fails. */
void make_machine(const struct place *p, const char *tree, const struct simulate_options *o);

/* The text of a file, with a NUL behind it; NULL when it is not there. st may be NULL. The caller frees. */
char *slurp(const struct place *p, const char *tree, const char *path, struct stat *st);
void assert_file(const struct place *p, const char *tree, const char *path, const char *wanted);
void assert_no_file(const struct place *p, const char *tree, const char *path);
/* Writes over a file from its start; flags are of open(). */
void overwrite(const struct place *p, const char *tree, const char *path, const char *text, int flags);
/* What scaling_cur_freq says: always seven digits. */
unsigned long khz_of(const struct place *p, const char *tree, unsigned cpu);

#endif
