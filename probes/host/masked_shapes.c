/* Finds what is known by its shape alone, wherever it stands: UUIDs, MAC and IP addresses, world-wide names. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/masked_impl.h"
#include "probes/util.h"

enum { UUID = 36, UUID_DIGITS = 32, PAIRS_MOST = 32, WWN_LEAST = 16 };

static bool is_hex(char c)
{
	return isxdigit((unsigned char)c);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c);
}

/* How many hexadecimal digits begin s, as far as there are so many at most. */
static size_t digits(struct slice s, size_t most)
{
	size_t n = 0;

	while (n < s.len && n < most && is_hex(s.p[n]))
		n++;
	return n;
}

static struct slice from(struct slice s, size_t at)
{
	return (struct slice){s.p + at, s.len - at};
}

/* What parts the groups of a UUID here: "-", "_" in names of pods, systemd's "\x2d", and nothing. */
static struct slice parting(struct slice s)
{
	if (s.len && (s.p[0] == '-' || s.p[0] == '_'))
		return (struct slice){s.p, 1};
	if (slice_starts(s, "\\x2d"))
		return (struct slice){s.p, 4};
	return (struct slice){s.p, 0};
}

/* A UUID at the beginning of s: its bytes there, its usual form, and what parts it; 0: there is none. */
static size_t uuid_at(struct slice s, char ret[UUID + 1], struct slice *ret_parting)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	size_t at = 0, n = 0;

	if (s.len < UUID_DIGITS || digits(s, 8) < 8)
		return 0;
	*ret_parting = parting(from(s, 8));
	for (size_t i = 0; i < COUNT(groups); i++) {
		if (i) {
			if (s.len - at < ret_parting->len || memcmp(s.p + at, ret_parting->p, ret_parting->len) != 0)
				return 0;
			at += ret_parting->len;
			ret[n++] = '-';
		}
		if (digits(from(s, at), groups[i]) < groups[i])
			return 0;
		for (size_t k = 0; k < groups[i]; k++)
			ret[n++] = (char)tolower((unsigned char)s.p[at++]);
	}
	ret[n] = '\0';
	return at < s.len && is_word(s.p[at]) ? 0 : at;
}

/* All zeros or all ones say that there is none. */
static bool says_nothing(const char *text)
{
	return text[strspn(text, "0-:")] == '\0' || text[strspn(text, "fF-:")] == '\0';
}

static size_t take_uuid(struct masks *m, struct text *t, struct slice s, bool word)
{
	struct slice between;
	char uuid[UUID + 1];
	size_t len = uuid_at(s, uuid, &between);
	const char *masked;

	if (!len || (!between.len && word) || says_nothing(uuid))
		return 0;
	masked = mask_of(m, MASK_UUID, slice_of(uuid));
	for (; *masked; masked++) {
		if (*masked == '-')
			mask_put_slice(t, between);
		else
			mask_put(t, masked, 1);
	}
	return len;
}

/* Pairs of digits with that sign between them: how many bytes, and how many pairs. */
static size_t pairs_at(struct slice s, char sign, size_t *ret_pairs)
{
	size_t at = 0, n = 0;

	while (n < PAIRS_MOST && digits(from(s, at), 3) == 2) {
		n++;
		at += 2;
		if (at + 1 >= s.len || s.p[at] != sign || digits(from(s, at + 1), 3) != 2)
			break;
		at++;
	}
	*ret_pairs = n;
	return at < s.len && (s.p[at] == sign || is_word(s.p[at])) ? 0 : at;
}

/* Six pairs, or more of them where the network is no Ethernet; "01-" before them is how boot loaders write it. */
static size_t take_mac(struct masks *m, struct text *t, struct slice s)
{
	char mac[3 * PAIRS_MOST];
	size_t pairs, skip = slice_starts(s, "01-") ? 3 : 0, len = pairs_at(s, skip ? '-' : ':', &pairs);
	const char *masked;

	if (skip && pairs != 7)
		len = pairs_at(s, '-', &pairs), skip = 0;
	if (pairs < 6 && s.len > 2 && s.p[2] == '-')
		len = pairs_at(s, '-', &pairs);
	if (!len || pairs < 6 || len - skip >= sizeof(mac))
		return 0;
	for (size_t i = skip; i <= len; i++)
		mac[i - skip] = i == len ? '\0' : s.p[i] == '-' ? ':' : (char)tolower((unsigned char)s.p[i]);
	if (says_nothing(mac))
		return 0;
	masked = mask_of(m, MASK_MAC, slice_of(mac));
	mask_put(t, s.p, skip);
	for (size_t i = strlen(mac); i > strlen("52:54:00:00:00:01"); i -= 3)
		mask_put(t, "00:", 3);
	for (; *masked; masked++)
		mask_put(t, *masked == ':' ? &s.p[2] : masked, 1);
	return len;
}

/* "enx525400aabbcc" */
static size_t take_interface(struct masks *m, struct text *t, struct slice s)
{
	char mac[] = "00:00:00:00:00:00";
	const char *masked;

	if (!(slice_starts(s, "enx") || slice_starts(s, "wlx")) || digits(from(s, 3), 13) != 12 ||
		(s.len > 15 && is_word(s.p[15])))
		return 0;
	for (size_t i = 0; i < 12; i++)
		mac[i / 2 * 3 + i % 2] = (char)tolower((unsigned char)s.p[3 + i]);
	masked = mask_of(m, MASK_MAC, slice_of(mac));
	mask_put(t, s.p, 3);
	for (; *masked; masked++)
		if (*masked != ':')
			mask_put(t, masked, 1);
	return 15;
}

