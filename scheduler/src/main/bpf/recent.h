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

static __always_inline struct recent *recent_place(__u64 mark, enum family family)
{
	void *recents = family == IPV4 ? (void *)&recents4 : (void *)&recents6;
	__u32 place = mark & (RECENT_FLOWS - 1);

	return bpf_map_lookup_elem(recents, &place);
}

static __always_inline int is_recent(const struct recent *recent, const union flow *flow,
				     enum family family, __u64 tick)
{
	return recent->tick == tick && recent->packets < TRAIN - 1 &&
	       same_flow(&recent->flow, flow, family);
}

/* The session was looked up: counts what came since, and lets the train begin anew. */
static __always_inline void set_recent(struct recent *recent, const union flow *flow,
				       enum family family, struct session *session, __u64 tick)
{
	struct session *owner = session;

	if (recent->packets) {
		if (!same_flow(&recent->flow, flow, family))
			owner = bpf_map_lookup_elem(sessions_of(family),
						    key_of(&recent->flow, family));
		if (owner)
			owner->packets += recent->packets;
		recent->packets = 0;
	}
	if (session->state != SESSION_ESTABLISHED) {
		recent->tick = 0;
		return;
	}
	if (family == IPV4)
		recent->flow.four = flow->four;
	else
		recent->flow.six = flow->six;
	recent->tick = tick;
	recent->target = session->target;
	recent->service = session->service;
	recent->label = session->label;
}

#endif
