/* What ethtool shows of an interface, asked of its driver by ioctl: never changed, and never waited for long. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_ETHTOOL_H
#define PROBES_HOST_ETHTOOL_H

#include <stdbool.h>
#include <stddef.h>

enum { ETHTOOL_TEXT = 512, ETHTOOL_NAME = 16 };

enum ethtool_topic { ETHTOOL_COALESCE, ETHTOOL_CHANNELS, ETHTOOL_RINGS, ETHTOOL_LINK };

/* "@ethtool/IF/{coalesce,channels,rings,link}"; -EINVAL for any other path. */
int ethtool_path(const char *path, char ret_name[ETHTOOL_NAME], enum ethtool_topic *ret_topic);
/*
 * Asks the driver, and waits for as long as it takes: it may hold the kernel's lock of all interfaces. key=value lines;
 * their length, or a negative errno and why: -ENODEV without such an interface, -EOPNOTSUPP where its driver cannot say.
 */
int ethtool_ask(const char *name, enum ethtool_topic topic, char *buf, size_t size, char why[200]);
/* The highest speed in the kernel's bits of link modes, in Mbit/s; 0: none that is known. */
unsigned ethtool_fastest(const unsigned *words, unsigned nwords);

/* A thread that asks, so that nobody who reads waits longer than a moment. It begins with the first question. */
struct ethtool;
typedef int ethtool_asker(const char *name, enum ethtool_topic topic, char *buf, size_t size, char why[200]);
struct ethtool *ethtool_new(ethtool_asker *ask); /* ethtool_ask; tests have others */
void ethtool_free(struct ethtool *e); /* NULL is fine; never waits long for a driver */
/*
 * The text of that path: its length, or a negative errno and why. -EINPROGRESS when the driver takes its time: who asks
 * again later gets the answer. While one is late nobody else waits. Any thread may ask.
 */
int ethtool_text(struct ethtool *e, const char *path, char *buf, size_t size, char why[200]);

#endif
