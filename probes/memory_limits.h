/* Thresholds of memory, all in one place: where the sources give no number they are estimates. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_MEMORY_LIMITS_H
#define PROBES_MEMORY_LIMITS_H

#define AVAILABLE_SHARE 0.03 /* of memory: with less left everybody is about to wait */
#define WATERMARK_TIMES 2 /* free memory of a node below so many high watermarks is about to be fought for */
#define PRESSURE_SOME_PERCENT 1.0 /* of 10 seconds in which somebody waited for memory */
#define PRESSURE_FULL_PERCENT 1.0 /* … in which everybody did */
#define SWAP_IN_PER_S 10.0 /* pages that were wanted and lay in swap */
#define COMPACT_PER_S 10.0 /* waits for a huge page */
#define HINT_PER_S 20000.0 /* accesses that NUMA balancing trapped */
#define KSMD_PERCENT 10.0 /* of a CPU */
#define KHUGEPAGED_PERCENT 5.0 /* of a CPU */
#define COW_KSM_PER_S 1000.0 /* merged pages that had to be copied */
#define KSM_WASTE 5.0 /* pages looked at in vain for each one that is saved */
#define SWAPPINESS_MOST 10 /* of a host whose memory is that of guests */

#endif
