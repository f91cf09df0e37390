/* What the parts of libvirt's threads share: the answers by path, the state of the connection, and who may touch what. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_VIRT_IMPL_H
#define PROBES_HOST_VIRT_IMPL_H

#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "probes/guest_xml.h"
#include "probes/host/virt.h"
#include "probes/text.h"

enum {
	VIRT_WHY = 200,
	VIRT_UUID = 37, /* with its NUL */
	VIRT_TEXT_MOST = 64 << 20, /* bytes of an answer */
	VIRT_PATHS_MOST = 50000,
	VIRT_BUCKETS = 1024,
	VIRT_EVENTS = 6,
	VIRT_HAPPENED_MOST = 1000, /* more guests than that at once: all are looked at anew */
	VIRT_NO_VERSION = 1, /* asked, but not told */
	VIRT_KEEPALIVE_S = 2,
	VIRT_KEEPALIVE_TIMES = 3, /* so many unanswered, and the connection is given up */
};

#define VIRT_SECOND UINT64_C(1000000000)
#define VIRT_RETRY_NS (5 * VIRT_SECOND)
#define VIRT_SILENT_NS (3 * VIRT_SECOND) /* a call that takes longer is not answered */
#define VIRT_LIST_NS (10 * VIRT_SECOND) /* states are asked anew that often when no event came */
#define VIRT_FORGET_NS (300 * VIRT_SECOND)
#define VIRT_WRITTEN_NS (2 * VIRT_SECOND) /* the connection for writing is closed that long after the last one */

enum virt_kind { VIRT_GUESTS, VIRT_XML, VIRT_PIN, VIRT_STATS };
struct virt_path {
	enum virt_kind kind;
	char uuid[VIRT_UUID]; /* "" of stats of all */
	bool live; /* else the definition */
	struct pin_name pin;
	unsigned groups; /* virDomainStatsTypes */
};

/* One path that somebody asked for. */
struct virt_answer {
	struct virt_answer *next; /* of its bucket */
	struct virt_answer *later; /* of the queue */
	char *name; /* the path as it was asked */
	struct virt_path path;
	bool queued;
	unsigned waiting; /* readers */
	uint64_t wanted_ns; /* the last time */
	uint64_t began_ns; /* when the newest try that came to an end began; 0: none did */
	int err; /* of that, when it was about the path */
	char why[VIRT_WHY];
	char *text; /* the newest good answer */
	size_t len;
	uint64_t t_ns;
};

struct virt_answers {
	struct virt_answer *bucket[VIRT_BUCKETS];
	size_t n;
	struct virt_answer *first, *last; /* the queue */
};

enum virt_link { LINK_CONNECTING, LINK_CONNECTED, LINK_NONE, LINK_REFUSED, LINK_SILENT, LINK_LOST };

struct virt_state {
	enum virt_link link;
	char why[VIRT_WHY];
	int err; /* of the newest try to connect */
	uint64_t since_ns, answered_ns;
	uint64_t failed_ns; /* when the newest try to connect failed, or the connection was lost */
	uint64_t call_ns; /* a call is under way since; 0: none is */
	uint64_t hung_ns; /* call_ns of the call for which somebody's time ran out */
	bool was_connected, of_this_machine;
	char hostname[256], driver[32];
	unsigned long libvirt, hypervisor;
	int cpus; /* of the host, from 0; 0: not told */
};

/* A guest of the newest list. */
struct virt_guest {
	char uuid[VIRT_UUID];
	int id; /* -1: does not run */
	const char *state;
	bool transient, moved; /* moved: since the list was told */
	uint64_t generation;
	char *name;
};

struct virt {
	pthread_mutex_t lock;
	pthread_cond_t work; /* there is something to do */
	pthread_cond_t changed; /* an answer or the state is new; on the monotonic clock */
	/* Under the lock: */
	unsigned refs; /* of the owner and of the threads */
	bool started, quit, hurry; /* hurry: somebody waits, so the next try to connect is now */
	struct virt_answers answers;
	struct virt_state state;

	bool dropped; /* libvirt told that the connection is gone */
	bool dirty; /* an event came since the states were asked */
	char (*happened)[VIRT_UUID]; /* guests of which events told since the list was asked */
	size_t nhappened;
	bool freed; /* the timer is gone: the loop ends */

	/* Constant once it is started. */
	struct machine *m; /* the owner's: not looked at by the threads */
	char *uri;
	bool local, tested; /* without a server part; of the test driver */
	bool live_host; /* the machine is the one that this program runs on */
	char machine_name[65];
	pthread_t asker, loop;

