/* Checks: rules over the facts of one tick, and the findings that they leave, worst first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_H
#define PROBES_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct check_run;
struct snapshot;
struct value;

/* The numbers are those of placement.guest.thread.severity. */
enum severity { SEVERITY_NONE, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_CRIT };
/* UNKNOWN: what decides could not be read, or was not measured yet. It is never PASS. */
enum verdict { VERDICT_UNKNOWN, VERDICT_PASS, VERDICT_NOT_APPLICABLE, VERDICT_FIRE };
/* What one event can cost: a nanosecond never explains a millisecond. */
enum order { ORDER_NS, ORDER_US, ORDER_MS };
/* Which wake-up latency is felt: web 50 µs, trading 10 µs, batch none. */
enum profile { PROFILE_WEB, PROFILE_TRADING, PROFILE_BATCH };
enum { NPROFILES = PROFILE_BATCH + 1 };

/* One rule: a row of checks/FAMILY.def. Texts end with a full stop; estimates say "(estimate)". */
struct check {
	const char *id, *slug; /* "F02", "cpufreq-governor" */
	const char *family; /* "frequency": the file it is in */
	const char *title; /* a few words: "Governor" */
	const char *asks; /* the question, as a sentence that ends with ?: "Do busy CPUs run at their base clock?" */
	enum order order;
	double share; /* most of a request's time that it could explain, 0 to 1 (estimate), where the run gives none */
	double events; /* how often one request pays for it, at most (estimate); 0: see share */
	const char *explained_by; /* ids of its causes, parted by blanks, the likeliest first; NULL: it is a cause */
	const char *why; /* the mechanism and the magnitude */
	const char *now; /* what to do at once: in words, or the exact command */
	const char *action; /* name of the row in actions.def that does it; NULL: none */
	const char *value; /* for that action; NULL: it has to be chosen */
	const char *keep; /* how it survives a reboot */
	const char *risk;
	const char *when_not; /* when not to mend it */
	const char *verify; /* what to measure again */
	const char *source; /* who says so */
	const char *false_alarm; /* what looks like it and is not; NULL: none is known */
	const char *not_applicable; /* when the question does not arise; NULL: it always does */
	bool host; /* of hardware: in a virtual machine it is decided one level up, and NOT_APPLICABLE */
	bool measured; /* in the end only a measurement can tell: without one it is UNKNOWN, "not measured yet" */
	void (*judge)(struct check_run *r);
};

extern const struct check *const checks[]; /* all rows, in the order of CHECKS §1 */
extern const size_t nchecks;
/* By id or slug, in any case; NULL: there is none. */
const struct check *check_find(const char *name);
/* "tuned": the daemons that run and own what mends this check, so that they may take it back; NULL: none is known. */
const char *check_undone_by(struct arena *a, const struct snapshot *s, const struct check *c);
size_t check_index(const struct check *c);

/* One thing that fires: a CPU, a policy, a guest's disk. */
struct finding_part {
	enum severity severity;
	const char *text; /* "web3: disk vda is on IDE", with the measured numbers in it */
	const char *evidence; /* address of the fact that decides */
	const char *target; /* address for the action; NULL: it has none */
	const char *guest; /* key of the guest that it is about; NULL: of the host */
};

/* What one check said of one tick. All texts are in the arena of the findings. */
struct finding {
	const struct check *check;
	enum verdict verdict;
	enum severity severity; /* of FIRE: the worst of its parts; else NONE */
	const char *line; /* one line, always: what was found, or why it passes, does not apply or is not known */
	const struct finding_part *part; /* the worst first */
	size_t nparts;
	const char *const *evidence; /* further addresses that decided, whatever the verdict */
	size_t nevidence;
	size_t nunread; /* of what it looks at, so many could not be read */
	int err; /* of the first of them: negative errno; 0: not read yet, or not measured; -ECANCELED: skipped */
	bool never; /* the first of them cannot be known here, for the reason that its line says */
	const char *unread; /* address of the first of them; NULL: nothing was unread, or it has no address */
	const char *const *unreads; /* all addresses that were unread */
	size_t nunreads;
	const char *remedy; /* what would make it readable; NULL: nothing is known */
	const char *now; /* the exact command with the names of this host in it; NULL: check->now says enough */
	double cost_us; /* what one event costs at most; NAN: not known */
	double per_s; /* how often it is paid here, by the CPU or guest that pays most; NAN: not known */
	double share; /* of CPU-bound time that is lost at most, 0 to 1; NAN: see cost_us and check->share */
	const char *causes; /* ids, as explained_by, which the facts put in another order; NULL: as its row says */
	const struct finding *cause; /* the finding that explains this one: both count as one problem */
	enum severity worst; /* of it and of all that it explains: what that problem counts as */
	double level; /* the loss that it is sorted by: finding_loss() but for its small moves; 0: that itself */
	uint64_t since_ns; /* on the host's clock: since when it fires without a break; 0: it does not */
};

/* Of one snapshot; immutable and counted like it. */
struct findings {
	enum profile profile;
	uint64_t t_ns; /* of the snapshot */
	size_t n; /* nchecks */
	const struct finding *finding; /* in the order of checks[] */
	const struct finding *const *order; /* those that FIRE, the worst problems first, each followed by what it explains */
	size_t norder;
	size_t crit, warn, info; /* problems: what another finding explains is not counted */
	size_t passed, unknown, not_applicable; /* checks */
	size_t refused; /* of the unknown ones: those that were denied */
	uint64_t cost_ns; /* CPU time of all checks */
	_Atomic uint32_t refs;
	struct arena *a;
};

struct findings *findings_ref(struct findings *f);
void findings_unref(struct findings *f); /* NULL is fine */
const struct finding *findings_of(const struct findings *f, const struct check *c); /* NULL without f */
/* The most that it could explain of a request that takes so many ms, in ms; NAN: nothing can be said. */
double finding_most_ms(const struct finding *f, double request_ms);
/* The most that is lost of each second of work because of it, in ms: what findings of one severity are sorted by. */
double finding_loss(const struct finding *f);
/* The finding itself, or of those that explain it the first that an action mends; NULL: none. f may be NULL. */
const struct finding *finding_mendable(const struct finding *f);
/* Targets of its action, in the arena; how many. */
size_t finding_targets(const struct finding *f, struct arena *a, const char *const **ret);

/* What checks remember between ticks: their own past results, and no facts. Of one host. */
struct checks;
struct checks *checks_new(void);
void checks_free(struct checks *c); /* NULL is fine */
void checks_forget(struct checks *c); /* time was turned back */
/* Judges a whole snapshot. One reference is the caller's. */
struct findings *checks_run(struct checks *c, const struct snapshot *s, enum profile profile);

/* Where this host is itself a virtual machine: what that means, as a sentence; else NULL. */
const char *checks_banner(const struct findings *f);

const char *severity_word(enum severity s); /* "crit", "warn", "info", "" */
const char *verdict_word(enum verdict v); /* "fire", "pass", "not applicable", "unknown" */
const char *order_word(enum order o); /* "ns", "µs", "ms" */
const char *profile_word(enum profile p); /* "web", "trading", "batch" */
int profile_from_word(const char *word, enum profile *ret); /* 0 or -EINVAL */

#endif
