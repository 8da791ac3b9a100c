/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flows that this CPU had in the same timer tick. Packets come in trains, and the look-up in
 * the session table costs a train's packets more than all the rest.
 *
 * What is here was true at the beginning of the tick at the earliest: a session that was taken out
 * since is forwarded for some milliseconds more. Whether the target is there is asked each time.
 */
#ifndef SHUNT_RECENT_H
#define SHUNT_RECENT_H

#include "clock.h"
#include "hash.h"

/* Then its packets go into the session's count. */
#define TRAIN	16

static __always_inline struct recent *recent_place(__u64 mark)
{
	__u32 place = mark & (RECENT_FLOWS - 1);

	return bpf_map_lookup_elem(&recents, &place);
}

static __always_inline int same_flow(const struct flow4 *a, const struct flow4 *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[0] == y[0] && x[1] == y[1];
}

static __always_inline int is_recent(const struct recent *recent, const struct flow4 *flow,
				     __u64 tick)
{
	return recent->tick == tick && recent->packets < TRAIN - 1 &&
	       same_flow(&recent->flow, flow);
}

/* The session was looked up: counts what came since, and lets the train begin anew. */
static __always_inline void set_recent(struct recent *recent, const struct flow4 *flow,
				       struct session *session, __u64 tick)
{
	struct session *owner = session;

	if (recent->packets) {
		if (!same_flow(&recent->flow, flow))
			owner = bpf_map_lookup_elem(&sessions4, &recent->flow);
		if (owner)
			owner->packets += recent->packets;
		recent->packets = 0;
	}
	if (session->state != SESSION_ESTABLISHED) {
		recent->tick = 0;
		return;
	}
	recent->flow = *flow;
	recent->tick = tick;
	recent->target = session->target;
	recent->service = session->service;
}

#endif
