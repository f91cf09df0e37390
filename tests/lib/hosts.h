/* The machines of tests/hosts: captures, opened as they are, or unpacked into folders for tests that change them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_HOSTS_H
#define TESTS_LIB_HOSTS_H

struct host;

/* Opens tests/hosts/NAME.host, before its first tick. Ends the test when it cannot. */
struct host *host_capture(const char *name);
char *host_file(const char *name); /* that path, for free() */

/*
 * "tree" makes files below tree of what the machine answers in its first tick; "later" changes those that answer
 * otherwise in the second, and no others. What libvirt says goes below /@virt; what is refused is not there.
 */
void host_unpack(const char *tree, const char *name, const char *part);
/* Time goes on there: the counters of /proc/stat grow by steps (from 1) times what they grew by until "later". */
void host_move(const char *tree, const char *name, unsigned steps);

/* The names of all machines, sorted; ends with NULL. For host_names_free(). */
char **host_names(void);
void host_names_free(char **names);

#endif
