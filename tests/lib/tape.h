/* Captures of the machines of tests/hosts with as many ticks as a test needs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_TAPE_H
#define TESTS_LIB_TAPE_H

struct host;

/*
 * Writes FOLDER/NAME.host and returns its path, for free(). The first tick is the machine as it is, the second what is
 * later, each a second after the one before; from the third on only what is due is asked, and CPU 0 of founding is
 * 3 %, 4 % … busy. All of these end the test when they fail.
 */
char *tape_file(const char *folder, const char *name, unsigned ticks);
struct host *tape_host(const char *path);

#endif
