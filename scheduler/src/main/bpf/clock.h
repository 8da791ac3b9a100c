/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time, as coarse as the timer tick. The kernel is asked once a tick: its clock costs half as
 * much as all that is done with a labelled packet, while the tick's number is one load.
 */
#ifndef SHUNT_CLOCK_H
#define SHUNT_CLOCK_H

#include "maps.h"

struct now {
	__u64 tick;
	__u64 nanos;		/* CLOCK_MONOTONIC */
};

static __always_inline struct now clock_now(void)
{
	struct now now = { .tick = bpf_jiffies64() };
	__u32 zero = 0;
	struct clock *clock = bpf_map_lookup_elem(&clocks, &zero);

	if (!clock)
		return now;
	if (clock->tick != now.tick) {
		clock->tick = now.tick;
		clock->nanos = bpf_ktime_get_coarse_ns();
	}
	now.nanos = clock->nanos;
	return now;
}

/*
 * How long ago that was. CPUs ask at different instants of a tick, so one that another CPU noted
 * may be a tick ahead: that is now, and not half a thousand years ago.
 */
static __always_inline __u64 since(__u64 then, __u64 now)
{
	return then < now ? now - then : 0;
}

#endif