	/* Of the asking thread alone. */
	virConnectPtr conn;
	int timer, event[VIRT_EVENTS];
	uint64_t retry_ns, forget_ns, listed_ns;
	struct virt_guest *guest; /* by UUID */
	size_t nguests;
	uint64_t generation; /* the highest that was given */

	/* Of whoever writes. */
	pthread_mutex_t write_lock;
	virConnectPtr rw;
	uint64_t written_ns;
};

struct timespec virt_moment(uint64_t ns);

/* virt.c: the memory itself is counted, since threads that hang may outlive its owner. */
void virt_unref(struct virt *v);
int virt_start(struct virt *v, char why[VIRT_WHY]); /* the thread, at the first call */

/* virt_path.c: 0, or -EOPNOTSUPP for what libvirt has no answer to. */
int virt_path_parse(const char *name, struct virt_path *ret);
/* Adds a text of strangers: a backslash, control characters and what is no UTF-8 as escapes. */
void virt_escape(struct text *t, const char *s);

/* virt_answers.c: all under the lock. */
struct virt_answer *virt_answers_get(struct virt_answers *a, const char *name, const struct virt_path *path); /* or NULL */
struct virt_answer *virt_answers_find(const struct virt_answers *a, const char *name);
void virt_answers_queue(struct virt_answers *a, struct virt_answer *e, bool first);
struct virt_answer *virt_answers_next(struct virt_answers *a); /* off the queue; NULL when it is empty */
void virt_answers_forget(struct virt_answers *a, uint64_t before_ns); /* those that were not wanted since */
void virt_answers_free(struct virt_answers *a);

/* virt_state.c: libvirt's errors as ours, and what is said of the connection. */
int virt_error(char why[VIRT_WHY]); /* the last one of this thread: a negative errno, its words in why */
enum virt_link virt_refusal(int err); /* what the last error says of a try to connect that ended with err */
bool virt_is_away(virConnectPtr conn); /* the last error is about the connection, not about what was asked */
struct virt_state virt_state_now(struct virt *v, uint64_t now); /* under the lock */
void virt_state_set(struct virt_state *s, enum virt_link link, const char *why, uint64_t now); /* under the lock */
const char *virt_link_word(enum virt_link link);
const char *virt_link_words(enum virt_link link); /* of a sentence */
size_t virt_state_text(struct virt *v, char *buf, size_t size);

/* virt_connect.c: how connections are made; none ever asks for a password. */
int virt_library(void); /* libvirt itself, silent: 0 or -1 */
void virt_prepare(struct virt *v, const char *uri); /* the URI, and what follows from it */
int virt_open(struct virt *v, virConnectPtr *ret, char why[VIRT_WHY]); /* to read */
bool virt_is_ours(const struct virt *v, const char *hostname);
void virt_describe(virConnectPtr conn, const struct virt *v, struct virt_state *ret);
void virt_listen(struct virt *v); /* events, close, keepalive */
void virt_disconnect(struct virt *v);

/* virt_loop.c */
int virt_loop_start(struct virt *v); /* under the lock: 0 or a negative errno */
/* Does one path now, and keeps its answer: false when libvirt went away. Of the asking thread. */
bool virt_loop_answer(struct virt *v, struct virt_answer *e);
/* From events: something happened to a guest, to the connection. */
void virt_loop_event(struct virt *v, virDomainPtr dom, bool listed);
void virt_loop_dropped(struct virt *v);

/* virt_ask.c: asks libvirt; the text, or a negative errno with why. */
int virt_ask(struct virt *v, const struct virt_path *path, struct text *ret, char why[VIRT_WHY]);
int virt_ask_pin(virConnectPtr conn, const struct virt_path *path, struct text *ret, char why[VIRT_WHY]);
/* The guest, in the scope of the path: -ENOENT when it has none there. */
int virt_lookup(virConnectPtr conn, const struct virt_path *path, virDomainPtr *ret, char why[VIRT_WHY]);
/* virt_define.c: texts have secrets: they become no answer and are wiped. */
int virt_definition(virDomainPtr dom, char **ret, char why[VIRT_WHY]);
void virt_wipe(char *xml); /* and frees it; NULL is fine */
/* Takes the element away from the definition. */
int virt_unpin(virConnectPtr conn, virDomainPtr dom, const struct virt_path *path, char why[VIRT_WHY]);
/* Takes away what libvirt wrote beside the pin into a definition that was `before`. */
int virt_only_pinned(virConnectPtr conn, virDomainPtr dom, const char *before, char why[VIRT_WHY]);
/* virt_guests.c */
int virt_ask_guests(struct virt *v, struct text *ret, char why[VIRT_WHY]);
void virt_guests_happened(struct virt *v, const char *uuid); /* under the lock */
void virt_guests_all_moved(struct virt *v);
void virt_guests_free(struct virt *v);

#endif
