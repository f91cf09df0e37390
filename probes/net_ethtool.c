/* Reads of a card what ethtool shows: how long it may hold packets back, its queues and buffers, and what its link can. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "probes/host/host.h"
#include "probes/net_impl.h"
#include "probes/parse.h"

/* One question, and the fields that its answer has. */
struct topic {
	const char *what;
	struct {
		const char *key;
		size_t at; /* of the field */
		const char *most; /* key of what it could be at most: where that is 0 there is no such thing */
		bool is_bool;
	} part[6];
};

#define AT(member) offsetof(struct net_interface, member)

static const struct topic topics[] = {
	{"coalesce",
		{{"adaptive_rx", AT(adaptive_rx), NULL, true}, {"rx_usecs", AT(rx_usecs), NULL, false},
			{"rx_frames", AT(rx_frames), NULL, false}, {"tx_usecs", AT(tx_usecs), NULL, false}}},
	{"channels",
		{{"combined", AT(channels), "combined_max", false},
			{"combined_max", AT(channels_max), "combined_max", false},
			{"rx", AT(rx_channels), "rx_max", false}, {"rx_max", AT(rx_channels_max), "rx_max", false},
			{"tx", AT(tx_channels), "tx_max", false}, {"tx_max", AT(tx_channels_max), "tx_max", false}}},
	{"rings", {{"rx", AT(rx_ring), "rx_max", false}, {"rx_max", AT(rx_ring_max), "rx_max", false}}},
	{"link",
		{{"supported_mbps", AT(supported_mbps), "supported_mbps", false},
			{"advertised_mbps", AT(advertised_mbps), "advertised_mbps", false},
			{"autoneg", AT(autoneg), NULL, true}}},
};

static struct value number(const char *text, const char *key)
{
	struct slice s;
	uint64_t u;

	if (!answer_value(text, key, &s))
		return value_error(-ENOENT, 0);
	return parse_u64(s, &u) ? value_error(-EINVAL, 0) : value_u64(u, 0);
}

static struct value part_of(const char *text, const char *key, const char *most, bool is_bool)
{
	struct value v = number(text, key);

	if (!value_known(v))
		return v;
	if (most && !value_u64_or(number(text, most), 0))
		return value_error(-ENOENT, 0);
	if (is_bool)
		return v.u <= 1 ? value_bool(v.u, 0) : value_error(-EINVAL, 0);
	return v;
}

static void fill(const struct topic *topic, int err, const char *text, struct net_interface *row)
{
	for (size_t i = 0; i < COUNT(topic->part) && topic->part[i].key; i++) {
		struct value *v = (struct value *)(void *)((char *)row + topic->part[i].at);

		*v = err ? value_error(err, 0)
			 : part_of(text, topic->part[i].key, topic->part[i].most, topic->part[i].is_bool);
	}
}

bool net_read_ethtool(const struct tick *t, const char *name, struct net_interface *row)
{
	bool all = true;

	for (size_t i = 0; i < COUNT(topics); i++) {
		struct answer answer;
		char path[128];
		int err;

		if (!net_is_physical(row)) {
			for (size_t k = 0; k < COUNT(topics[i].part) && topics[i].part[k].key; k++)
				*(struct value *)(void *)((char *)row + topics[i].part[k].at) =
					value_error(-ENODEV, 0); /* not hardware */
			continue;
		}
		snprintf(path, sizeof(path), "@ethtool/%.64s/%s", name, topics[i].what);
		err = host_read(t->h, path, &answer);
		if (err == -EINPROGRESS)
			all = false;
		else
			fill(&topics[i], err, answer.text, row);
	}
	return all;
}