/* Digits in a row that are too many for a number: names of disks and ports in the world, of containers. */
static size_t take_hex(struct masks *m, struct text *t, struct slice s)
{
	static const char *const before[] = {"naa.", "eui.", "wwn-0x", "t10.", "nvme."};
	size_t skip = 0, n, least = UUID_DIGITS;
	char plain[2 * UUID_DIGITS + 1];

	for (size_t i = 0; i < COUNT(before) && !skip; i++)
		if (slice_starts(s, before[i]))
			skip = strlen(before[i]);
	if (skip)
		least = WWN_LEAST;
	n = digits(from(s, skip), s.len);
	if (n < least || (skip + n < s.len && is_word(s.p[skip + n])))
		return 0;
	snprintf(plain, sizeof(plain), "%.*s", (int)(n < sizeof(plain) ? n : sizeof(plain) - 1), s.p + skip);
	if (says_nothing(plain))
		return 0;
	mask_put(t, s.p, skip);
	mask_put_slice(t, slice_of(mask_of(m, MASK_HEX, (struct slice){s.p + skip, n})));
	return skip + n;
}

static size_t take_ip4(struct masks *m, struct text *t, struct slice s)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr a;
	size_t n = 0;

	while (n < s.len && (isdigit((unsigned char)s.p[n]) || s.p[n] == '.'))
		n++;
	if (n && s.p[n - 1] == '.')
		n--;
	if (n < 7 || n >= sizeof(text) || (n < s.len && is_word(s.p[n])))
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)n, s.p);
	if (inet_pton(AF_INET, text, &a) != 1)
		return 0;
	/* of every machine, and masks of nets */
	if (slice_starts(s, "127.") || slice_starts(s, "255.") || !a.s_addr)
		return 0;
	mask_put_slice(t, slice_of(mask_of(m, MASK_IP4, slice_of(text))));
	return n;
}

static size_t take_ip6(struct masks *m, struct text *t, struct slice s)
{
	static const struct in6_addr loopback = IN6ADDR_LOOPBACK_INIT, any = IN6ADDR_ANY_INIT;
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;
	size_t n = 0, colons = 0;

	for (; n < s.len && (is_hex(s.p[n]) || s.p[n] == ':' || s.p[n] == '.'); n++)
		colons += s.p[n] == ':';
	if (n && s.p[n - 1] == '.')
		n--;
	if (n > 1 && s.p[n - 1] == ':' && s.p[n - 2] != ':')
		n--;
	if (colons < 2 || n >= sizeof(text) || (n < s.len && is_word(s.p[n])))
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)n, s.p);
	if (inet_pton(AF_INET6, text, &a) != 1 || !memcmp(&a, &loopback, sizeof(a)) || !memcmp(&a, &any, sizeof(a)))
		return 0;
	inet_ntop(AF_INET6, &a, text, sizeof(text));
	mask_put_slice(t, slice_of(mask_of(m, MASK_IP6, slice_of(text))));
	return n;
}

/* What begins here, where before stood `last`; how many bytes of it were taken. */
static size_t take(struct masks *m, struct text *t, struct slice s, char last, bool ip)
{
	bool word = is_word(last);
	size_t n = 0;

	if (is_hex(s.p[0]))
		n = take_uuid(m, t, s, word);
	if (n || word)
		return n;
	if (is_hex(s.p[0]) && last != ':' && last != '-')
		n = take_mac(m, t, s);
	n = n ? n : take_interface(m, t, s);
	n = n ? n : take_hex(m, t, s);
	if (n || !ip)
		return n;
	if (isdigit((unsigned char)s.p[0]) && last != '.')
		n = take_ip4(m, t, s);
	if (!n && (is_hex(s.p[0]) || s.p[0] == ':') && last != ':' && last != '.')
		n = take_ip6(m, t, s);
	return n;
}

void mask_shapes(struct masks *m, struct text *t, struct slice s, bool ip)
{
	struct text taken = text_begin();
	size_t plain = 0;
	char last = '\0';

	for (size_t i = 0; i < s.len; last = s.p[i - 1]) {
		size_t n = is_word(s.p[i]) || s.p[i] == ':' ? take(m, &taken, from(s, i), last, ip) : 0;

		if (n) {
			mask_put(t, s.p + plain, i - plain);
			mask_put(t, taken.bytes, taken.len);
			taken.len = 0;
			plain = i + n;
		}
		i += n ? n : 1;
	}
	mask_put(t, s.p + plain, s.len - plain);
	text_end(&taken, NULL);
}

void mask_interfaces(struct masks *m, struct text *t, struct slice s)
{
	size_t plain = 0, i = 0;
	const char *x;

	while (i < s.len && (x = memchr(s.p + i, 'x', s.len - i))) {
		size_t start = (size_t)(x - s.p) - 2, n = 0;

		i = (size_t)(x - s.p) + 1;
		if (i < 3 || start < plain || (start && is_word(s.p[start - 1])))
			continue;
		mask_put(t, s.p + plain, start - plain);
		n = take_interface(m, t, from(s, start));
		plain = start + n;
		i = n ? plain : i;
	}
	mask_put(t, s.p + plain, s.len - plain);
}
