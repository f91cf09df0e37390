/* The machines of tests/hosts: each is a text that says which files there are; here they become folders. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_HOSTS_H
#define TESTS_LIB_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * tests/hosts/NAME/tree says what is there, tests/hosts/NAME/later what has changed when it is looked at again:
 *   = /path text     a file of one line
 *   = /path          a file of the lines that follow, each behind a tab; \n, \t and \xNN in them mean what they say
 *   > /path target   a symbolic link
 *   / /path          a folder
 *   - /path          that file is gone
 *   # …              a comment
 * {0-3,8} in a path makes one of each number; {} in it and in its text is that number, {/4}, {%4}, {+1} what comes of
 * it, left to right ({%4+1}). A line of text with {0-3} of its own is written once for each of them.
 * \xNN is a byte, \\ a backslash; \c at the end of a line: no newline.
 */
void host_unpack(const char *tree, const char *name, const char *part);
bool host_has(const char *name, const char *part); /* there is such a text */

/* The names of all machines, sorted; ends with NULL. For host_names_free(). */
char **host_names(void);
void host_names_free(char **names);

#endif
