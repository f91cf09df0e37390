/* Thresholds, all in one place: where the sources give no number they are estimates. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_LIMITS_H
#define PROBES_LIMITS_H

#define BUSY_PERCENT 20.0 /* a CPU less busy than this sleeps too much for its clock to be judged */
#define AWAKE_PERCENT 90.0 /* a CPU at least this busy is taken to be awake at any moment */
#define SLOW_SHARE 0.92 /* of base: below it a busy CPU is slow */
#define FAR_SHARE 0.70 /* of base: below it a busy CPU is far too slow */
#define CAP_SHARE 0.98 /* of base: a limit below it caps */
#define AT_LIMIT_SHARE 0.9 /* of a limit: a measured clock from here on is held by it */
#define EPP_SAVES 0xC0 /* energy preferences from here on save energy: balance_power, power */
#define POWER_LIMIT_PERCENT 97.0 /* of its limit: a package that draws this much is slowed by it */
#define THROTTLE_PERCENT 1.0 /* of the interval spent throttled */
#define DEEP_US 50 /* an idle state that takes this long to leave is felt by a guest that waits for a packet */
#define WAIT_FELT_MS 20.0 /* of each second that a guest's thread waits for a CPU: 2 % of the time */
#define WAIT_FELT_US 1000.0 /* each time that it waits */
#define IRQ_FELT_PER_S 1000.0 /* interrupts a device must raise before it matters where they land */
#define IRQ_FELT 1000000 /* or so many since boot: a question of where they are sent, not of this second */
#define IRQ_ELSEWHERE_SHARE 0.5 /* of them on another node than the device */

#define SLOW_READ_NS 500000 /* a read of a clock that takes longer interrupted somebody */
#define SLOW_READ_PAUSE_NS 30000000000 /* and pauses such reads this long */

#endif
