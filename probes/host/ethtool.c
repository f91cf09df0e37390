/* Asks the driver of an interface what ethtool shows: coalescing, channels, rings and the link. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/parse.h"
#include "probes/util.h"

_Static_assert(ETHTOOL_NAME == IFNAMSIZ, "names are as long as the kernel has them");

enum { BITS = 32, WORDS_MOST = 127 };

static const char *const topics[] = {"coalesce", "channels", "rings", "link"};

int ethtool_path(const char *path, char ret_name[ETHTOOL_NAME], enum ethtool_topic *ret_topic)
{
	static const char prefix[] = "@ethtool/";
	const char *name = path + sizeof(prefix) - 1, *slash;

	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0)
		return -EINVAL;
	slash = strchr(name, '/');
	if (!slash || slash == name || slash - name >= ETHTOOL_NAME)
		return -EINVAL;
	for (size_t i = 0; i < COUNT(topics); i++) {
		if (strcmp(slash + 1, topics[i]) != 0)
			continue;
		snprintf(ret_name, ETHTOOL_NAME, "%.*s", (int)(slash - name), name);
		*ret_topic = (enum ethtool_topic)i;
		return 0;
	}
	return -EINVAL;
}

/* The first bit of each speed and how many follow it are scattered: the kernel adds at the end. */
unsigned ethtool_fastest(const unsigned *words, unsigned nwords)
{
	static const struct {
		unsigned from, to, mbps;
	} speeds[] = {{0, 1, 10}, {2, 3, 100}, {4, 5, 1000}, {12, 12, 10000}, {15, 15, 2500}, {17, 17, 1000}, {18, 20, 10000},
		{21, 22, 20000}, {23, 26, 40000}, {27, 30, 56000}, {31, 33, 25000}, {34, 35, 50000}, {36, 39, 100000},
		{40, 40, 50000}, {41, 41, 1000}, {42, 46, 10000}, {47, 47, 2500}, {48, 48, 5000}, {52, 56, 50000},
		{57, 61, 100000}, {62, 66, 200000}, {67, 67, 100}, {68, 68, 1000}, {69, 73, 400000}, {75, 79, 100000}, {80, 84, 200000},
		{85, 89, 400000}, {90, 91, 100}, {92, 92, 10}, {93, 98, 800000}, {99, 101, 10}};
	unsigned best = 0;

	for (size_t i = 0; i < COUNT(speeds); i++)
		for (unsigned bit = speeds[i].from; bit <= speeds[i].to && bit / BITS < nwords; bit++)
			if (words[bit / BITS] >> bit % BITS & 1 && speeds[i].mbps > best)
				best = speeds[i].mbps;
	return best;
}

/* One question: the command is the first word of what is asked with. */
static int question(int fd, const char *name, void *data)
{
	struct ifreq request = {.ifr_data = data};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

static int coalesce(int fd, const char *name, char *buf, size_t size)
{
	struct ethtool_coalesce c = {.cmd = ETHTOOL_GCOALESCE};
	int err = question(fd, name, &c);

	return err ? err
		   : snprintf(buf, size,
			     "adaptive_rx=%d\nadaptive_tx=%d\nrx_usecs=%u\nrx_frames=%u\ntx_usecs=%u\ntx_frames=%u\n",
			     c.use_adaptive_rx_coalesce != 0, c.use_adaptive_tx_coalesce != 0, c.rx_coalesce_usecs,
			     c.rx_max_coalesced_frames, c.tx_coalesce_usecs, c.tx_max_coalesced_frames);
}

static int channels(int fd, const char *name, char *buf, size_t size)
{
	struct ethtool_channels c = {.cmd = ETHTOOL_GCHANNELS};
	int err = question(fd, name, &c);

	return err ? err
		   : snprintf(buf, size, "combined=%u\ncombined_max=%u\nrx=%u\nrx_max=%u\ntx=%u\ntx_max=%u\n",
			     c.combined_count, c.max_combined, c.rx_count, c.max_rx, c.tx_count, c.max_tx);
}

static int rings(int fd, const char *name, char *buf, size_t size)
{
	struct ethtool_ringparam r = {.cmd = ETHTOOL_GRINGPARAM};
	int err = question(fd, name, &r);

	return err ? err
		   : snprintf(buf, size, "rx=%u\nrx_max=%u\ntx=%u\ntx_max=%u\n", r.rx_pending, r.rx_max_pending,
			     r.tx_pending, r.tx_max_pending);
}

static int link_text(const struct ethtool_link_settings *l, unsigned nwords, char *buf, size_t size)
{
	bool has_speed = l->speed && l->speed != (unsigned)SPEED_UNKNOWN;
	int n = 0;

	if (has_speed)
		n = snprintf(buf, size, "speed_mbps=%u\n", l->speed);
	if (l->duplex != DUPLEX_UNKNOWN)
		n += snprintf(buf + n, size - (size_t)n, "duplex=%s\n", l->duplex == DUPLEX_HALF ? "half" : "full");
	return n + snprintf(buf + n, size - (size_t)n, "autoneg=%d\nsupported_mbps=%u\nadvertised_mbps=%u\n",
			   l->autoneg == AUTONEG_ENABLE, ethtool_fastest(l->link_mode_masks, nwords),
			   ethtool_fastest(l->link_mode_masks + nwords, nwords));
}

/* The first answer only says how many words of modes the kernel has. */
static int link_settings(int fd, const char *name, char *buf, size_t size)
{
	union {
		struct ethtool_link_settings l;
		unsigned char room[sizeof(struct ethtool_link_settings) + 3 * WORDS_MOST * sizeof(unsigned)];
	} u = {.l = {.cmd = ETHTOOL_GLINKSETTINGS}};
	int nwords, err = question(fd, name, &u.l);

	if (err)
		return err;
	nwords = -u.l.link_mode_masks_nwords;
	if (nwords <= 0 || nwords > WORDS_MOST)
		return -EIO;
	memset(&u, 0, sizeof(u));
	u.l.cmd = ETHTOOL_GLINKSETTINGS;
	u.l.link_mode_masks_nwords = (signed char)nwords;
	err = question(fd, name, &u.l);
	return err ? err : link_text(&u.l, (unsigned)nwords, buf, size);
}

int ethtool_ask(const char *name, enum ethtool_topic topic, char *buf, size_t size, char why[200])
{
	static int (*const asks[])(int, const char *, char *, size_t) = {coalesce, channels, rings, link_settings};
	/* the kernel takes such questions on a socket of any kind: this one cannot reach a network */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), n;
	char path[64];

	snprintf(path, sizeof(path), "@ethtool/%s/%s", name, topics[topic]);
	if (fd < 0)
		return why_errno(why, -errno, path);
	n = asks[topic](fd, name, buf, size);
	close(fd);
	if (n == -EOPNOTSUPP)
		return why_path(why, n, path, ": its driver does not say");
	return n < 0 ? why_errno(why, n, path) : n;
}
